package dev.continuo.worker.connector.agent;

import io.vertx.core.Future;
import java.util.Map;
import java.util.UUID;

/** The variables of agents' runs, for who executes a node and for nobody else. */
@FunctionalInterface
public interface RunVariables {

    /**
     * The run's variables with every sealed text opened; what is no text is compact JSON. Empty when there is no such run
     * in the namespace. Fails with an {@link dev.continuo.secret.UnsealFailure} when one was sealed with a key that is
     * not configured here.
     */
    Future<Map<String, String>> of(String namespace, UUID runId);

    /**
     * A sealed text of the node's own settings, opened; throws {@link dev.continuo.secret.UnsealFailure}. Where nothing is
     * sealed, it is the text itself.
     */
    default String opened(String namespace, String sealed) {
        return sealed;
    }
}
