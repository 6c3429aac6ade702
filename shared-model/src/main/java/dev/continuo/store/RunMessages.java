package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Dialect;
import dev.continuo.model.RunStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Messages to runs, in the order in which they came; a task takes each of them at most once. */
public final class RunMessages {
    /** The messages of one run that may wait. */
    public static final int MOST_WAITING = 1_000;

    /** The most that one task takes at once. */
    public static final int MOST_TAKEN = 100;

    private static final String PUT = """
            WITH target AS (SELECT status, dialect = %d AS hears FROM run WHERE id = $2 AND namespace = $1 AND %s),
            waiting AS (SELECT count(*) AS n FROM run_message WHERE run_id = $2 AND taken_by IS NULL),
            put AS (INSERT INTO run_message (id, run_id, body, created_at)
                    SELECT $3, $2, $4, now() FROM target, waiting WHERE target.hears AND target.status = 0 AND waiting.n < $5
                    RETURNING id)
            SELECT target.status, target.hears, (SELECT count(*) FROM put) AS stored FROM target
            """.formatted(Dialect.CONDUCTOR.code(), ConductorScope.RUN);

    /** Until the end of its transaction nobody else takes for the same run. */
    private static final String ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 6))";

    private static final String CLEAR = """
            DELETE FROM run_message m
            WHERE m.run_id = $1 AND m.taken_by IS NOT NULL AND m.taken_by <> $2
              AND NOT EXISTS (SELECT 1 FROM task t WHERE t.id = m.taken_by AND t.open)
            """;

    private static final String TAKE = """
            UPDATE run_message SET taken_by = $2
            WHERE NOT EXISTS (SELECT 1 FROM run_message WHERE taken_by = $2)
              AND id IN (SELECT id FROM run_message WHERE run_id = $1 AND taken_by IS NULL ORDER BY id LIMIT $3)
            """;

    private static final String TAKEN = "SELECT id, body FROM run_message WHERE taken_by = $1 ORDER BY id";

    private final Pool pool;

    public RunMessages(Pool pool) {
        this.pool = pool;
    }

    /** What became of a message. */
    public sealed interface Put {
        record Stored(UUID id) implements Put {}

        /** There is no such run. */
        record Missing() implements Put {}

        /** The run is one of an agent: no task of it would ever take a message. */
        record Deaf() implements Put {}

        /** The run is not RUNNING. */
        record Closed(RunStatus status) implements Put {}

        /** As many as may wait are waiting. */
        record Full() implements Put {}
    }

    public record Message(UUID id, JsonNode body) {}

    public Future<Put> put(String namespace, UUID runId, JsonNode body) {
        UUID id = Ids.next();
        Future<Put> put = pool.preparedQuery(PUT)
                .execute(Tuple.of(namespace, runId, id, Json.write(body), MOST_WAITING))
                .map(rows ->
                        Definitions.first(rows).<Put>map(row -> put(row, id)).orElseGet(Put.Missing::new));
        return StoreFailures.named(put, "put a message to run " + runId);
    }

    private static Put put(Row row, UUID id) {
        if (!row.getBoolean("hears")) {
            return new Put.Deaf();
        }
        RunStatus status = RunStatus.ofCode(row.getShort("status"));
        if (status != RunStatus.RUNNING) {
            return new Put.Closed(status);
        }
        return row.getLong("stored") > 0 ? new Put.Stored(id) : new Put.Full();
    }

    /**
     * The messages that the task has taken; when it has none yet, it takes those that have waited longest. Exactly once
     * per task: asked again, in this process or in another, it is answered the same messages.
     *
     * @param batchSize 1 to {@link #MOST_TAKEN}; more are not taken
     */
    public Future<List<Message>> take(UUID taskId, UUID runId, int batchSize) {
        long most = Math.clamp(batchSize, 1, MOST_TAKEN);
        Future<List<Message>> taken = pool.withTransaction(connection -> execute(
                        connection, ALONE, Tuple.of(runId.toString()))
                .compose(locked -> execute(connection, CLEAR, Tuple.of(runId, taskId)))
                .compose(cleared -> execute(connection, TAKE, Tuple.of(runId, taskId, most)))
                .compose(marked -> connection.preparedQuery(TAKEN).execute(Tuple.of(taskId)))
                .map(rows -> {
                    List<Message> messages = new ArrayList<>();
                    rows.forEach(row -> messages.add(new Message(row.getUUID("id"), Json.read(row.getString("body")))));
                    return List.copyOf(messages);
                }));
        return StoreFailures.named(taken, "take messages of run " + runId);
    }

    private static Future<Void> execute(SqlConnection connection, String sql, Tuple values) {
        return connection.preparedQuery(sql).execute(values).mapEmpty();
    }
}
