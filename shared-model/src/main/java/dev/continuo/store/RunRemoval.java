package dev.continuo.store;

import dev.continuo.model.Dialect;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Removes runs that have ended, with all that belongs to them. */
final class RunRemoval {
    /** A run whose status has changed between the look and the lock is not found: nothing of it goes then. */
    private static final String REMOVE = """
            WITH gone AS (DELETE FROM run WHERE id = ANY($1) AND namespace = $2 AND dialect = $3 AND status > 1
                          RETURNING id, namespace, name, created_by, correlation_id, idempotency_key),
            tasks AS (DELETE FROM task WHERE run_id IN (SELECT id FROM gone) RETURNING id),
            fragments AS (DELETE FROM run_fragment WHERE run_id IN (SELECT id FROM gone)),
            words AS (DELETE FROM run_words WHERE run_id IN (SELECT id FROM gone)),
            task_words AS (DELETE FROM task_words WHERE task_id IN (SELECT id FROM tasks)),
            messages AS (DELETE FROM run_message WHERE run_id IN (SELECT id FROM gone)),
            passes AS (DELETE FROM loop_pass WHERE task_id IN (SELECT id FROM tasks)),
            logs AS (DELETE FROM task_log WHERE task_id IN (SELECT id FROM tasks)),
            keys AS (DELETE FROM idempotency_key k USING gone
                     WHERE k.namespace = gone.namespace AND k.run_id = gone.id
                       AND k.key IN (gone.idempotency_key, gone.name || E'\\n' || gone.idempotency_key,
                                   concat_ws(E'\\n', gone.created_by, gone.correlation_id, gone.idempotency_key)))
            SELECT id FROM gone
            """;

    private RunRemoval() {}

    /** Those that were there, had ended, and are gone now. */
    static Future<Set<UUID>> removed(SqlClient client, Dialect dialect, String namespace, Collection<UUID> ids) {
        Future<Set<UUID>> removed = client.preparedQuery(REMOVE)
                .execute(Tuple.tuple()
                        .addArrayOfUUID(ids.toArray(UUID[]::new))
                        .addString(namespace)
                        .addShort(dialect.code()))
                .map(rows -> {
                    Set<UUID> gone = new HashSet<>();
                    rows.forEach(row -> gone.add(row.getUUID("id")));
                    return gone;
                });
        return StoreFailures.named(removed, "remove " + ids.size() + " runs");
    }
}
