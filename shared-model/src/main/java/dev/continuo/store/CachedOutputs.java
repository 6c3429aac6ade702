package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** Outputs of tasks that stand for further executions (conductor: cacheConfig). They may be gone at any time. */
public final class CachedOutputs {
    /** A namespace has so many at most: no further ones are kept until some have expired. */
    public static final int MOST = 10_000;

    /** A larger output is not kept. */
    public static final int MOST_CHARS = 262_144;

    private static final String FIND =
            "SELECT output FROM task_cache WHERE namespace = $1 AND key = $2 AND expires_at > clock_timestamp()";

    private static final String KEEP = """
            INSERT INTO task_cache (namespace, key, output, expires_at)
            SELECT $1, $2, $3, clock_timestamp() + $4 * interval '1 second'
             WHERE (SELECT count(*) FROM task_cache WHERE namespace = $1) < $5
                OR EXISTS (SELECT 1 FROM task_cache WHERE namespace = $1 AND key = $2)
            ON CONFLICT (namespace, key) DO UPDATE SET output = excluded.output, expires_at = excluded.expires_at
            """;

    private static final String FORGET = """
            DELETE FROM task_cache WHERE (namespace, key) IN (
                SELECT namespace, key FROM task_cache WHERE expires_at <= clock_timestamp()
                ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            """;

    private final Pool pool;

    public CachedOutputs(Pool pool) {
        this.pool = pool;
    }

    public Future<Optional<JsonNode>> find(String namespace, String key) {
        Future<Optional<JsonNode>> found = pool.preparedQuery(FIND)
                .execute(Tuple.of(namespace, key))
                .map(rows -> Definitions.first(rows).map(row -> Json.read(row.getString("output"))));
        return StoreFailures.named(found, "look for a cached output");
    }

    /** Takes the place of what is there under the key. */
    public Future<Void> keep(String namespace, String key, Duration ttl, String output) {
        Future<Void> kept = pool.preparedQuery(KEEP)
                .execute(Tuple.of(namespace, key, output, ttl.toSeconds(), (long) MOST))
                .mapEmpty();
        return StoreFailures.named(kept, "cache an output");
    }

    /** Deletes what has expired, so much at most; tells how much that was. */
    public Future<Integer> forget(int most) {
        Future<Integer> gone =
                pool.preparedQuery(FORGET).execute(Tuple.of((long) most)).map(rows -> rows.rowCount());
        return StoreFailures.named(gone, "delete expired outputs");
    }
}
