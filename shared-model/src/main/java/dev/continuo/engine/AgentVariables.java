package dev.continuo.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.model.Dialect;
import dev.continuo.secret.Sealer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The variables of agents' runs in plain text: for who executes a node, and for nobody else. Safe for any thread; futures
 * complete on the caller's context.
 */
public final class AgentVariables {
    private static final String VARIABLES =
            "SELECT variables FROM run WHERE id = $1 AND namespace = $2 AND dialect = $3";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Pool pool;
    private final Sealer sealer;

    AgentVariables(Pool pool, Sealer sealer) {
        this.pool = pool;
        this.sealer = sealer;
    }

    /**
     * What is no text is compact JSON. Empty when there is no such run of an agent. Fails with an {@link
     * dev.continuo.secret.UnsealFailure} when one was sealed with a key that is not configured here.
     */
    public Future<Map<String, String>> of(String namespace, UUID runId) {
        return pool.preparedQuery(VARIABLES)
                .execute(Tuple.of(runId, namespace, Dialect.AGENTS.code()))
                .map(rows -> {
                    Map<String, String> values = new HashMap<>();
                    for (Row row : rows) {
                        for (Map.Entry<String, JsonNode> variable :
                                parsed(row.getString("variables")).properties()) {
                            values.put(variable.getKey(), text(namespace, variable.getValue()));
                        }
                    }
                    return values;
                });
    }

    /** A sealed text of an agent; another text as it is. Throws {@link dev.continuo.secret.UnsealFailure}. */
    public String opened(String namespace, String text) {
        return Sealer.sealed(text) ? sealer.unseal(text, namespace) : text;
    }

    private String text(String namespace, JsonNode value) {
        return value.isTextual() ? opened(namespace, value.textValue()) : value.isNull() ? "" : value.toString();
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The variables of a run are no JSON", e);
        }
    }
}
