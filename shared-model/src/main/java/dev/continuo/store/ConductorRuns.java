package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Outcome;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs as the conductor dialect reads them back, and its own as it removes them: every query is scoped by a namespace. */
public final class ConductorRuns {
    /** The most runs that one answer lists with all that they hold. */
    public static final int MOST_RUNS = 10_000;

    /** The most ids that one answer lists. */
    public static final int MOST_IDS = 500_000;

    private static final String OWN = " AND namespace = $2 AND " + ConductorScope.RUN;
    private static final String RUNS = RunRows.SELECT.strip() + OWN + " ORDER BY id";

    private static final String RUNS_WEIGHT = """
            SELECT coalesce(sum(octet_length(input) + octet_length(variables) + coalesce(octet_length(output), 0)), 0)
                       ::bigint AS weight
            FROM run WHERE id = ANY($1)
            """;

    private static final String TASKS_WEIGHT = """
            SELECT coalesce(sum(coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0) + 512), 0)
                       ::bigint AS weight
            FROM task WHERE run_id = ANY($1)
            """;

    /** What a paused run has come to without beginning it (due_kind 5) is not a task yet to whoever looks. */
    private static final String TASKS = """
            SELECT * FROM task WHERE run_id = ANY($1) AND NOT (due_kind = 5 AND input IS NULL) ORDER BY run_id, seq
            """;

    private static final String FRAGMENTS =
            "SELECT run_id, document FROM run_fragment WHERE run_id = ANY($1) ORDER BY run_id, part";

    private static final String PASSES = """
            SELECT task_id, pass, output FROM loop_pass
            WHERE task_id IN (SELECT id FROM task WHERE run_id = ANY($1) AND open AND type = 'DO_WHILE')
            ORDER BY task_id, pass
            """;

    private final Pool pool;

    public ConductorRuns(Pool pool) {
        this.pool = pool;
    }

    /**
     * A run with all that belongs to it, of one moment.
     *
     * @param tasks every attempt of each, in their order
     * @param passes what the passes of its open loops came to, by the loops' tasks
     * @param fragments the documents of the tasks that the run brought itself
     */
    public record Whole(Run run, List<Task> tasks, Map<UUID, List<Outcome.Pass>> passes, List<JsonNode> fragments) {}

    /**
     * @param byStatus how many tasks there are in each status
     * @param fragments the documents of the tasks that the run brought itself
     */
    public record About(Map<TaskStatus, Long> byStatus, List<JsonNode> fragments) {}

    /**
     * Where a run stands, for those who wait for it.
     *
     * @param blocked whether somebody must do something before a task of it goes on
     * @param reached whether a task of those that were asked for is over
     * @param children the runs that its open tasks wait for
     */
    public record Standing(RunStatus status, boolean blocked, boolean reached, List<UUID> children) {}

    /** Bytes of stored payloads. */
    public record Size(long run, long tasks, int taskCount) {}

    /**
     * @param name of the workflow; empty for any
     * @param closed whether those are meant, too, that are not RUNNING
     */
    public record Correlated(Collection<String> names, Collection<String> correlationIds, boolean closed) {}

    /** Those that live: RUNNING and PAUSED ones. */
    public record Live(String name, Optional<Integer> version, Optional<Instant> from, Optional<Instant> to) {}

    public Future<Optional<Run>> run(String namespace, UUID id) {
        Future<Optional<Run>> found = pool.preparedQuery(RUNS)
                .execute(ids(List.of(id)).addString(namespace))
                .map(rows -> Definitions.first(rows).map(RunRows::read));
        return StoreFailures.named(found, "read run " + id);
    }

    public Future<Optional<RunStatus>> status(String namespace, UUID id) {
        Future<Optional<RunStatus>> found = pool.preparedQuery("SELECT status FROM run WHERE id = $1" + OWN)
                .execute(Tuple.of(id, namespace))
                .map(rows -> Definitions.first(rows).map(row -> RunStatus.ofCode(row.getShort("status"))));
        return StoreFailures.named(found, "read the status of run " + id);
    }

    /** In the order of their starts. */
    public Future<Listed<Whole>> wholes(String namespace, Collection<UUID> ids, boolean withTasks) {
        Future<Listed<Whole>> read =
                withTasks ? pool.withConnection(connection -> all(connection, namespace, ids)) : bare(namespace, ids);
        return StoreFailures.named(read, "read runs");
    }

    private Future<Listed<Whole>> bare(String namespace, Collection<UUID> ids) {
        // One run is small enough: it has been accepted as one request, and has been committed as one.
        Future<Long> weighed = ids.size() == 1 ? Future.succeededFuture(0L) : weight(pool, RUNS_WEIGHT, ids);
        return weighed.compose(weight -> {
            if (weight > Listed.MAX_PAGE_BYTES) {
                return Future.succeededFuture(new Listed.TooLarge<>(weight));
            }
            return pool.preparedQuery(RUNS)
                    .execute(ids(ids).addString(namespace))
                    .map(rows -> {
                        List<Whole> wholes = new ArrayList<>();
                        rows.forEach(row -> wholes.add(new Whole(RunRows.read(row), List.of(), Map.of(), List.of())));
                        return new Listed.Page<>(wholes.size(), List.copyOf(wholes));
                    });
        });
    }

    /** All statements see one moment; they are sent together, and the COMMIT ends the transaction even after a failure. */
    private Future<Listed<Whole>> all(SqlConnection connection, String namespace, Collection<UUID> ids) {
        return Future.all(weight(connection, RUNS_WEIGHT, ids), weight(connection, TASKS_WEIGHT, ids))
                .compose(weights -> {
                    long weight = weights.<Long>resultAt(0) + weights.<Long>resultAt(1);
                    return weight > Listed.MAX_PAGE_BYTES
                            ? Future.succeededFuture(new Listed.TooLarge<>(weight))
                            : snapshot(connection, namespace, ids);
                });
    }

    private static Future<Listed<Whole>> snapshot(SqlConnection connection, String namespace, Collection<UUID> ids) {
        Future<?> begin = connection
                .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .execute();
        Future<RowSet<Row>> runs = connection.preparedQuery(RUNS).execute(ids(ids).addString(namespace));
        Future<RowSet<Row>> tasks = connection.preparedQuery(TASKS).execute(ids(ids));
        Future<RowSet<Row>> passes = connection.preparedQuery(PASSES).execute(ids(ids));
        Future<RowSet<Row>> fragments = connection.preparedQuery(FRAGMENTS).execute(ids(ids));
        Future<?> commit = connection.query("COMMIT").execute();
        return Future.join(List.of(begin, runs, tasks, passes, fragments, commit))
                .map(done -> assembled(runs.result(), tasks.result(), passes.result(), fragments.result()));
    }

    private static Listed<Whole> assembled(
            Iterable<Row> runs, Iterable<Row> tasks, Iterable<Row> passes, Iterable<Row> fragments) {
        Map<UUID, List<Task>> tasksOf = new HashMap<>();
        tasks.forEach(row -> tasksOf.computeIfAbsent(row.getUUID("run_id"), id -> new ArrayList<>())
                .add(TaskRows.read(row)));
        Map<UUID, List<Outcome.Pass>> passesOf = new HashMap<>();
        passes.forEach(row -> passesOf.computeIfAbsent(row.getUUID("task_id"), id -> new ArrayList<>())
                .add(LoopPasses.read(row)));
        Map<UUID, List<JsonNode>> fragmentsOf = new HashMap<>();
        fragments.forEach(row -> fragmentsOf
                .computeIfAbsent(row.getUUID("run_id"), id -> new ArrayList<>())
                .add(Json.read(row.getString("document"))));
        List<Whole> wholes = new ArrayList<>();
        for (Row row : runs) {
            Run run = RunRows.read(row);
            wholes.add(new Whole(
                    run,
                    tasksOf.getOrDefault(run.id(), List.of()),
                    passesOf,
                    fragmentsOf.getOrDefault(run.id(), List.of())));
        }
        return new Listed.Page<>(wholes.size(), List.copyOf(wholes));
    }

    private static Future<Long> weight(SqlClient client, String sql, Collection<UUID> ids) {
        return client.preparedQuery(sql)
                .execute(ids(ids))
                .map(rows -> rows.iterator().next().getLong("weight"));
    }

    /** @param refs with or without the passes of loops around them */
    public Future<Optional<Standing>> standing(String namespace, UUID id, Collection<String> refs) {
        Future<Optional<Standing>> found = pool.preparedQuery("""
                        SELECT r.status,
                               EXISTS (SELECT 1 FROM task t WHERE t.run_id = r.id AND t.open AND t.status = 1
                                          AND t.due_kind = 4 AND t.due_at IS NULL
                                          AND t.type IN ('WAIT', 'HUMAN', 'YIELD')) AS blocked,
                               EXISTS (SELECT 1 FROM task t WHERE t.run_id = r.id AND NOT t.open
                                          AND (t.ref = ANY($3) OR t.ref || t.suffix = ANY($3))) AS reached,
                               ARRAY(SELECT t.child_run_id FROM task t
                                      WHERE t.run_id = r.id AND t.open AND t.child_run_id IS NOT NULL) AS children
                        FROM run r WHERE r.id = $1 AND r.namespace = $2 AND %s
                        """.formatted(ConductorScope.of("r")))
                .execute(Tuple.of(id, namespace).addArrayOfString(refs.toArray(String[]::new)))
                .map(rows -> Definitions.first(rows)
                        .map(row -> new Standing(
                                RunStatus.ofCode(row.getShort("status")),
                                row.getBoolean("blocked"),
                                row.getBoolean("reached"),
                                List.of(row.getArrayOfUUIDs("children")))));
        return StoreFailures.named(found, "look where run " + id + " stands");
    }

    /** What a list of some of a run's tasks needs besides them. */
    public Future<About> about(UUID runId) {
        Future<RowSet<Row>> counts = pool.preparedQuery(
                        "SELECT status, count(*) AS n FROM task WHERE run_id = $1 GROUP BY status ORDER BY status")
                .execute(Tuple.of(runId));
        Future<RowSet<Row>> fragments = pool.preparedQuery(FRAGMENTS).execute(ids(List.of(runId)));
        Future<About> about = Future.all(counts, fragments).map(both -> {
            Map<TaskStatus, Long> byStatus = new EnumMap<>(TaskStatus.class);
            counts.result().forEach(row -> byStatus.put(TaskStatus.ofCode(row.getShort("status")), row.getLong("n")));
            List<JsonNode> documents = new ArrayList<>();
            fragments.result().forEach(row -> documents.add(Json.read(row.getString("document"))));
            return new About(byStatus, documents);
        });
        return StoreFailures.named(about, "count the tasks of run " + runId);
    }

    /** Ids of runs by what their starters called them, in the order of their starts. */
    public Future<List<UUID>> correlated(String namespace, Correlated wanted) {
        Future<List<UUID>> found = pool.preparedQuery("""
                        SELECT id FROM run
                        WHERE namespace = $1 AND %s AND name = ANY($2) AND correlation_id = ANY($3)
                          AND ($4 OR status = 0)
                        ORDER BY id LIMIT $5
                        """.formatted(ConductorScope.RUN))
                .execute(Tuple.of(namespace)
                        .addArrayOfString(wanted.names().toArray(String[]::new))
                        .addArrayOfString(wanted.correlationIds().toArray(String[]::new))
                        .addBoolean(wanted.closed())
                        .addInteger(MOST_RUNS))
                .map(ConductorRuns::idsOf);
        return StoreFailures.named(found, "read correlated runs");
    }

    public Future<List<UUID>> live(String namespace, Live wanted) {
        Future<List<UUID>> found = pool.preparedQuery("""
                        SELECT id FROM run
                        WHERE status <= 1 AND namespace = $1 AND %s AND name = $2
                          AND ($3::int IS NULL OR definition_version = $3)
                          AND ($4::timestamptz IS NULL OR created_at >= $4)
                          AND ($5::timestamptz IS NULL OR created_at <= $5)
                        ORDER BY id LIMIT $6
                        """.formatted(ConductorScope.RUN))
                .execute(Tuple.of(namespace, wanted.name())
                        .addInteger(wanted.version().orElse(null))
                        .addOffsetDateTime(wanted.from()
                                .map(at -> at.atOffset(ZoneOffset.UTC))
                                .orElse(null))
                        .addOffsetDateTime(wanted.to()
                                .map(at -> at.atOffset(ZoneOffset.UTC))
                                .orElse(null))
                        .addInteger(MOST_IDS))
                .map(ConductorRuns::idsOf);
        return StoreFailures.named(found, "read live runs");
    }

    public Future<Optional<Size>> size(String namespace, UUID id) {
        Future<Optional<Size>> found = pool.preparedQuery("""
                        SELECT octet_length(r.input) + octet_length(r.variables) + coalesce(octet_length(r.output), 0)
                                   ::bigint AS run_bytes, t.bytes, t.n
                        FROM run r
                        CROSS JOIN LATERAL (
                            SELECT count(*)::int AS n,
                                   coalesce(sum(coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0)), 0)
                                       ::bigint AS bytes
                            FROM task WHERE run_id = r.id) t
                        WHERE r.id = $1 AND r.namespace = $2 AND %s
                        """.formatted(ConductorScope.of("r")))
                .execute(Tuple.of(id, namespace))
                .map(rows -> Definitions.first(rows)
                        .map(row -> new Size(row.getLong("run_bytes"), row.getLong("bytes"), row.getInteger("n"))));
        return StoreFailures.named(found, "measure run " + id);
    }

    /** The run of a task, if that is the run itself or was begun below it, at any depth. */
    public Future<Optional<UUID>> runOfTask(String namespace, UUID runId, UUID taskId) {
        Future<Optional<UUID>> found = pool.preparedQuery("""
                        WITH RECURSIVE above AS (
                            SELECT r.id, r.parent_run_id, r.id AS owner
                            FROM task t JOIN run r ON r.id = t.run_id
                            WHERE t.id = $3 AND r.namespace = $2 AND %s
                            UNION ALL
                            SELECT r.id, r.parent_run_id, above.owner
                            FROM above JOIN run r ON r.id = above.parent_run_id WHERE above.id <> $1)
                        SELECT owner FROM above WHERE id = $1
                        """.formatted(ConductorScope.of("r")))
                .execute(Tuple.of(runId, namespace, taskId))
                .map(rows -> Definitions.first(rows).map(row -> row.getUUID("owner")));
        return StoreFailures.named(found, "look for the run of task " + taskId);
    }

    /** Removes a run of this dialect that has ended, with all that belongs to it; false when there is none such. */
    public Future<Boolean> remove(String namespace, UUID id) {
        return RunRemoval.removed(pool, Dialect.CONDUCTOR, namespace, List.of(id))
                .map(gone -> !gone.isEmpty());
    }

    private static Tuple ids(Collection<UUID> ids) {
        return Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new));
    }

    private static List<UUID> idsOf(RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>(rows.size());
        rows.forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }
}
