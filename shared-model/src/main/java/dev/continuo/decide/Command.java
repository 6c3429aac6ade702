package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Plan;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** What may be asked of one run. Each is decided in one transaction, and either takes effect as a whole or not at all. */
public sealed interface Command {

    UUID runId();

    /** Names one task: the decider sees that task as it stands in the database at this moment. */
    sealed interface OfTask extends Command permits Complete, Fail, Defer, TaskDue, Update, ChildStarted, Recalled {
        UUID taskId();
    }

    /**
     * A task's result.
     *
     * @param fence the number under which the attempt was handed out; empty for a task that nobody leases
     * @param logs lines that are written together with the result
     */
    record Complete(UUID runId, UUID taskId, OptionalInt fence, JsonNode output, List<LogEntry> logs, String by)
            implements OfTask {}

    /**
     * A task's failure.
     *
     * @param output what the attempt left behind; missing for nothing
     */
    record Fail(
            UUID runId,
            UUID taskId,
            OptionalInt fence,
            String reason,
            JsonNode output,
            RetryWish retry,
            List<LogEntry> logs)
            implements OfTask {}

    /**
     * The attempt's work has been handed on: it stays open, without a lease, until an {@link Update}.
     *
     * @param output what is known so far
     */
    record Defer(UUID runId, UUID taskId, OptionalInt fence, JsonNode output, List<LogEntry> logs) implements OfTask {}

    /**
     * What somebody says about a task, without having leased it (source: conductor, TaskResult). A task that is over
     * stays as it is: the refusal is {@link Outcome.Code#STALE}.
     *
     * @param status {@code IN_PROGRESS} puts a polled task back into its queue
     * @param output its members are put over those that are there
     * @param callbackAfter how long a task that is put back is not handed out
     * @param extendLease only the response timeout starts anew
     * @param notes members to put over those of {@link Task.Extra#notes()}
     */
    record Update(
            UUID runId,
            UUID taskId,
            TaskStatus status,
            ObjectNode output,
            Optional<String> reason,
            Duration callbackAfter,
            boolean extendLease,
            ObjectNode notes,
            List<LogEntry> logs,
            String by)
            implements OfTask {}

    /** The child run of a task has been started; a second one is refused. */
    record ChildStarted(UUID runId, UUID taskId, UUID childRunId) implements OfTask {}

    /** What a task has asked for: the output of an earlier execution, if one is known. */
    record Recalled(UUID runId, UUID taskId, Optional<ObjectNode> output) implements OfTask {}

    /** The child run of a task goes on although it had ended: so does the task, and its run. */
    record ChildReopened(UUID runId, UUID taskId, UUID childRunId) implements Command {}

    /** What the failing side knows about another attempt. */
    sealed interface RetryWish {
        /** Whatever the task's policy says. */
        record ByPolicy() implements RetryWish {}

        /** Another attempt cannot help. */
        record Never() implements RetryWish {}

        /** As the policy says, but not before this has passed (HTTP {@code Retry-After}). */
        record NotBefore(Duration delay) implements RetryWish {}

        default TaskStatus status() {
            return this instanceof Never ? TaskStatus.FAILED_WITH_TERMINAL_ERROR : TaskStatus.FAILED;
        }
    }

    /** A task's due time may have come. */
    record TaskDue(UUID runId, UUID taskId) implements OfTask {}

    /** The run's deadline may have come. */
    record RunDue(UUID runId) implements Command {}

    /** A run that has waited for others to end begins; {@link Outcome.Code#STALE} when it has. */
    record Begin(UUID runId) implements Command {}

    record Pause(UUID runId, String by) implements Command {}

    record Resume(UUID runId, String by) implements Command {}

    /**
     * Tries a failed, timed out or terminated run again from the tasks that did not complete.
     *
     * @param children true to try a failed child run again instead of starting another one
     */
    record Retry(UUID runId, String by, boolean children) implements Command {
        public Retry(UUID runId, String by) {
            this(runId, by, false);
        }
    }

    /** @param followUp true to let the run follow that is to follow a failure, if the definition names one */
    record Terminate(UUID runId, Optional<String> reason, String by, boolean followUp) implements Command {
        public Terminate(UUID runId, Optional<String> reason, String by) {
            this(runId, reason, by, false);
        }
    }

    /** Begins a run that has ended again. */
    sealed interface Anew extends Command permits Restart, Rerun {}

    /** A run that has ended begins again under its own id, with nothing of what it did before. */
    record Restart(UUID runId, Optional<Plan> latest, String by) implements Anew {}

    /**
     * A run that has ended goes on from one of its tasks, which begins again; what came after it is gone.
     *
     * @param taskId empty to begin from the start
     * @param taskInput replaces members of the task's input
     * @param correlationId the run's from now on
     */
    record Rerun(
            UUID runId,
            Optional<UUID> taskId,
            Optional<ObjectNode> input,
            Optional<ObjectNode> taskInput,
            Optional<String> correlationId,
            String by)
            implements Anew {}

    /** When it is reached, the task is passed over as SKIPPED. */
    record Skip(UUID runId, String ref, ObjectNode input, ObjectNode output, String by) implements Command {}

    /** Tasks that were put back, or that wait for their next attempt, are handed out at once. */
    record ResetCallbacks(UUID runId) implements Command {}

    /**
     * Goes on with this task now, whether or not it was reached before: what is open beside it, in its list of tasks, is
     * passed over.
     *
     * @param input replaces members of the task's input
     */
    record Jump(UUID runId, String ref, ObjectNode input, String by) implements Command {}

    /**
     * A run that lives goes on with another version of its definition. What it has done stays; what the other version has
     * before the tasks that are open is passed over.
     *
     * @param input members to put over those of the run's input
     * @param outputs of the tasks that are passed over, by their references
     */
    record Upgrade(UUID runId, Plan next, ObjectNode input, ObjectNode outputs, String by) implements Command {}

    /** Puts the members over the run's variables. */
    record SetVariables(UUID runId, ObjectNode variables, String by) implements Command {}

    /** The follow-up of a run's end has happened: its id is told in the output, if there is one. */
    record FollowedUp(UUID runId, Optional<UUID> followUpId) implements Command {}
}
