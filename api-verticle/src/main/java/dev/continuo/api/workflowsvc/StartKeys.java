package dev.continuo.api.workflowsvc;

import dev.continuo.store.StoreUnavailable;
import io.vertx.core.Future;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The runs that {@code _idempotencyKey}s stand for. Only asked when the definition is gone: otherwise the commit of a start
 * looks its key up by itself.
 */
final class StartKeys {
    private static final String RUN = "SELECT run_id FROM idempotency_key WHERE namespace = $1 AND key = $2";

    private final SqlClient client;

    StartKeys(SqlClient client) {
        this.client = client;
    }

    /** @param namespace the run's own */
    Future<Optional<UUID>> run(String namespace, String key) {
        return client.preparedQuery(RUN)
                .execute(Tuple.of(namespace, key))
                .map(rows -> rows.stream().findFirst().map(row -> row.getUUID("run_id")))
                .recover(failure -> Future.failedFuture(
                        failure instanceof IOException || failure instanceof ClosedConnectionException
                                ? new StoreUnavailable("The key of a start cannot be looked up", failure)
                                : failure));
    }
}
