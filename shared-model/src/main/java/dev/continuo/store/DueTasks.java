package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What time has come for, by the database's clock. Any number of processes may ask at once. */
public final class DueTasks {
    /**
     * Makes tasks ready for a worker: those whose delay is over, those that were published and not claimed, and those
     * whose worker fell silent. The latter get a new fence at once, so that the silent worker cannot finish them any
     * more. Each further publication waits twice as long, up to eight times, so that a backlog is not published over and
     * over.
     *
     * <p>A task of a paused run is made ready, too: no claim takes it, and the run's resumption publishes it. To hold it
     * here would be a race with that resumption. The clock is asked in a subquery, since only a stable value can be looked
     * up in the index.
     */
    static final String REQUEUE = """
            WITH due AS (
                SELECT t.id, t.due_kind, r.namespace, r.status AS run_status FROM task t JOIN run r ON r.id = t.run_id
                WHERE t.due_at <= (SELECT clock_timestamp())
                  AND ((t.due_kind IN (1, 2) AND (t.deadline_at IS NULL OR t.deadline_at > clock_timestamp()))
                       OR (t.due_kind = 3 AND t.deliveries < $2
                           AND (t.deadline_at IS NULL OR t.deadline_at > clock_timestamp())))
                ORDER BY t.due_at LIMIT $1 FOR NO KEY UPDATE OF t SKIP LOCKED)
            UPDATE task t
            SET status = 0, worker_id = NULL, updated_at = clock_timestamp(),
                fence = t.fence + (due.due_kind = 3)::int,
                dispatches = t.dispatches + 1,
                due_kind = CASE WHEN t.queue IS NULL THEN 2 ELSE 10 END,
                due_at = CASE WHEN t.queue IS NULL
                         THEN clock_timestamp() + $3 * interval '1 millisecond' * power(2, least(t.dispatches, 3))
                         ELSE least(clock_timestamp() + t.poll_ms * interval '1 millisecond', t.deadline_at) END
            FROM due WHERE t.id = due.id
            RETURNING t.id, t.run_id, due.namespace, t.type, t.priority, t.attempt, due.due_kind AS was,
                      due.run_status, t.queue
            """;

    static final String TASKS = """
            SELECT id, run_id FROM task
            WHERE due_at <= (SELECT clock_timestamp())
              AND (due_kind IN (4, 6, 7, 8, 9, 10)
                   OR (due_kind IN (1, 2) AND deadline_at <= clock_timestamp())
                   OR (due_kind = 3 AND (deliveries >= $2 OR deadline_at <= clock_timestamp())))
            ORDER BY due_at LIMIT $1
            """;

    private static final String RUNS =
            "SELECT id FROM run WHERE due_at <= (SELECT clock_timestamp()) ORDER BY due_at LIMIT $1";

    private static final String POSTPONE_TASK =
            "UPDATE task SET due_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1 AND due_at IS NOT NULL";

    private static final String POSTPONE_RUN =
            "UPDATE run SET due_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE id = $1 AND due_at IS NOT NULL";

    private static final String NEXT = """
            SELECT (extract(epoch FROM least((SELECT min(due_at) FROM task WHERE due_at IS NOT NULL),
                                             (SELECT min(due_at) FROM run WHERE due_at IS NOT NULL))
                            - clock_timestamp()) * 1000)::bigint AS wait_ms
            """;

    /**
     * Guarantee G3: a live run with nothing that could move it on. The time limit of a container (7) does not count: it
     * would end the run, but what should go on inside the container has been lost.
     */
    private static final String STUCK = """
            SELECT r.id FROM run r
            WHERE r.status <= 1 AND r.updated_at < clock_timestamp() - interval '10 seconds'
              AND NOT EXISTS (SELECT 1 FROM task t WHERE t.run_id = r.id AND t.open
                              AND (t.due_kind IN (4, 10) OR (t.due_at IS NOT NULL AND t.due_kind <> 7)
                                   OR (t.due_kind = 5 AND r.status = 1)))
              AND NOT EXISTS (SELECT 1 FROM run_limit l WHERE l.run_id = r.id AND l.state < 2)
            LIMIT $1
            """;

    /**
     * A child that somebody had begin again after that is nobody's leftover, even if its parent cannot wait for it. The
     * clocks of two lanes differ by as much as it takes to read the database's.
     */
    private static final String BEGUN_AGAIN = "(to_timestamp(substring(c.notes FROM '\"begunAgain\":([0-9]+)')::bigint"
            + " / 1000.0) + interval '1 second')";

    /**
     * Children that nobody waits for any more, and that nobody has told so: the process that ended their parents' tasks
     * died before it could. The half minute is for those who are about to wait for a child that was opened again.
     */
    private static final String ORPHANS = """
            SELECT c.id FROM run c JOIN task t ON t.id = c.parent_task_id
            WHERE c.status <= 1 AND c.parent_run_id IS NOT NULL AND NOT t.open
              AND t.ended_at < clock_timestamp() - interval '30 seconds'
              AND c.updated_at < clock_timestamp() - interval '30 seconds'
              AND (c.notes NOT LIKE '%"begunAgain":%' OR t.ended_at >= %s)
            LIMIT $1
            """.replace("%s", BEGUN_AGAIN);

    /**
     * Children that live again, of which their parents have not heard: the process in which they began again died before
     * it could tell.
     */
    private static final String REOPENED = """
            SELECT c.id, c.parent_run_id, c.parent_task_id FROM run c JOIN task t ON t.id = c.parent_task_id
            JOIN run p ON p.id = c.parent_run_id
            WHERE c.status <= 1 AND c.notes LIKE '%"begunAgain":%' AND NOT t.open AND t.status BETWEEN 2 AND 7
              AND NOT t.retried AND t.child_run_id = c.id AND p.status > 1 AND t.ended_at < %s
              AND c.updated_at < clock_timestamp() - interval '10 seconds'
            LIMIT $1
            """.replace("%s", BEGUN_AGAIN);

    /**
     * A task that may be published.
     *
     * @param leaseEnded true when a worker had it and fell silent
     * @param paused true when its run is paused: nobody could claim it now
     * @param queue where external workers poll for it
     */
    public record Ready(
            UUID taskId,
            UUID runId,
            String namespace,
            String type,
            int priority,
            int attempt,
            boolean leaseEnded,
            boolean paused,
            Optional<String> queue) {}

    /** A task that the decider is to look at. */
    public record DueTask(UUID taskId, UUID runId) {}

    /**
     * @param next until the next thing is due; empty when nothing ever is
     */
    public record Found(List<Ready> ready, List<DueTask> tasks, List<UUID> runs, Optional<Duration> next) {}

    private final Pool pool;
    private final int limit;
    private final int maxDeliveries;
    private final Duration redispatchAfter;

    public DueTasks(Pool pool, int limit, int maxDeliveries, Duration redispatchAfter) {
        this.pool = pool;
        this.limit = limit;
        this.maxDeliveries = maxDeliveries;
        this.redispatchAfter = redispatchAfter;
    }

    /** One look, on one connection; at most the limit of each kind. */
    public Future<Found> find() {
        return pool.withConnection(connection -> {
            Future<RowSet<Row>> ready = connection
                    .preparedQuery(REQUEUE)
                    .execute(Tuple.of(limit, maxDeliveries, redispatchAfter.toMillis()));
            Future<RowSet<Row>> tasks = connection.preparedQuery(TASKS).execute(Tuple.of(limit, maxDeliveries));
            Future<RowSet<Row>> runs = connection.preparedQuery(RUNS).execute(Tuple.of(limit));
            Future<RowSet<Row>> next = next(connection);
            return Future.join(ready, tasks, runs, next)
                    .map(all -> new Found(
                            readies(ready.result()), dues(tasks.result()), ids(runs.result()), wait(next.result())));
        });
    }

    private static Future<RowSet<Row>> next(SqlConnection connection) {
        return connection.preparedQuery(NEXT).execute();
    }

    /** Puts off what cannot be handled, so that it does not keep others from being found. */
    public Future<Void> postpone(UUID taskOrRun, Duration wait) {
        Tuple arguments = Tuple.of(taskOrRun, wait.toMillis());
        return pool.withConnection(connection -> Future.join(
                        connection.preparedQuery(POSTPONE_TASK).execute(arguments),
                        connection.preparedQuery(POSTPONE_RUN).execute(arguments))
                .mapEmpty());
    }

    /** Child runs without anybody who waits for them. */
    public Future<List<UUID>> orphans() {
        return pool.preparedQuery(ORPHANS).execute(Tuple.of(limit)).map(DueTasks::ids);
    }

    /** A child run that lives again, and the task that does not know. */
    public record Reopened(UUID childRunId, UUID parentRunId, UUID parentTaskId) {}

    public Future<List<Reopened>> reopened() {
        return pool.preparedQuery(REOPENED).execute(Tuple.of(limit)).map(rows -> {
            List<Reopened> found = new ArrayList<>();
            rows.forEach(row -> found.add(
                    new Reopened(row.getUUID("id"), row.getUUID("parent_run_id"), row.getUUID("parent_task_id"))));
            return found;
        });
    }

    /** Runs that violate guarantee G3; there are none, or something is broken. */
    public Future<List<UUID>> stuck() {
        return pool.preparedQuery(STUCK).execute(Tuple.of(limit)).map(DueTasks::ids);
    }

    private static List<Ready> readies(RowSet<Row> rows) {
        List<Ready> ready = new ArrayList<>();
        for (Row row : rows) {
            ready.add(new Ready(
                    row.getUUID("id"),
                    row.getUUID("run_id"),
                    row.getString("namespace"),
                    row.getString("type"),
                    row.getShort("priority"),
                    row.getInteger("attempt"),
                    row.getShort("was") == 3,
                    row.getShort("run_status") == 1,
                    Optional.ofNullable(row.getString("queue"))));
        }
        return ready;
    }

    private static List<DueTask> dues(RowSet<Row> rows) {
        List<DueTask> due = new ArrayList<>();
        rows.forEach(row -> due.add(new DueTask(row.getUUID("id"), row.getUUID("run_id"))));
        return due;
    }

    private static List<UUID> ids(RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    private static Optional<Duration> wait(RowSet<Row> rows) {
        return Optional.ofNullable(rows.iterator().next().getLong("wait_ms")).map(Duration::ofMillis);
    }
}
