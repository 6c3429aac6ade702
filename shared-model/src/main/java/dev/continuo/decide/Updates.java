package dev.continuo.decide;

import static dev.continuo.decide.Rejections.reject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What is said about tasks that nobody leases (source: conductor, section 3.2). */
final class Updates {
    private final Draft draft;
    private final Flow flow;
    private final DeciderLimits limits;

    Updates(Draft draft, Flow flow, DeciderLimits limits) {
        this.draft = draft;
        this.flow = flow;
        this.limits = limits;
    }

    Optional<Rejected> update(Command.Update command) {
        Optional<Task> found = draft.openTask(command.taskId());
        if (found.isEmpty()) {
            return reject(Code.STALE, "Task " + command.taskId() + " is over, or its run is");
        }
        Task task = found.get();
        Node node = draft.node(task);
        if (node instanceof Node.Join || node instanceof Node.Loop || node instanceof Node.Fork) {
            return reject(Code.CONFLICT, "Task '" + task.shownRef() + "' ends with its own tasks only");
        }
        if (task.input().isMissingNode()) {
            return reject(Code.CONFLICT, "Task '" + task.shownRef() + "' has not begun");
        }
        draft.logs(command.logs());
        draft.run(draft.run().withUpdatedBy(command.by()));
        ObjectNode output = merged(task.output(), command.output());
        Task noted = withChild(noted(task, command.notes()), node, output);
        noted.extra()
                .childRunId()
                .filter(child -> command.output().path("subWorkflowId").asText().equals(child.toString()))
                .ifPresent(flow::childEnded);
        switch (command.status()) {
            case IN_PROGRESS, SCHEDULED -> progress(noted, node, output, command);
            case COMPLETED, COMPLETED_WITH_ERRORS, SKIPPED ->
                flow.complete(noted, command.status(), output, command.reason());
            case FAILED, FAILED_WITH_TERMINAL_ERROR, TIMED_OUT, CANCELED ->
                flow.fail(noted, command.status(), command.reason().orElse(""), output, Duration.ZERO);
        }
        return Optional.empty();
    }

    /** A child that ended at once has told so before anybody said that it was started. */
    private static Task withChild(Task task, Node node, ObjectNode output) {
        String child = output.path("subWorkflowId").asText("");
        boolean unknown =
                node instanceof Node.Internal && task.extra().childRunId().isEmpty();
        return unknown && child.matches("[0-9a-f-]{36}")
                ? task.withExtra(task.extra().withChild(UUID.fromString(child)))
                : task;
    }

    private static Task noted(Task task, ObjectNode notes) {
        if (notes.isEmpty()) {
            return task;
        }
        ObjectNode all = Notes.copy(task.extra().notes());
        all.setAll(notes);
        return task.withExtra(task.extra().withNotes(all));
    }

    private static ObjectNode merged(JsonNode known, ObjectNode said) {
        if (!(known instanceof ObjectNode before) || before.isEmpty()) {
            return said;
        }
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        merged.setAll(before);
        merged.setAll(said);
        return merged;
    }

    private void progress(Task task, Node node, ObjectNode output, Command.Update command) {
        Task told = task.withOutput(output, draft.now()).withReason(command.reason());
        if (!(node instanceof Node.Work work) || !work.external()) {
            draft.put(told);
        } else if (command.extendLease()) {
            boolean polled = task.due().kind() == DueKind.RESPONSE;
            draft.put(polled ? told.withDue(response(told, work.common().time()), draft.now()) : told);
        } else {
            putBack(told, work, command.callbackAfter());
        }
    }

    private Due response(Task task, TimePolicy time) {
        Instant silent = draft.now().plus(time.response().orElse(limits.lease()));
        return Due.at(
                DueKind.RESPONSE,
                task.claim().deadline().filter(silent::isAfter).orElse(silent));
    }

    /** The worker will ask for the task again (conductor: an update IN_PROGRESS). */
    private void putBack(Task task, Node.Work work, Duration callbackAfter) {
        ObjectNode notes = Notes.copy(task.extra().notes());
        notes.set(Notes.CALLBACK_AFTER, LongNode.valueOf(callbackAfter.toSeconds()));
        Task.Claim claim = task.claim();
        Task back = task.withExtra(task.extra().withNotes(notes))
                .withClaim(new Task.Claim(claim.fence() + 1, claim.deliveries(), claim.workerId(), claim.deadline()));
        Due due = draft.run().status() == RunStatus.PAUSED
                ? Due.HELD
                : Queues.due(back, work.common().time(), callbackAfter, draft.now());
        Task queued = back.queued(task.input(), due, draft.now());
        draft.put(queued);
        if (due.kind() == DueKind.QUEUED) {
            draft.effect(new Effect.Dispatch(queued));
        }
    }

    /** A task that has begun meanwhile, as after a pause, goes on without the answer. */
    Optional<Rejected> recalled(Command.Recalled command) {
        Optional<Task> asking = draft.openTask(command.taskId())
                .filter(task -> task.due().kind() == DueKind.CONTINUE && Notes.asked(task));
        if (asking.isEmpty()) {
            return reject(Code.STALE, "Task " + command.taskId() + " does not ask for an earlier output any more");
        }
        flow.recalled(asking.get(), command.output());
        return Optional.empty();
    }

    /** When the child is looked after, or the task's time is up. */
    static Due childDue(Task.Claim claim, Instant now, DeciderLimits limits) {
        Instant check = now.plus(limits.childRecheck());
        return Due.at(DueKind.CHILD, claim.deadline().filter(check::isAfter).orElse(check));
    }

    Optional<Rejected> childStarted(Command.ChildStarted command) {
        Optional<Task> found = draft.openTask(command.taskId());
        if (found.isEmpty()) {
            draft.effect(new Effect.ChildChange(
                    command.childRunId(),
                    Effect.ChildChange.What.TERMINATE,
                    flow.words().parentEnded("its task is over")));
            // Accepted, so that the effect happens: a child without anybody who waits for it must not go on.
            return Optional.empty();
        }
        Task task = found.get();
        if (task.extra().childRunId().isPresent()) {
            return reject(Code.STALE, "Task " + command.taskId() + " has its child already");
        }
        Optional<Instant> limit = draft.node(task).common().time().timeout().map(draft.now()::plus);
        Task.Claim claim = task.claim().until(limit);
        Due due = childDue(claim, draft.now(), limits);
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.put("subWorkflowId", command.childRunId().toString());
        draft.put(task.begun(task.input(), due, draft.now())
                .withClaim(claim)
                .withOutput(output, draft.now())
                .withExtra(task.extra().withChild(command.childRunId())));
        return Optional.empty();
    }
}
