package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.UUID;

/**
 * A task of an agent to start.
 *
 * @param revisionId the agent as it is now
 * @param input overwrites the agent's variables for this task alone; as the caller sent it
 * @param callback who is told of the task's progress
 * @param owner the user whose task it is; a UUID
 * @param idempotencyKey a second start of the agent by the same owner with the same key is the first one's task
 */
public record AgentStart(
        String namespace,
        String agentId,
        UUID revisionId,
        ObjectNode input,
        Optional<String> callback,
        String owner,
        Optional<String> idempotencyKey) {

    /** Each time another task. */
    public AgentStart(
            String namespace,
            String agentId,
            UUID revisionId,
            ObjectNode input,
            Optional<String> callback,
            String owner) {
        this(namespace, agentId, revisionId, input, callback, owner, Optional.empty());
    }
}
