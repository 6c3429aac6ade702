package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Outcome;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs, tasks and logs as they are read back: every query is scoped by a namespace, and a run comes with its tasks in
 * one statement, so that both are of one moment.
 */
public final class RunReads {
    private static final String VISIBLE = "(run.namespace = $1 OR run.shared_with @> ARRAY[$1::text])";
    private static final String RUN = "id, namespace, shared_with, definition_id, revision_id, name, user_type, status,"
            + " input, output, reason, created_at, updated_at, created_by, updated_by";
    private static final String RUN_WEIGHT = "octet_length(input) + coalesce(octet_length(output), 0)";
    private static final String TASK_COLUMNS = ", t.task_ids, t.task_refs, t.task_types, t.task_statuses,"
            + " t.task_attempts, t.task_iterations, t.task_reasons";
    /** {@code ?1}: whether the tasks of loop bodies are wanted; {@code ?2}: the most tasks of one run. */
    private static final String TASKS = """
            LEFT JOIN LATERAL (
                SELECT array_agg(id) AS task_ids, array_agg(ref) AS task_refs, array_agg(type) AS task_types,
                       array_agg(status::int) AS task_statuses, array_agg(attempt) AS task_attempts,
                       array_agg(iteration) AS task_iterations, array_agg(reason) AS task_reasons
                  FROM (SELECT id, ref, type, status, attempt, iteration, reason FROM task
                         WHERE run_id = page.id AND NOT retried AND (iteration = 0 OR ?1)
                         ORDER BY seq LIMIT ?2) AS ordered) AS t ON true
            """;

    /** The most tasks that are shown with one run. */
    public static final int MAX_TASKS = 10_000;

    private final SqlClient client;

    public RunReads(Pool pool) {
        this.client = pool;
    }

    /**
     * A run as it is shown.
     *
     * @param output missing until there is one
     * @param tasks in the order in which they were reached; of a task that was tried again only the latest attempt
     */
    public record RunRow(
            UUID id,
            String namespace,
            List<String> sharedWith,
            UUID definitionId,
            UUID revisionId,
            String name,
            Optional<String> userType,
            RunStatus status,
            JsonNode input,
            JsonNode output,
            Optional<String> reason,
            Definitions.Audit audit,
            List<TaskSummary> tasks) {

        /** The run that a start has made, without another query. */
        public static RunRow started(Outcome.Accepted accepted, List<String> sharedWith, Optional<String> userType) {
            Run run = accepted.run();
            Run.Origin origin = run.origin();
            List<TaskSummary> tasks = accepted.inserted().stream()
                    .filter(task -> !task.retried() && task.label().iteration() == 0)
                    .sorted(Comparator.comparingInt(task -> task.label().seq()))
                    .map(TaskSummary::of)
                    .toList();
            return new RunRow(
                    run.id(),
                    origin.namespace(),
                    sharedWith,
                    origin.definitionId(),
                    origin.revisionId(),
                    origin.name(),
                    userType,
                    run.status(),
                    origin.input(),
                    run.output(),
                    run.reason(),
                    new Definitions.Audit(
                            run.times().createdAt(), run.times().updatedAt(), origin.createdBy(), run.updatedBy()),
                    tasks);
        }
    }

    public record TaskSummary(
            UUID id, String ref, String type, TaskStatus status, int attempt, int iteration, Optional<String> reason) {
        static TaskSummary of(Task task) {
            return new TaskSummary(
                    task.id(),
                    task.label().ref(),
                    task.label().type(),
                    task.status(),
                    task.label().attempt(),
                    task.label().iteration(),
                    task.reason());
        }
    }

    /**
     * A task by itself.
     *
     * @param input missing until the task has begun
     * @param output missing until there is one
     * @param runStatus where its run stands
     */
    public record TaskRow(TaskSummary summary, JsonNode input, JsonNode output, RunStatus runStatus, UUID revisionId) {}

    public enum SortField implements Order.Column {
        NAME("name"),
        STATUS("status"),
        USER_TYPE("user_type"),
        CREATED_AT("created_at"),
        UPDATED_AT("updated_at");

        private final String sql;

        SortField(String sql) {
            this.sql = sql;
        }

        @Override
        public String sql() {
            return sql;
        }
    }

    /** Whether any task of a run has got past SCHEDULED. */
    public enum Progress {
        ANY,
        NONE_BEGUN,
        SOME_BEGUN
    }

    /** Runs in one status. */
    public record StatusFilter(RunStatus status, Progress progress) {}

    /**
     * @param name a part of the name, in letters of any case
     * @param definitionId a part of the definition's id
     * @param from the earliest start, inclusive
     * @param before the latest start, exclusive
     */
    public record Filter(
            Optional<String> name,
            Optional<String> definitionId,
            Optional<StatusFilter> status,
            Optional<Instant> from,
            Optional<Instant> before) {}

    public Future<Listed<RunRow>> list(String namespace, Filter filter, Order order, Paging paging) {
        Listing listing = new Listing("run", RUN, RUN_WEIGHT, namespace, true);
        filter.name().ifPresent(part -> listing.andContains("name", part));
        filter.definitionId().ifPresent(part -> listing.andContains("definition_id::text", part));
        filter.status().ifPresent(wanted -> {
            listing.and("status = ?", wanted.status().code());
            String begun = "EXISTS (SELECT 1 FROM task WHERE run_id = run.id AND task.status <> 0)";
            switch (wanted.progress()) {
                case ANY -> {}
                case NONE_BEGUN -> listing.and("NOT " + begun);
                case SOME_BEGUN -> listing.and(begun);
            }
        });
        filter.from().ifPresent(at -> listing.and("created_at >= ?", at.atOffset(ZoneOffset.UTC)));
        filter.before().ifPresent(at -> listing.and("created_at < ?", at.atOffset(ZoneOffset.UTC)));
        Listing.Decoration tasks = new Listing.Decoration(TASK_COLUMNS, TASKS, List.of(false, (long) MAX_TASKS));
        return listing.fetch(client, order, paging, tasks, RunReads::run);
    }

    /** @param loopBodies whether the tasks of loop bodies are wanted, too */
    public Future<Optional<RunRow>> find(String namespace, UUID id, boolean loopBodies) {
        String sql = "SELECT page.*" + TASK_COLUMNS + " FROM (SELECT " + RUN + " FROM run WHERE id = $2 AND " + VISIBLE
                + ") AS page " + TASKS.replace("?1", "$3").replace("?2", "$4");
        Future<Optional<RunRow>> found = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, id, loopBodies, (long) MAX_TASKS))
                .map(rows -> Definitions.first(rows).map(RunReads::run));
        return StoreFailures.named(found, "read run " + id);
    }

    /** Whether the namespace may see the run. */
    public Future<Boolean> visible(String namespace, UUID id) {
        Future<Boolean> visible = client.preparedQuery("SELECT 1 FROM run WHERE id = $2 AND " + VISIBLE)
                .execute(Tuple.of(namespace, id))
                .map(rows -> rows.size() > 0);
        return StoreFailures.named(visible, "look for run " + id);
    }

    public Future<Optional<TaskRow>> task(String namespace, UUID runId, UUID taskId) {
        String sql = """
                SELECT task.id, ref, type, task.status, attempt, iteration, task.reason, task.input, task.output,
                       run.status AS run_status, run.revision_id
                  FROM task JOIN run ON run.id = task.run_id
                 WHERE task.id = $3 AND run.id = $2 AND %s
                """.formatted(VISIBLE);
        Future<Optional<TaskRow>> found = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, runId, taskId))
                .map(rows -> Definitions.first(rows).map(RunReads::task));
        return StoreFailures.named(found, "read task " + taskId);
    }

    /** The tasks in the passes of a loop, at any depth; none for a task that is no loop. */
    public Future<Listed<TaskRow>> loopBody(String namespace, UUID runId, UUID loopTaskId, Paging paging) {
        String below = """
                WITH RECURSIVE body AS (
                    SELECT task.id FROM task JOIN run ON run.id = task.run_id
                     WHERE run_id = $2 AND parent_id = $3 AND iteration > 0 AND %s
                    UNION ALL
                    SELECT task.id FROM task JOIN body ON task.parent_id = body.id WHERE task.run_id = $2)
                """.formatted(VISIBLE);
        Future<Long> total = client.preparedQuery(
                        below + "SELECT count(*) FROM task JOIN body USING (id) WHERE NOT retried")
                .execute(Tuple.of(namespace, runId, loopTaskId))
                .map(rows -> rows.iterator().next().getLong(0));
        String page = below + """
                , chosen AS (
                    SELECT task.* FROM task JOIN body USING (id) WHERE NOT retried
                     ORDER BY iteration, seq LIMIT $4 OFFSET $5),
                weighed AS (
                    SELECT chosen.*, coalesce(sum(coalesce(octet_length(input), 0) + coalesce(octet_length(output), 0))
                                              OVER (), 0)::bigint AS page_weight FROM chosen)
                SELECT weighed.id, ref, type, weighed.status, attempt, iteration, weighed.reason, page_weight,
                       CASE WHEN page_weight <= $6 THEN weighed.input END AS input,
                       CASE WHEN page_weight <= $6 THEN weighed.output END AS output,
                       run.status AS run_status, run.revision_id
                  FROM weighed JOIN run ON run.id = weighed.run_id
                 WHERE %s
                 ORDER BY iteration, seq
                """.formatted(VISIBLE);
        Tuple values = Tuple.of(namespace, runId, loopTaskId, (long) paging.size(), (long) paging.offset())
                .addLong(Listed.MAX_PAGE_BYTES);
        Future<Listed<TaskRow>> listed = Future.all(client.preparedQuery(page).execute(values), total)
                .map(both -> taskPage(both.resultAt(0), both.resultAt(1)));
        return StoreFailures.named(listed, "read the passes of task " + loopTaskId);
    }

    /** Whether the namespace may see the task. */
    public Future<Boolean> visible(String namespace, UUID runId, UUID taskId) {
        String sql = """
                SELECT 1 FROM task JOIN run ON run.id = task.run_id WHERE task.id = $3 AND run.id = $2 AND %s
                """.formatted(VISIBLE);
        Future<Boolean> visible = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, runId, taskId))
                .map(rows -> rows.size() > 0);
        return StoreFailures.named(visible, "look for task " + taskId);
    }

    /** The lines of the log of a task and of the attempts before it, oldest first. */
    public Future<Listed<LogEntry>> logs(String namespace, UUID runId, UUID taskId, Paging paging) {
        String attempts = """
                WITH RECURSIVE attempt AS (
                    SELECT task.id, task.retry_of FROM task JOIN run ON run.id = task.run_id
                     WHERE task.id = $3 AND run.id = $2 AND %s
                    UNION ALL
                    SELECT task.id, task.retry_of FROM task JOIN attempt ON task.id = attempt.retry_of
                     WHERE task.run_id = $2)
                """.formatted(VISIBLE);
        Future<Long> total = client.preparedQuery(
                        attempts + "SELECT count(*) FROM task_log JOIN attempt ON attempt.id = task_log.task_id")
                .execute(Tuple.of(namespace, runId, taskId))
                .map(rows -> rows.iterator().next().getLong(0));
        String page = attempts + """
                , page AS (SELECT line, at, level, message FROM task_log JOIN attempt ON attempt.id = task_log.task_id
                            ORDER BY at, line LIMIT $4 OFFSET $5),
                weighed AS (SELECT *, coalesce(sum(octet_length(message)) OVER (), 0)::bigint AS page_weight FROM page)
                SELECT at, level, page_weight, CASE WHEN page_weight <= $6 THEN message ELSE '' END AS message
                  FROM weighed ORDER BY at, line
                """;
        Tuple values = Tuple.of(namespace, runId, taskId, (long) paging.size(), (long) paging.offset())
                .addLong(Listed.MAX_PAGE_BYTES);
        Future<Listed<LogEntry>> listed = Future.all(client.preparedQuery(page).execute(values), total)
                .map(both -> logPage(taskId, both.resultAt(0), both.resultAt(1)));
        return StoreFailures.named(listed, "read the log of task " + taskId);
    }

    private static Listed<TaskRow> taskPage(Iterable<Row> rows, long total) {
        List<TaskRow> tasks = new ArrayList<>();
        for (Row row : rows) {
            if (row.getLong("page_weight") > Listed.MAX_PAGE_BYTES) {
                return new Listed.TooLarge<>(row.getLong("page_weight"));
            }
            tasks.add(task(row));
        }
        return new Listed.Page<>(total, List.copyOf(tasks));
    }

    private static Listed<LogEntry> logPage(UUID taskId, Iterable<Row> rows, long total) {
        List<LogEntry> lines = new ArrayList<>();
        for (Row row : rows) {
            if (row.getLong("page_weight") > Listed.MAX_PAGE_BYTES) {
                return new Listed.TooLarge<>(row.getLong("page_weight"));
            }
            LogEntry.Level level = LogEntry.Level.ofCode(row.getInteger("level"));
            lines.add(new LogEntry(taskId, Definitions.instant(row, "at"), level, row.getString("message")));
        }
        return new Listed.Page<>(total, List.copyOf(lines));
    }

    private static RunRow run(Row row) {
        return new RunRow(
                row.getUUID("id"),
                row.getString("namespace"),
                Definitions.sharedWith(row),
                row.getUUID("definition_id"),
                row.getUUID("revision_id"),
                row.getString("name"),
                Optional.ofNullable(row.getString("user_type")),
                RunStatus.ofCode(row.getInteger("status")),
                Json.read(row.getString("input")),
                Json.read(row.getString("output")),
                Optional.ofNullable(row.getString("reason")),
                Definitions.Audit.of(row),
                summaries(row));
    }

    private static List<TaskSummary> summaries(Row row) {
        UUID[] ids = row.getArrayOfUUIDs("task_ids");
        if (ids == null) {
            return List.of();
        }
        String[] refs = row.getArrayOfStrings("task_refs");
        String[] types = row.getArrayOfStrings("task_types");
        Integer[] statuses = row.getArrayOfIntegers("task_statuses");
        Integer[] attempts = row.getArrayOfIntegers("task_attempts");
        Integer[] iterations = row.getArrayOfIntegers("task_iterations");
        String[] reasons = row.getArrayOfStrings("task_reasons");
        List<TaskSummary> tasks = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            TaskStatus status = TaskStatus.ofCode(statuses[i]);
            Optional<String> reason = Optional.ofNullable(reasons[i]);
            tasks.add(new TaskSummary(ids[i], refs[i], types[i], status, attempts[i], iterations[i], reason));
        }
        return List.copyOf(tasks);
    }

    private static TaskRow task(Row row) {
        TaskSummary summary = new TaskSummary(
                row.getUUID("id"),
                row.getString("ref"),
                row.getString("type"),
                TaskStatus.ofCode(row.getInteger("status")),
                row.getInteger("attempt"),
                row.getInteger("iteration"),
                Optional.ofNullable(row.getString("reason")));
        return new TaskRow(
                summary,
                Json.read(row.getString("input")),
                Json.read(row.getString("output")),
                RunStatus.ofCode(row.getInteger("run_status")),
                row.getUUID("revision_id"));
    }
}
