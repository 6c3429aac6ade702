package dev.continuo.store;

import dev.continuo.model.QueueName;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who polled which queue last, as far as the processes have written it down. */
public final class PollTimes {
    private static final String NOTE = """
            INSERT INTO queue_poll AS known (queue, worker_id, polled_at)
            SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
            ON CONFLICT (queue) DO UPDATE SET worker_id = excluded.worker_id, polled_at = excluded.polled_at
            WHERE known.polled_at < excluded.polled_at
            """;

    private static final String ALL = "SELECT queue, worker_id, polled_at FROM queue_poll ORDER BY queue LIMIT 10000";

    private static final String RECENT = """
            SELECT queue FROM queue_poll WHERE polled_at > clock_timestamp() - $1 * interval '1 millisecond' LIMIT 10000
            """;

    private static final String FORGET =
            "DELETE FROM queue_poll WHERE polled_at < clock_timestamp() - $1 * interval '1 millisecond'";

    private final Pool pool;

    public PollTimes(Pool pool) {
        this.pool = pool;
    }

    /**
     * @param workerId who polled last, if it told its name
     */
    public record PollTime(QueueName queue, Optional<String> workerId, Instant at) {}

    /** Sorted by queue, so that processes that write at once cannot wait for each other in a circle. */
    public Future<Void> note(List<PollTime> polls) {
        List<PollTime> sorted = new ArrayList<>(polls);
        sorted.sort(Comparator.comparing(poll -> poll.queue().stored()));
        Tuple arguments = new Columns<>(sorted)
                .texts(poll -> poll.queue().stored())
                .texts(poll -> TaskRows.text(poll.workerId()))
                .times(poll -> Optional.of(poll.at()))
                .tuple();
        Future<Void> noted = pool.preparedQuery(NOTE).execute(arguments).mapEmpty();
        return StoreFailures.named(noted, "note who polled");
    }

    public Future<List<PollTime>> all() {
        return StoreFailures.named(pool.preparedQuery(ALL).execute().map(PollTimes::times), "read who polled");
    }

    /** The queues, as stored, that somebody has polled within this time. */
    public Future<Set<String>> recent(Duration within) {
        Future<Set<String>> found = pool.preparedQuery(RECENT)
                .execute(Tuple.of(within.toMillis()))
                .map(rows -> {
                    Set<String> queues = new HashSet<>();
                    rows.forEach(row -> queues.add(row.getString(0)));
                    return queues;
                });
        return StoreFailures.named(found, "read who polled");
    }

    public Future<Void> forget(Duration after) {
        Future<Void> gone =
                pool.preparedQuery(FORGET).execute(Tuple.of(after.toMillis())).mapEmpty();
        return StoreFailures.named(gone, "forget who polled");
    }

    private static List<PollTime> times(RowSet<Row> rows) {
        List<PollTime> times = new ArrayList<>();
        for (Row row : rows) {
            times.add(new PollTime(
                    QueueName.ofStored(row.getString("queue")),
                    Optional.ofNullable(row.getString("worker_id")),
                    TaskRows.instant(row, "polled_at").orElseThrow()));
        }
        return times;
    }
}
