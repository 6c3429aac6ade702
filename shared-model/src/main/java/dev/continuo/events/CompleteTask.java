package dev.continuo.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A task's result.
 *
 * @param fence the number under which the attempt was handed out; empty for a task that nobody leases
 * @param output an object
 */
public record CompleteTask(UUID runId, UUID taskId, OptionalInt fence, JsonNode output) implements EngineCommand {
    @Override
    public EventType eventType() {
        return EventType.COMPLETE_TASK;
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
