package dev.continuo.store;

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
import java.util.Set;
import java.util.UUID;

/**
 * Hands tasks to workers and keeps their leases. Works on task rows alone and never waits for a lock: a row that a lane
 * holds at this moment is left to {@link #open}, so that claims and lanes cannot wait for each other in a circle.
 */
public final class Claims {
    /**
     * The fence is what makes the hand-out the only current one. {@code due_at} becomes the end of the lease, or of the
     * time limit when that is earlier.
     */
    private static final String CLAIM = """
            WITH picked AS (
                SELECT t.id, r.namespace FROM task t JOIN run r ON r.id = t.run_id
                WHERE t.id = ANY($1) AND t.status = 0 AND t.due_kind = 2 AND r.status = 0
                ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
            clock AS (SELECT clock_timestamp() AS now)
            UPDATE task t
            SET status = 1, fence = t.fence + 1, deliveries = t.deliveries + 1, worker_id = $2, due_kind = 3,
                started_at = coalesce(t.started_at, clock.now), updated_at = clock.now,
                deadline_at = coalesce(t.deadline_at, clock.now + t.timeout_ms * interval '1 millisecond'),
                due_at = least(clock.now + t.lease_ms * interval '1 millisecond',
                               coalesce(t.deadline_at, clock.now + t.timeout_ms * interval '1 millisecond'))
            FROM picked, clock WHERE t.id = picked.id
            RETURNING t.id, t.run_id, picked.namespace, t.ref, t.type, t.attempt, t.fence, t.input, t.lease_ms,
                      CASE WHEN NOT t.alert_only
                           THEN (extract(epoch FROM t.deadline_at - clock.now) * 1000)::bigint END AS left_ms
            """;

    private static final String OPEN = """
            SELECT t.id FROM task t JOIN run r ON r.id = t.run_id
            WHERE t.id = ANY($1) AND t.status = 0 AND t.due_kind = 2 AND r.status = 0
            """;

    private static final String EXTEND = """
            WITH held AS (
                SELECT t.id FROM task t
                JOIN unnest($1::uuid[], $2::int[]) AS l(id, fence) ON t.id = l.id AND t.fence = l.fence
                WHERE t.status = 1 AND t.due_kind = 3
                ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED)
            UPDATE task t
            SET due_at = least(clock_timestamp() + t.lease_ms * interval '1 millisecond', t.deadline_at)
            FROM held WHERE t.id = held.id
            """;

    private static final String HELD = """
            SELECT t.id FROM task t
            JOIN unnest($1::uuid[], $2::int[]) AS l(id, fence) ON t.id = l.id AND t.fence = l.fence
            WHERE t.status = 1 AND t.due_kind = 3
            """;

    private static final String RELEASE = """
            WITH held AS (
                SELECT t.id FROM task t
                JOIN unnest($1::uuid[], $2::int[]) AS l(id, fence) ON t.id = l.id AND t.fence = l.fence
                WHERE t.status = 1 AND t.due_kind = 3
                ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED)
            UPDATE task t
            SET status = 0, due_kind = 2, due_at = clock_timestamp(), fence = t.fence + 1, worker_id = NULL,
                deliveries = greatest(t.deliveries - 1, 0),
                updated_at = clock_timestamp()
            FROM held WHERE t.id = held.id
            RETURNING t.id
            """;

    private final Pool pool;

    public Claims(Pool pool) {
        this.pool = pool;
    }

    /** Those of the tasks that waited for a worker, and are now the given worker's alone. */
    public Future<List<ClaimedTask>> claim(Collection<UUID> taskIds, String workerId) {
        Tuple arguments = ids(taskIds).addString(workerId);
        return pool.preparedQuery(CLAIM).execute(arguments).map(Claims::claimed);
    }

    /** Those of the tasks that still wait for a worker: a claim that did not get them met a lock and may be repeated. */
    public Future<Set<UUID>> open(Collection<UUID> taskIds) {
        return pool.preparedQuery(OPEN).execute(ids(taskIds)).map(Claims::idSet);
    }

    /**
     * Renews leases; what is not in the answer is not the worker's any more. A row that is locked at this moment keeps its
     * lease as it is, and the next renewal may get it: one busy row must not hold up all the others.
     */
    public Future<Set<UUID>> extend(Collection<Lease> leases) {
        return pool.preparedQuery(EXTEND)
                .execute(arguments(leases))
                .compose(renewed -> pool.preparedQuery(HELD).execute(arguments(leases)))
                .map(Claims::idSet);
    }

    /** Gives tasks back that the worker will not finish: they are due at once, for any worker. */
    public Future<Set<UUID>> release(Collection<Lease> leases) {
        return pool.preparedQuery(RELEASE).execute(arguments(leases)).map(Claims::idSet);
    }

    private static Tuple arguments(Collection<Lease> leases) {
        UUID[] ids = leases.stream().map(Lease::taskId).toArray(UUID[]::new);
        Integer[] fences = leases.stream().map(Lease::fence).toArray(Integer[]::new);
        return Tuple.tuple().addArrayOfUUID(ids).addArrayOfInteger(fences);
    }

    private static Tuple ids(Collection<UUID> taskIds) {
        return Tuple.tuple().addArrayOfUUID(taskIds.toArray(UUID[]::new));
    }

    private static Set<UUID> idSet(RowSet<Row> rows) {
        Set<UUID> ids = new HashSet<>();
        rows.forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    private static List<ClaimedTask> claimed(RowSet<Row> rows) {
        List<ClaimedTask> tasks = new ArrayList<>();
        for (Row row : rows) {
            tasks.add(new ClaimedTask(
                    row.getUUID("id"),
                    row.getUUID("run_id"),
                    row.getString("namespace"),
                    row.getString("ref"),
                    row.getString("type"),
                    row.getInteger("attempt"),
                    row.getInteger("fence"),
                    Json.read(row.getString("input")),
                    Duration.ofMillis(row.getLong("lease_ms")),
                    Optional.ofNullable(row.getLong("left_ms")).map(Duration::ofMillis)));
        }
        return tasks;
    }
}
