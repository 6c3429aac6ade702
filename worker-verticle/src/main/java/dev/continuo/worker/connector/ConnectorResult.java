package dev.continuo.worker.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;

/** What an attempt came to. */
public sealed interface ConnectorResult {

    record Completed(JsonNode output) implements ConnectorResult {}

    /**
     * The attempt did its part, and the task stays open until somebody else completes it (conductor: asyncComplete).
     *
     * @param output what the task has so far
     */
    record Waiting(JsonNode output) implements ConnectorResult {}

    /**
     * @param reason for people; free of secrets. The engine writes it to the task's log, so the connector need not
     * @param output what is worth keeping of the attempt; missing for nothing
     * @param retry what the connector knows about another attempt
     */
    record Failed(String reason, JsonNode output, RetryWish retry) implements ConnectorResult {

        /** Another attempt with the same input cannot help. */
        public static Failed forGood(String reason) {
            return new Failed(reason, MissingNode.getInstance(), new RetryWish.Never());
        }

        /** Another attempt may help. */
        public static Failed forNow(String reason) {
            return new Failed(reason, MissingNode.getInstance(), new RetryWish.ByPolicy());
        }
    }
}
