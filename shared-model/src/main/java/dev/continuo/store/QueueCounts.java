package dev.continuo.store;

import dev.continuo.model.QueueName;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** How much waits in the queues of external workers. Each method is one statement. */
public final class QueueCounts {
    /** What waits counts whether or not its time has come (conductor: queue sizes count delayed messages). */
    private static final String COUNT = """
            SELECT queue, count(*) FILTER (WHERE due_kind IN (1, 10)) AS waiting,
                   count(*) FILTER (WHERE due_kind = 8) AS handed
            FROM task WHERE open AND queue IS NOT NULL AND %s GROUP BY queue ORDER BY queue
            """;

    private static final String SOME = COUNT.formatted("queue = ANY($1)");
    private static final String NAMED =
            COUNT.formatted("(queue = $1 OR (queue >= $1 || chr(9) AND queue < $1 || chr(10)))");
    private static final String ALL = COUNT.formatted("due_kind IN (1, 8, 10)");

    private final Pool pool;

    public QueueCounts(Pool pool) {
        this.pool = pool;
    }

    /**
     * @param waiting for a worker, delayed tasks included
     * @param handed that workers have at this moment
     */
    public record Count(long waiting, long handed) {
        public static final Count NONE = new Count(0, 0);
    }

    /** Of each of the queues, also of those that are empty or that nobody ever used. */
    public Future<Map<QueueName, Count>> of(Collection<QueueName> queues) {
        Tuple names = Tuple.tuple()
                .addArrayOfString(queues.stream().map(QueueName::stored).toArray(String[]::new));
        Future<Map<QueueName, Count>> counted = pool.preparedQuery(SOME)
                .execute(names)
                .map(rows -> {
                    Map<QueueName, Count> counts = new LinkedHashMap<>();
                    queues.forEach(queue -> counts.put(queue, Count.NONE));
                    counts.putAll(counts(rows));
                    return counts;
                });
        return StoreFailures.named(counted, "count what waits in queues");
    }

    /** Of the queues of a name, in whatever domain, in which there is something. */
    public Future<Map<QueueName, Count>> of(String name) {
        Future<Map<QueueName, Count>> counted =
                pool.preparedQuery(NAMED).execute(Tuple.of(name)).map(QueueCounts::counts);
        return StoreFailures.named(counted, "count what waits for " + name);
    }

    /** Of all queues in which there is something. */
    public Future<Map<QueueName, Count>> all() {
        Future<Map<QueueName, Count>> counted =
                pool.preparedQuery(ALL).execute().map(QueueCounts::counts);
        return StoreFailures.named(counted, "count what waits in queues");
    }

    private static Map<QueueName, Count> counts(RowSet<Row> rows) {
        Map<QueueName, Count> counts = new LinkedHashMap<>();
        for (Row row : rows) {
            counts.put(
                    QueueName.ofStored(row.getString("queue")),
                    new Count(row.getLong("waiting"), row.getLong("handed")));
        }
        return counts;
    }
}
