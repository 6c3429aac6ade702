package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The table {@code run_limit}: which runs live among those that share a limit, and which wait (conductor:
 * rateLimitConfig). All that happens to the runs of one limit happens under one advisory lock, in whatever process, so that
 * the limit holds exactly and the order of arrival is kept.
 */
public final class RunLimits {
    private static final String LOCK = "SELECT pg_advisory_xact_lock($1)";

    private static final String ARRIVE =
            "INSERT INTO run_limit (run_id, slots, most, state) VALUES ($1, $2, $3, 0) ON CONFLICT (run_id) DO NOTHING";

    /** The limit is that of the run that has waited for longest: definitions change. */
    private static final String ADMIT = """
            UPDATE run_limit SET state = 1 WHERE run_id IN (
                SELECT run_id FROM run_limit WHERE slots = $1 AND state = 0 ORDER BY arrival
                LIMIT (SELECT greatest(0, most - (SELECT count(*) FROM run_limit WHERE slots = $1 AND state > 0))
                       FROM run_limit WHERE slots = $1 AND state = 0 ORDER BY arrival LIMIT 1))
            RETURNING run_id
            """;

    private static final String STATE = "SELECT state FROM run_limit WHERE run_id = $1";
    private static final String LIVES = "UPDATE run_limit SET state = 2 WHERE run_id = $1";
    private static final String SLOTS = "SELECT slots FROM run_limit WHERE run_id = $1";
    private static final String LEAVE = "DELETE FROM run_limit WHERE run_id = $1";

    private static final String AGAIN = """
            INSERT INTO run_limit (run_id, slots, most, state) VALUES ($1, $2, 1, 2)
            ON CONFLICT (run_id) DO UPDATE SET state = 2
            """;

    private static final String TO_BEGIN = "SELECT run_id FROM run_limit WHERE state = 1 LIMIT $1";

    /** Those of runs that have ended, and of runs whose start was never committed. */
    private static final String OVER = """
            SELECT l.run_id FROM run_limit l LEFT JOIN run r ON r.id = l.run_id
            WHERE r.status > 1 OR (r.id IS NULL AND l.since < clock_timestamp() - interval '1 minute')
            LIMIT $1
            """;

    private final Pool pool;

    public RunLimits(Pool pool) {
        this.pool = pool;
    }

    public enum Place {
        /** The run may begin at once. */
        LIVES,
        /** The run has to wait. */
        WAITS,
        /** The run would have to wait, and does not want to. */
        NONE
    }

    /** @param toBegin others that have waited and may begin now */
    public record Arrival(Place place, List<UUID> toBegin) {}

    /**
     * A run that is about to be started.
     *
     * @param slots what the runs of one limit share
     * @param wait false for a run that would rather not be started
     */
    public Future<Arrival> arrive(UUID runId, UUID slots, int most, boolean wait) {
        Future<Arrival> arrival = pool.withTransaction(connection -> lock(connection, slots)
                .compose(locked -> connection.preparedQuery(ARRIVE).execute(Tuple.of(runId, slots, most)))
                .compose(arrived -> admit(connection, slots))
                .compose(admitted -> placed(connection, runId, admitted, wait)));
        return StoreFailures.named(arrival, "find a place for run " + runId);
    }

    private static Future<Arrival> placed(SqlConnection connection, UUID runId, List<UUID> admitted, boolean wait) {
        boolean own = admitted.remove(runId);
        if (own) {
            return connection
                    .preparedQuery(LIVES)
                    .execute(Tuple.of(runId))
                    .map(done -> new Arrival(Place.LIVES, admitted));
        }
        return connection.preparedQuery(STATE).execute(Tuple.of(runId)).compose(rows -> {
            // A start that is repeated finds the place that it was given.
            boolean lives = rows.iterator().next().getShort("state") == 2;
            if (lives || wait) {
                return Future.succeededFuture(new Arrival(lives ? Place.LIVES : Place.WAITS, admitted));
            }
            return connection
                    .preparedQuery(LEAVE)
                    .execute(Tuple.of(runId))
                    .map(done -> new Arrival(Place.NONE, admitted));
        });
    }

    /** The run is over: those that may begin for it. */
    public Future<List<UUID>> leave(UUID runId) {
        Future<List<UUID>> left = pool.withTransaction(connection -> connection
                .preparedQuery(SLOTS)
                .execute(Tuple.of(runId))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(List.of());
                    }
                    UUID slots = rows.iterator().next().getUUID("slots");
                    return lock(connection, slots)
                            .compose(locked -> connection.preparedQuery(LEAVE).execute(Tuple.of(runId)))
                            .compose(gone -> admit(connection, slots));
                }));
        return StoreFailures.named(left, "free the place of run " + runId);
    }

    /** The run had ended and lives again: it takes a place whether there is one or not, and others wait for longer. */
    public Future<Void> again(UUID runId, UUID slots) {
        return pool.withTransaction(connection -> lock(connection, slots)
                .compose(locked -> connection.preparedQuery(AGAIN).execute(Tuple.of(runId, slots)))
                .mapEmpty());
    }

    /** The run was told to begin, and has. */
    public Future<Void> began(UUID runId) {
        return pool.preparedQuery(LIVES).execute(Tuple.of(runId)).mapEmpty();
    }

    /** Runs that may begin and have not been told, or have not begun for all that. */
    public Future<List<UUID>> toBegin(int limit) {
        return pool.preparedQuery(TO_BEGIN).execute(Tuple.of(limit)).map(RunLimits::ids);
    }

    /** Runs that keep places that they do not need. */
    public Future<List<UUID>> over(int limit) {
        return pool.preparedQuery(OVER).execute(Tuple.of(limit)).map(RunLimits::ids);
    }

    private static Future<?> lock(SqlConnection connection, UUID slots) {
        return connection.preparedQuery(LOCK).execute(Tuple.of(slots.getMostSignificantBits()));
    }

    private static Future<List<UUID>> admit(SqlConnection connection, UUID slots) {
        return connection.preparedQuery(ADMIT).execute(Tuple.of(slots)).map(RunLimits::ids);
    }

    private static List<UUID> ids(RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getUUID("run_id")));
        return ids;
    }
}
