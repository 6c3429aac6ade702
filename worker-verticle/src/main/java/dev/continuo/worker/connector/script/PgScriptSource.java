package dev.continuo.worker.connector.script;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** The scripts of the table {@code script}. */
public final class PgScriptSource implements ScriptSource {
    private static final String FIND =
            "SELECT source FROM script WHERE namespace = $1 AND user_type = $2 AND name = $3";

    private final Pool pool;

    public PgScriptSource(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Optional<String>> find(String namespace, String userType, String name) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(namespace, userType, name))
                .map(rows -> {
                    for (Row row : rows) {
                        return Optional.of(row.getString("source"));
                    }
                    return Optional.empty();
                });
    }
}
