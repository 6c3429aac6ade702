package dev.continuo.events;

import java.util.Optional;
import java.util.UUID;

/**
 * A wake-up: a task may be waiting for a worker. It is published again while the task waits, so it may arrive more
 * than once, late, or for a task that is over.
 *
 * @param type the task's type, also in the header {@code task-type} so that a consumer can skip without parsing
 * @param priority 0 to 99, higher first
 * @param attempt 0 for the first
 */
public record TaskQueued(UUID taskId, UUID runId, String namespace, String type, int priority, int attempt)
        implements Event {
    @Override
    public EventType eventType() {
        return EventType.TASK_QUEUED;
    }

    @Override
    public String key() {
        return taskId.toString();
    }

    @Override
    public Optional<String> id() {
        return Optional.of(taskId.toString());
    }
}
