package dev.continuo.store;

import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import dev.continuo.store.HandOut.Hand;
import dev.continuo.store.HandOut.Rest;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/**
 * Hands tasks to external workers. Works on task rows and never waits for one: a row that a lane holds at this moment is
 * skipped, and the answer says so. Only claims of limited names wait, and only for each other.
 */
public final class PollQueues {
    private static final String CLAIMABLE = """
            FROM task t JOIN run r ON r.id = t.run_id
                WHERE t.queue = $1 AND t.open AND t.due_kind = 10 AND t.status = 0 AND r.status = 0
                  AND (t.due_at IS NULL OR t.due_at > (SELECT now FROM clock))
            """;

    /**
     * One statement for all who wait: $2 tasks at most, the n-th for the n-th worker of $3. The fence is what makes the
     * hand-out the only current one. {@code due_at} becomes the end of the response timeout, or of a time limit that is
     * earlier; the attempt's own time limit begins with its first hand-out.
     */
    private static final String CLAIM = """
            WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
            room AS MATERIALIZED (%s),
            picked AS MATERIALIZED (
                SELECT t.id, t.priority, t.deadline_at, r.name, r.namespace, r.definition_version, r.revision_id,
                       r.correlation_id, r.priority AS run_priority
                %s
                ORDER BY t.priority DESC, t.id
                LIMIT (SELECT greatest(0, least($2::bigint, slots, rate)) FROM room)
                FOR NO KEY UPDATE OF t SKIP LOCKED),
            turns AS (SELECT picked.*, row_number() OVER (ORDER BY priority DESC, id)::int AS turn FROM picked),
            %s
            taken AS (
                UPDATE task t
                SET status = 1, fence = t.fence + 1, deliveries = t.deliveries + 1, due_kind = 8,
                    worker_id = ($3::text[])[turns.turn],
                    started_at = coalesce(t.started_at, clock.now), updated_at = clock.now,
                    deadline_at = %s,
                    due_at = least(clock.now + t.lease_ms * interval '1 millisecond', %s)
                FROM turns, clock WHERE t.id = turns.id
                RETURNING %s, turns.turn, turns.deadline_at AS deadline_before, turns.name AS run_name,
                          turns.namespace, turns.definition_version, turns.revision_id, turns.correlation_id,
                          turns.run_priority)
            SELECT room.slots, room.rate, room.wait_ms, given.number AS given,
                   CASE WHEN given.number < $2
                        THEN (SELECT count(*) FROM (SELECT 1 %s LIMIT $2 + 1) waiting) END AS seen,
                   taken.*
            FROM room CROSS JOIN (SELECT count(*) AS number FROM picked) given LEFT JOIN taken ON true
            ORDER BY taken.turn
            """;

    private static final String DEADLINE = """
            CASE WHEN t.started_at IS NULL
                 THEN least(t.deadline_at, clock.now + t.timeout_ms * interval '1 millisecond')
                 ELSE t.deadline_at END
            """;

    private static final String NO_LIMIT =
            "SELECT NULL::bigint AS slots, NULL::bigint AS rate, NULL::bigint AS wait_ms";

    /**
     * $4 namespace, $5 name, $6 tasks in progress, $7 hand-outs within $8 ms. The domains of a name stand behind a tab:
     * their queues are a range of the index.
     */
    private static final String LIMITS = """
            SELECT $6::bigint - (SELECT count(*) FROM task WHERE open AND due_kind = 8 AND queue = $5)
                       - (SELECT count(*) FROM task WHERE open AND due_kind = 8
                          AND queue >= $5 || chr(9) AND queue < $5 || chr(10)) AS slots,
                   $7::bigint - coalesce(sum(h.taken), 0) AS rate,
                   (extract(epoch FROM coalesce(min(h.at), clock.now) + $8 * interval '1 millisecond' - clock.now)
                    * 1000)::bigint AS wait_ms
            FROM clock LEFT JOIN task_hand_out h ON h.namespace = $4 AND h.name = $5
                 AND h.at > clock.now - $8 * interval '1 millisecond'
            GROUP BY clock.now
            """;

    private static final String NOTED = """
            gone AS (DELETE FROM task_hand_out h USING clock WHERE h.namespace = $4 AND h.name = $5
                     AND h.at <= clock.now - $8 * interval '1 millisecond'),
            noted AS (INSERT INTO task_hand_out SELECT $4, $5, clock.now, count(picked.id)
                      FROM clock, picked WHERE $7::bigint IS NOT NULL GROUP BY clock.now),
            """;

    static final String TAKE = claim(NO_LIMIT, CLAIMABLE, "");
    private static final String TAKE_LIMITED = claim(LIMITS, CLAIMABLE, NOTED);
    private static final String TAKE_ONE = claim(NO_LIMIT, CLAIMABLE + " AND t.id = $4", "");
    private static final String TAKE_ONE_LIMITED = claim(LIMITS, CLAIMABLE + " AND t.id = $9", NOTED);

    private static final String KNOW_NAME =
            "INSERT INTO task_limit (namespace, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private static final String LOCK_NAME = "SELECT 1 FROM task_limit WHERE namespace = $1 AND name = $2 FOR UPDATE";

    private static final String QUEUE_OF = "SELECT queue FROM task WHERE id = $1 AND queue IS NOT NULL AND open";

    /** As if it had not been handed out, but for the fence. */
    private static final String PUT_BACK = """
            WITH held AS (
                SELECT t.id, l.deadline FROM task t
                JOIN unnest($1::uuid[], $2::int[], $3::timestamptz[]) AS l(id, fence, deadline)
                     ON t.id = l.id AND t.fence = l.fence
                WHERE t.status = 1 AND t.due_kind = 8
                ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED)
            UPDATE task t
            SET status = 0, due_kind = 10, fence = t.fence + 1, worker_id = NULL,
                deliveries = greatest(t.deliveries - 1, 0),
                started_at = CASE WHEN t.deliveries > 1 THEN t.started_at END,
                deadline_at = held.deadline,
                due_at = least(clock_timestamp() + t.poll_ms * interval '1 millisecond', held.deadline),
                updated_at = clock_timestamp()
            FROM held WHERE t.id = held.id
            """;

    private static final String WAITING = """
            SELECT q.queue FROM unnest($1::text[]) AS q(queue)
            WHERE EXISTS (SELECT 1 FROM task t JOIN run r ON r.id = t.run_id
                          WHERE t.queue = q.queue AND t.open AND t.due_kind = 10 AND t.status = 0 AND r.status = 0)
            """;

    private final Pool pool;

    public PollQueues(Pool pool) {
        this.pool = pool;
    }

    private static String claim(String room, String which, String noted) {
        return CLAIM.formatted(room, which, noted, DEADLINE, DEADLINE, TaskRows.ALL, which);
    }

    /**
     * A task for each of the workers, as far as there are any: by priority, then by age.
     *
     * @param seats the workers' names, where they have one
     */
    public Future<HandOut> claim(String namespace, QueueName queue, TaskLimits limits, List<Optional<String>> seats) {
        Tuple arguments = asked(queue, seats);
        Future<HandOut> claimed = limits.any()
                ? limited(namespace, queue, TAKE_LIMITED, limited(arguments, namespace, queue, limits), limits)
                : pool.preparedQuery(TAKE).execute(arguments).map(rows -> handOut(rows, limits));
        return StoreFailures.named(claimed, "hand out tasks of " + queue.shown());
    }

    /** That task, if it waits in this queue and the limits allow it. */
    public Future<Optional<PolledTask>> claim(
            String namespace, QueueName queue, TaskLimits limits, UUID taskId, Optional<String> worker) {
        Tuple arguments = asked(queue, List.of(worker));
        Future<HandOut> claimed = limits.any()
                ? limited(
                        namespace,
                        queue,
                        TAKE_ONE_LIMITED,
                        limited(arguments, namespace, queue, limits).addUUID(taskId),
                        limits)
                : pool.preparedQuery(TAKE_ONE)
                        .execute(arguments.addUUID(taskId))
                        .map(rows -> handOut(rows, limits));
        return StoreFailures.named(
                claimed.map(taken -> taken.hands().stream().findFirst().map(Hand::task)), "hand out task " + taskId);
    }

    /** The queue of an open task that external workers execute. */
    public Future<Optional<QueueName>> queueOf(UUID taskId) {
        Future<Optional<QueueName>> found = pool.preparedQuery(QUEUE_OF)
                .execute(Tuple.of(taskId))
                .map(rows -> Definitions.first(rows).map(row -> QueueName.ofStored(row.getString(0))));
        return StoreFailures.named(found, "look for task " + taskId);
    }

    /** Undoes hand-outs of which no worker has learned. */
    public Future<Void> putBack(List<Hand> hands) {
        Tuple arguments = new Columns<>(hands)
                .uuids(hand -> hand.task().task().id())
                .ints(hand -> hand.task().task().claim().fence())
                .times(Hand::deadlineBefore)
                .tuple();
        Future<Void> back = pool.preparedQuery(PUT_BACK).execute(arguments).mapEmpty();
        return StoreFailures.named(back, "put tasks back");
    }

    /** Those of the queues, as stored, in which something waits. */
    public Future<Set<String>> waiting(Collection<String> queues) {
        Tuple arguments = Tuple.tuple().addArrayOfString(queues.toArray(String[]::new));
        Future<Set<String>> found = pool.preparedQuery(WAITING)
                .execute(arguments)
                .map(rows -> {
                    Set<String> names = new HashSet<>();
                    rows.forEach(row -> names.add(row.getString(0)));
                    return names;
                });
        return StoreFailures.named(found, "look into queues");
    }

    private static Tuple asked(QueueName queue, List<Optional<String>> seats) {
        String[] workers = seats.stream().map(worker -> TaskRows.text(worker)).toArray(String[]::new);
        return Tuple.of(queue.stored(), (long) seats.size()).addArrayOfString(workers);
    }

    private static Tuple limited(Tuple arguments, String namespace, QueueName queue, TaskLimits limits) {
        return arguments
                .addString(namespace)
                .addString(queue.name())
                .addLong(orNull(limits.concurrent()))
                .addLong(orNull(limits.perWindow()))
                .addLong(limits.window().toMillis());
    }

    private static Long orNull(OptionalInt number) {
        return number.isPresent() ? Long.valueOf(number.getAsInt()) : null;
    }

    /**
     * The count has to be a statement of its own behind the lock: it sees what those committed that had the lock before.
     * All of it is sent without waiting in between, so that the lock is held for no round trip; after a failure Postgres
     * ignores the rest, and the commit rolls back.
     */
    private Future<HandOut> limited(String namespace, QueueName queue, String sql, Tuple arguments, TaskLimits limits) {
        Tuple name = Tuple.of(namespace, queue.name());
        return pool.withConnection(connection -> {
            Future<RowSet<Row>> begun = connection.query("BEGIN").execute();
            Future<RowSet<Row>> known = connection.preparedQuery(KNOW_NAME).execute(name);
            Future<RowSet<Row>> locked = connection.preparedQuery(LOCK_NAME).execute(name);
            Future<RowSet<Row>> taken = connection.preparedQuery(sql).execute(arguments);
            Future<RowSet<Row>> ended = connection.query("COMMIT").execute();
            return Future.join(List.of(begun, known, locked, taken, ended)).map(all -> handOut(taken.result(), limits));
        });
    }

    private static HandOut handOut(RowSet<Row> rows, TaskLimits limits) {
        List<Hand> hands = new ArrayList<>();
        Rest rest = new Rest.Nothing();
        for (Row row : rows) {
            rest = rest(row, limits);
            if (row.getUUID("id") != null) {
                hands.add(new Hand(row.getInteger("turn") - 1, polled(row), TaskRows.instant(row, "deadline_before")));
            }
        }
        return new HandOut(hands, rest);
    }

    private static Rest rest(Row row, TaskLimits limits) {
        long given = row.getLong("given");
        Long seen = row.getLong("seen");
        if (seen == null) {
            return new Rest.Perhaps();
        }
        if (seen <= given) {
            return new Rest.Nothing();
        }
        boolean rate = limits.perWindow().isPresent() && row.getLong("rate") <= given;
        boolean slots = limits.concurrent().isPresent() && row.getLong("slots") <= given;
        if (!rate && !slots) {
            return new Rest.Held();
        }
        return new Rest.Limited(
                rate ? Optional.of(Duration.ofMillis(Math.max(1, row.getLong("wait_ms") + 1))) : Optional.empty());
    }

    private static PolledTask polled(Row row) {
        Task task = TaskRows.read(row);
        return new PolledTask(
                task,
                task.label().runId(),
                row.getString("namespace"),
                row.getString("run_name"),
                row.getInteger("definition_version"),
                row.getUUID("revision_id"),
                Optional.ofNullable(row.getString("correlation_id")),
                row.getShort("run_priority"));
    }
}
