package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;

/** Who owns an idempotency key of the conductor dialect. */
public final class KeyOwners {
    private static final String FREE = """
            DELETE FROM idempotency_key k
            WHERE k.namespace = $1 AND k.key = $2 AND k.run_id = $3
              AND NOT EXISTS (SELECT 1 FROM run r WHERE r.id = k.run_id AND r.status <= 1)
            """;

    private final SqlClient client;

    public KeyOwners(SqlClient client) {
        this.client = client;
    }

    /** Lets go of the key when its run has ended; false when it lives, or when somebody else was faster. */
    public Future<Boolean> freeIfEnded(String namespace, String workflow, String key, UUID runId) {
        String stored = IdempotentStarts.ofWorkflow(workflow, key);
        Future<Boolean> freed = client.preparedQuery(FREE)
                .execute(Tuple.of(namespace, stored, runId))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(freed, "free an idempotency key");
    }
}
