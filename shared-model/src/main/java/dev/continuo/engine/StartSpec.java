package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.UUID;

/**
 * A run to start by the name of its workflow.
 *
 * @param version empty for the latest
 * @param definition written here instead of registered
 * @param input without the defaults of the definition's input template
 * @param priority 0 to 99
 * @param taskToDomain where the run's tasks wait for workers
 * @param attributes further members of {@link dev.continuo.model.Run.Origin#attributes()}
 * @param by who asks
 * @param identity what is known of the run before it starts
 */
public record StartSpec(
        String namespace,
        String name,
        Optional<Integer> version,
        Optional<ObjectNode> definition,
        ObjectNode input,
        Optional<String> correlationId,
        int priority,
        ObjectNode taskToDomain,
        Optional<String> idempotencyKey,
        IdempotencyStrategy strategy,
        ObjectNode attributes,
        String by,
        Identity identity) {

    /**
     * @param runId chosen so that a start that is repeated is the same run; empty for a new one
     * @param parentRunId the run whose task waits for this one
     */
    public record Identity(Optional<UUID> runId, Optional<UUID> parentRunId, Optional<UUID> parentTaskId) {
        public static final Identity NEW = new Identity(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Of a registered workflow, with nothing but its input. */
    public static StartSpec of(String namespace, String name, Optional<Integer> version, ObjectNode input, String by) {
        return new StartSpec(
                namespace,
                name,
                version,
                Optional.empty(),
                input,
                Optional.empty(),
                0,
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                IdempotencyStrategy.FAIL,
                JsonNodeFactory.instance.objectNode(),
                by,
                Identity.NEW);
    }
}
