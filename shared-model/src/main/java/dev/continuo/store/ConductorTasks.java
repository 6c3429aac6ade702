package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Tasks as the conductor dialect reads them back, each with what is shown of its run. The output of a loop that is
 * open comes with its passes, as far as they fit.
 */
public final class ConductorTasks {
    /** The name of the type whose passes are stored apart. */
    private static final String LOOP = "DO_WHILE";

    /** Of a loop's input: how many passes its output tells about. */
    private static final String KEEP_LAST = "keepLastN";

    /** How deep runs within runs are looked through. */
    private static final int MAX_DEPTH = 20;

    /** The types that somebody outside ends by a signal (conductor: signal). */
    private static final Set<String> SIGNALED = Set.of("WAIT", "HUMAN", "YIELD");

    private static final String SELECT = "SELECT " + TaskRows.ALL + ", " + RunFacts.COLUMNS
            + " FROM task t JOIN run r ON r.id = t.run_id WHERE r.namespace = $1 AND "
            + ConductorScope.of("r");

    private final SqlClient client;

    public ConductorTasks(Pool pool) {
        this.client = pool;
    }

    public record Found(Task task, RunFacts run) {
        private Found with(List<Outcome.Pass> passes) {
            int keep = task.input().path(KEEP_LAST).asInt();
            List<Outcome.Pass> kept =
                    keep > 0 ? passes.subList(Math.max(0, passes.size() - keep), passes.size()) : passes;
            return new Found(
                    task.withOutput(merged(task.output(), kept), task.times().updatedAt()), run);
        }
    }

    /** What is shown of a run with its tasks. */
    public Future<Optional<RunFacts>> run(String namespace, UUID runId) {
        String sql = "SELECT " + RunFacts.COLUMNS + " FROM run r WHERE r.id = $2 AND r.namespace = $1 AND "
                + ConductorScope.of("r");
        Future<Optional<RunFacts>> found = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, runId))
                .map(rows -> Definitions.first(rows).map(RunFacts::read));
        return StoreFailures.named(found, "read run " + runId);
    }

    public Future<Optional<Found>> find(String namespace, UUID taskId) {
        return one(SELECT + " AND t.id = $2", Tuple.of(namespace, taskId), "task " + taskId);
    }

    /** The latest attempt that is open of what is shown under that reference name, with or without its passes. */
    public Future<Optional<Found>> open(String namespace, UUID runId, String name) {
        return named(namespace, runId, name, " AND t.open");
    }

    /** The latest attempt of what is shown under that reference name, with or without its passes. */
    public Future<Optional<Found>> latest(String namespace, UUID runId, String name) {
        return named(namespace, runId, name, "");
    }

    private Future<Optional<Found>> named(String namespace, UUID runId, String name, String condition) {
        String sql = SELECT + " AND t.run_id = $2 AND t.ref = ANY($3) AND (t.ref = $4 OR t.ref || t.suffix = $4)"
                + condition + " ORDER BY t.seq DESC LIMIT 1";
        Tuple values = Tuple.of(namespace, runId)
                .addArrayOfString(references(name).toArray(String[]::new))
                .addString(name);
        return one(sql, values, "task '" + name + "' of run " + runId);
    }

    /** What a shown name may be the reference of: a suffix may be one of passes, or part of the reference itself. */
    static List<String> references(String name) {
        List<String> references = new ArrayList<>();
        references.add(name);
        String rest = name;
        for (int at = rest.lastIndexOf("__"); at > 0; at = rest.lastIndexOf("__")) {
            String number = rest.substring(at + 2);
            if (number.isEmpty() || !number.chars().allMatch(Character::isDigit)) {
                break;
            }
            rest = rest.substring(0, at);
            references.add(rest);
        }
        return references;
    }

    /** The first task that waits for a signal, in the run or in the runs that its open tasks wait for. */
    public Future<Optional<Found>> blocking(String namespace, UUID runId) {
        String[] signaled = SIGNALED.toArray(String[]::new);
        String sql = """
                WITH RECURSIVE reached AS (
                    SELECT t.id, t.type, t.child_run_id, t.input IS NOT NULL AS begun, ARRAY[t.seq] AS path
                      FROM task t WHERE t.run_id = $2 AND t.open
                    UNION ALL
                    SELECT t.id, t.type, t.child_run_id, t.input IS NOT NULL, reached.path || t.seq
                      FROM reached JOIN task t ON t.run_id = reached.child_run_id
                     WHERE t.open AND cardinality(reached.path) < %d)
                %s AND t.id = (SELECT id FROM reached WHERE begun AND type = ANY($3) ORDER BY path LIMIT 1)
                """.formatted(MAX_DEPTH, SELECT);
        return one(sql, Tuple.of(namespace, runId).addArrayOfString(signaled), "what run " + runId + " waits for");
    }

    /**
     * The tasks of a run in their order, each attempt of them.
     *
     * @param statuses empty for any
     */
    public Future<Listed<Found>> ofRun(String namespace, UUID runId, Collection<TaskStatus> statuses, Paging paging) {
        Short[] codes = statuses.stream().map(TaskStatus::code).toArray(Short[]::new);
        Tuple values = Tuple.of(namespace, runId).addArrayOfShort(codes);
        return page(
                " AND t.run_id = $2 AND (cardinality($3::smallint[]) = 0 OR t.status = ANY($3))",
                "seq",
                values,
                paging);
    }

    /** Tasks of a run whose time has come, oldest first. */
    public Future<List<UUID>> due(String namespace, UUID runId, int most) {
        String sql = """
                SELECT t.id FROM task t JOIN run r ON r.id = t.run_id
                 WHERE r.namespace = $1 AND t.run_id = $2 AND t.open AND t.due_at <= clock_timestamp()
                 ORDER BY t.due_at LIMIT $3
                """;
        Future<List<UUID>> due = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, runId, (long) most))
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>(rows.size());
                    rows.forEach(row -> ids.add(row.getUUID("id")));
                    return List.copyOf(ids);
                });
        return StoreFailures.named(due, "look for what is due in run " + runId);
    }

    /** Open tasks of a type, whatever their runs, oldest first. */
    public Future<Listed<Found>> openOfType(String namespace, String type, Paging paging) {
        return page(" AND t.open AND t.type = $2", "id", Tuple.of(namespace, type), paging);
    }

    private Future<Listed<Found>> page(String condition, String order, Tuple values, Paging paging) {
        String chosen = SELECT + condition;
        Tuple counted = Tuple.tuple();
        for (int i = 0; i < values.size(); i++) {
            counted.addValue(values.getValue(i));
        }
        int next = values.size();
        String page = """
                WITH chosen AS (%1$s ORDER BY t.%2$s LIMIT $%3$d OFFSET $%4$d),
                weighed AS (
                    SELECT *, coalesce(sum(coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0))
                                       OVER (), 0)::bigint AS page_weight FROM chosen)
                (SELECT * FROM weighed WHERE page_weight <= $%5$d)
                UNION ALL (SELECT * FROM weighed WHERE page_weight > $%5$d LIMIT 1)
                ORDER BY %2$s
                """.formatted(chosen, order, next + 1, next + 2, next + 3);
        values.addLong((long) paging.size()).addLong((long) paging.offset()).addLong(Listed.MAX_PAGE_BYTES);
        String count = "SELECT count(*) FROM (" + chosen + " LIMIT " + Listed.MAX_TOTAL + ") AS counted";
        Future<Long> total = client.preparedQuery(count)
                .execute(counted)
                .map(rows -> rows.iterator().next().getLong(0));
        Future<Listed<Found>> listed = Future.all(client.preparedQuery(page).execute(values), total)
                .map(both -> listed(both.resultAt(0), both.resultAt(1)))
                .compose(this::withPasses);
        return StoreFailures.named(listed, "list tasks");
    }

    private static Listed<Found> listed(Iterable<Row> rows, long total) {
        List<Found> tasks = new ArrayList<>();
        for (Row row : rows) {
            if (row.getLong("page_weight") > Listed.MAX_PAGE_BYTES) {
                return new Listed.TooLarge<>(row.getLong("page_weight"));
            }
            tasks.add(found(row));
        }
        return new Listed.Page<>(total, tasks);
    }

    private Future<Listed<Found>> withPasses(Listed<Found> listed) {
        return switch (listed) {
            case Listed.Page<Found>(long total, List<Found> rows) ->
                withPasses(rows).map(whole -> new Listed.Page<>(total, whole));
            case Listed.TooLarge<Found> tooLarge -> Future.succeededFuture(tooLarge);
        };
    }

    private Future<Optional<Found>> one(String sql, Tuple values, String what) {
        Future<Optional<Found>> found = client.preparedQuery(sql)
                .execute(values)
                .compose(rows -> withPasses(Definitions.first(rows).map(ConductorTasks::found).stream()
                        .toList()))
                .map(list -> list.stream().findFirst());
        return StoreFailures.named(found, "read " + what);
    }

    private static Found found(Row row) {
        return new Found(TaskRows.read(row), RunFacts.read(row));
    }

    /** The same tasks, with the passes that open loops among them have come to. */
    public Future<List<Found>> withPasses(List<Found> tasks) {
        UUID[] loops = tasks.stream()
                .map(Found::task)
                .filter(task -> task.open() && task.label().type().equals(LOOP))
                .map(Task::id)
                .toArray(UUID[]::new);
        if (loops.length == 0) {
            return Future.succeededFuture(tasks);
        }
        return client.preparedQuery(LoopPasses.SELECT_LATEST)
                .execute(Tuple.tuple().addArrayOfUUID(loops).addLong(Listed.MAX_PAGE_BYTES))
                .map(rows -> {
                    Map<UUID, List<Outcome.Pass>> passes = new HashMap<>();
                    rows.forEach(row -> passes.computeIfAbsent(row.getUUID("task_id"), id -> new ArrayList<>())
                            .add(LoopPasses.read(row)));
                    return tasks.stream()
                            .map(found ->
                                    found.with(passes.getOrDefault(found.task().id(), List.of())))
                            .toList();
                });
    }

    private static JsonNode merged(JsonNode output, List<Outcome.Pass> passes) {
        if (passes.isEmpty()) {
            return output;
        }
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        passes.forEach(pass -> merged.set(Integer.toString(pass.number()), pass.output()));
        if (output instanceof ObjectNode rest) {
            merged.setAll(rest);
        }
        return merged;
    }
}
