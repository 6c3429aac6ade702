package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.LogEntry;
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
    sealed interface OfTask extends Command permits Complete, Fail, TaskDue {
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

    record Pause(UUID runId, String by) implements Command {}

    record Resume(UUID runId, String by) implements Command {}

    /** Tries a failed, timed out or terminated run again from the tasks that did not complete. */
    record Retry(UUID runId, String by) implements Command {}

    record Terminate(UUID runId, Optional<String> reason, String by) implements Command {}
}
