package dev.continuo.events;

import dev.continuo.model.QueueName;
import java.util.Optional;
import java.util.UUID;

/**
 * A wake-up: a task may be waiting for a worker. It is published again while the task waits, so it may arrive more
 * than once, late, or for a task that is over.
 *
 * @param type the task's type, also in the header {@code task-type} so that a consumer can skip without parsing
 * @param priority 0 to 99, higher first
 * @param attempt 0 for the first
 * @param queue where external workers find it, also in the headers {@code task-name} and {@code task-domain}; empty for a
 *     task that a connector executes
 */
public record TaskQueued(
        UUID taskId, UUID runId, String namespace, String type, int priority, int attempt, Optional<QueueName> queue)
        implements Event {

    /** Of a task that a connector executes. */
    public TaskQueued(UUID taskId, UUID runId, String namespace, String type, int priority, int attempt) {
        this(taskId, runId, namespace, type, priority, attempt, Optional.empty());
    }

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
