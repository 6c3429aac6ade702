package dev.continuo.worker.connector.agent;

import dev.continuo.engine.AgentVariables;
import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** The variables as the engine stores them. */
public record StoredVariables(AgentVariables stored) implements RunVariables {
    @Override
    public Future<Map<String, String>> of(String namespace, UUID runId) {
        return stored.of(namespace, runId);
    }

    @Override
    public String opened(String namespace, String sealed) {
        return stored.opened(namespace, sealed);
    }
}
