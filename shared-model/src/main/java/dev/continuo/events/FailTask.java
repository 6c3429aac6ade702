package dev.continuo.events;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A task's failure.
 *
 * @param fence the number under which the attempt was handed out; empty for a task that nobody leases
 * @param retry false when another attempt cannot help; otherwise the task's policy decides
 */
public record FailTask(UUID runId, UUID taskId, OptionalInt fence, String reason, boolean retry)
        implements EngineCommand {
    @Override
    public EventType eventType() {
        return EventType.FAIL_TASK;
    }

    @Override
    public String key() {
        return runId.toString();
    }

    @Override
    public Optional<String> id() {
        return Optional.empty();
    }

    @Override
    public Optional<UUID> run() {
        return Optional.of(runId);
    }
}
