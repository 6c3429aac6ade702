package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The table {@code announcement}: events that are written together with what they tell, and go when Kafka has them. Only
 * runs whose definitions ask for such events have any.
 */
public final class Announcements {
    static final String INSERT = """
            INSERT INTO announcement (id, run_id, task_id, namespace, event, payload, created_at)
            SELECT u.*, clock_timestamp()
            FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[]) u
            ON CONFLICT (id) DO NOTHING
            """;

    /** Who looks puts them off for the others: two processes that tell the same are rare, and do no harm. */
    private static final String LEFT = """
            WITH old AS (
                SELECT id FROM announcement
                WHERE created_at < clock_timestamp() - $2 * interval '1 millisecond'
                ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            UPDATE announcement a SET created_at = clock_timestamp() FROM old WHERE a.id = old.id
            RETURNING a.id, a.run_id, a.task_id, a.namespace, a.event, a.payload
            """;

    private static final String TOLD = "DELETE FROM announcement WHERE id = ANY($1)";

    private final Pool pool;

    public Announcements(Pool pool) {
        this.pool = pool;
    }

    static Tuple insert(List<Announced> rows) {
        return new Columns<>(rows)
                .texts(Announced::id)
                .uuids(Announced::runId)
                .uuids(Announced::taskId)
                .texts(Announced::namespace)
                .texts(Announced::event)
                .texts(row -> Json.write(row.payload()))
                .tuple();
    }

    /** What has waited for so long that whoever was to tell it has not; at most the limit. */
    public Future<List<Announced>> left(int limit, Duration age) {
        return pool.preparedQuery(LEFT).execute(Tuple.of(limit, age.toMillis())).map(rows -> {
            List<Announced> left = new ArrayList<>();
            for (Row row : rows) {
                left.add(new Announced(
                        row.getString("id"),
                        row.getUUID("run_id"),
                        row.getUUID("task_id"),
                        row.getString("namespace"),
                        row.getString("event"),
                        Json.read(row.getString("payload"))));
            }
            return left;
        });
    }

    /** Kafka has them. */
    public Future<Void> told(Collection<String> ids) {
        return pool.preparedQuery(TOLD)
                .execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)))
                .mapEmpty();
    }
}
