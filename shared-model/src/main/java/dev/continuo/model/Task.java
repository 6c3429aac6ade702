package dev.continuo.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One attempt of one task of a run.
 *
 * @param id a UUIDv7; a retry is a task of its own with an id of its own
 * @param label what it is: fixed when the task is made
 * @param status where it stands
 * @param due the single clock of the task
 * @param claim what the dispatch side writes: the decider reads it only for the task that a command names
 * @param input the resolved input; missing until the task has begun
 * @param output missing until there is one
 * @param reason why the task did not complete
 * @param retried true once a later attempt has taken its place
 * @param extra what only some tasks have
 */
public record Task(
        UUID id,
        Label label,
        TaskStatus status,
        Due due,
        Claim claim,
        JsonNode input,
        JsonNode output,
        Optional<String> reason,
        boolean retried,
        Times times,
        Extra extra) {

    /**
     * @param seq order of creation in the run, from 1
     * @param node the position in the plan
     * @param ref the reference name, unique in the definition
     * @param type the dialect's word for the task type
     * @param parentId the open container (fork or loop) that the task is in
     * @param iteration the pass of the nearest loop, from 1; 0 outside loops
     * @param attempt 0 for the first
     * @param retryOf the attempt before
     * @param name what the task is called in its definition: the queue's name, if workers poll for it
     * @param suffix the passes of all loops around the task, as its shown reference name ends: {@code __3}, or {@code
     *     __2__3} in a loop within a loop; empty outside loops
     * @param part 0 for a task of the plan; otherwise the {@code seq} of the task that brought the fragment that it is of
     * @param queue where external workers poll for it; empty for a task that the engine or a connector executes
     */
    public record Label(
            UUID runId,
            int seq,
            int node,
            String ref,
            String type,
            Optional<UUID> parentId,
            int iteration,
            int attempt,
            Optional<UUID> retryOf,
            String name,
            String suffix,
            int part,
            Optional<String> queue) {

        /** Of a task that is called as its reference, and that no external worker polls for. */
        public Label(
                UUID runId,
                int seq,
                int node,
                String ref,
                String type,
                Optional<UUID> parentId,
                int iteration,
                int attempt,
                Optional<UUID> retryOf) {
            this(runId, seq, node, ref, type, parentId, iteration, attempt, retryOf, ref, "", 0, Optional.empty());
        }

        /** The same place in the run, taken by another node. */
        public Label as(String otherType, String otherName, int otherNode, int otherPart) {
            return new Label(
                    runId, seq, otherNode, ref, otherType, parentId, iteration, attempt, retryOf, otherName, suffix,
                    otherPart, queue);
        }

        /** Waiting for external workers in this queue. */
        public Label queued(String inQueue) {
            return new Label(
                    runId,
                    seq,
                    node,
                    ref,
                    type,
                    parentId,
                    iteration,
                    attempt,
                    retryOf,
                    name,
                    suffix,
                    part,
                    Optional.of(inQueue));
        }
    }

    /** What was reached as something to be computed has turned out to be of this type. */
    public Task withLabel(Label changed) {
        return new Task(id, changed, status, due, claim, input, output, reason, retried, times, extra);
    }

    /**
     * @param childRunId the run that the task waits for
     * @param notes an object whose members belong to the run's dialect
     */
    public record Extra(Optional<UUID> childRunId, JsonNode notes) {
        public static final Extra NONE = new Extra(Optional.empty(), JsonNodeFactory.instance.objectNode());

        public Extra withChild(UUID child) {
            return new Extra(Optional.of(child), notes);
        }

        public Extra withNotes(JsonNode changed) {
            return new Extra(childRunId, changed);
        }
    }

    /**
     * @param fence counts hand-outs; a result that carries another number is stale
     * @param deliveries how often the attempt was handed out
     * @param deadline when the attempt's time limit ends, once it has started
     */
    public record Claim(int fence, int deliveries, Optional<String> workerId, Optional<Instant> deadline) {
        /** The deadline of an attempt that has passed one which only alerts: a further hand-out gives it no other. */
        public static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

        public static final Claim NONE = new Claim(0, 0, Optional.empty(), Optional.empty());

        public Claim until(Optional<Instant> otherDeadline) {
            return new Claim(fence, deliveries, workerId, otherDeadline);
        }
    }

    public record Times(
            Instant scheduledAt, Optional<Instant> startedAt, Optional<Instant> endedAt, Instant updatedAt) {}

    public boolean open() {
        return status.open();
    }

    public Task withDue(Due newDue, Instant now) {
        return new Task(id, label, status, newDue, claim, input, output, reason, retried, touched(now), extra);
    }

    public Task withOutput(JsonNode newOutput, Instant now) {
        return new Task(id, label, status, due, claim, input, newOutput, reason, retried, touched(now), extra);
    }

    public Task withInput(JsonNode newInput) {
        return new Task(id, label, status, due, claim, newInput, output, reason, retried, times, extra);
    }

    /** The attempt has begun without a worker: it waits for a person, for time or for its children. */
    public Task begun(JsonNode newInput, Due newDue, Instant now) {
        Times begun = new Times(times.scheduledAt, Optional.of(times.startedAt.orElse(now)), Optional.empty(), now);
        return new Task(
                id,
                label,
                TaskStatus.IN_PROGRESS,
                newDue,
                claim,
                newInput,
                output,
                Optional.empty(),
                retried,
                begun,
                extra);
    }

    /** The attempt is ready for a worker. */
    public Task queued(JsonNode newInput, Due newDue, Instant now) {
        return new Task(
                id, label, TaskStatus.SCHEDULED, newDue, claim, newInput, output, reason, retried, touched(now), extra);
    }

    /** The attempt's worker vanished: it is handed out again, and the vanished worker's result is refused from now on. */
    public Task requeued(Due newDue, Instant now) {
        Claim next = new Claim(claim.fence + 1, claim.deliveries, Optional.empty(), claim.deadline);
        return new Task(
                id, label, TaskStatus.SCHEDULED, newDue, next, input, output, reason, retried, touched(now), extra);
    }

    /** The attempt goes on without a time limit. */
    public Task withoutDeadline(Due newDue, Instant now) {
        return withClaim(claim.until(Optional.of(Claim.NEVER))).withDue(newDue, now);
    }

    /** The attempt is over. */
    public Task closed(TaskStatus newStatus, JsonNode newOutput, Optional<String> newReason, Instant now) {
        Times ended = new Times(times.scheduledAt, times.startedAt, Optional.of(now), now);
        return new Task(id, label, newStatus, Due.NONE, claim, input, newOutput, newReason, retried, ended, extra);
    }

    /** A container that was closed by its run's end opens again. */
    public Task reopened(Due newDue, Instant now) {
        Times reopened = new Times(times.scheduledAt, times.startedAt, Optional.empty(), now);
        return new Task(
                id,
                label,
                TaskStatus.IN_PROGRESS,
                newDue,
                claim,
                input,
                output,
                Optional.empty(),
                false,
                reopened,
                extra);
    }

    public Task withExtra(Extra changed) {
        return new Task(id, label, status, due, claim, input, output, reason, retried, times, changed);
    }

    public Task withClaim(Claim changed) {
        return new Task(id, label, status, due, changed, input, output, reason, retried, times, extra);
    }

    public Task withReason(Optional<String> changed) {
        return new Task(id, label, status, due, claim, input, output, changed, retried, times, extra);
    }

    /** The reference name as it is shown: with the passes of the loops around it. */
    public String shownRef() {
        return label.ref() + label.suffix();
    }

    public Task superseded() {
        return new Task(id, label, status, due, claim, input, output, reason, true, times, extra);
    }

    /** The same task with what the dispatch side has written meanwhile. */
    public Task refreshed(TaskStatus newStatus, Due newDue, Claim newClaim, Optional<Instant> startedAt) {
        Times seen = new Times(times.scheduledAt, startedAt, times.endedAt, times.updatedAt);
        return new Task(id, label, newStatus, newDue, newClaim, input, output, reason, retried, seen, extra);
    }

    private Times touched(Instant now) {
        return new Times(times.scheduledAt, times.startedAt, times.endedAt, now);
    }
}
