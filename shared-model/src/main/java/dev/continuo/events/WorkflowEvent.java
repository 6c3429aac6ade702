package dev.continuo.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that a run announces because its definition says so (conductor: EVENT with the sink {@code conductor},
 * onStateChange).
 *
 * @param eventId the same for every copy of the event
 * @param event its name, such as {@code conductor:orders:paid}
 * @param taskId the task that announces it
 * @param payload an object
 */
public record WorkflowEvent(String eventId, String event, String namespace, UUID runId, UUID taskId, JsonNode payload)
        implements Event {

    @Override
    public EventType eventType() {
        return EventType.WORKFLOW_EVENT;
    }

    @Override
    public String key() {
        return runId.toString();
    }

    @Override
    public Optional<String> id() {
        return Optional.of(eventId);
    }
}
