package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The tasks of agents as their users see them: runs, with what their nodes have told. */
public final class AgentTasks {
    /** Of the attributes of a run: whose task it is of, and whom it calls back. */
    public static final String CALLBACK = "callback";

    /** The log of one task, in bytes; of a longer one the newest lines are shown. */
    public static final long MAX_LOG_BYTES = 4L << 20;

    private static final String COLUMNS =
            "id, namespace, name, correlation_id, created_by, created_at, status, version, attributes, output";

    /**
     * What a run's log consists of, in the order of its nodes' attempts: that a node runs, once it does (not while it waits
     * for its next attempt or for the run to be resumed: due_kind 1, 5 and 6), its lines, and what it came to. Those that
     * fit, counted from the newest.
     */
    private static final String LOGS = """
             LEFT JOIN LATERAL (
                SELECT array_agg(kind ORDER BY seq, line) AS kinds, array_agg(text ORDER BY seq, line) AS texts,
                       max(total) AS total
                  FROM (SELECT entry.*, count(*) OVER () AS total,
                               sum(octet_length(text)) OVER (ORDER BY seq DESC, line DESC) AS weight
                          FROM (SELECT seq, -1::bigint AS line, 0 AS kind, name AS text
                                  FROM task WHERE run_id = page.id AND due_kind NOT IN (1, 5, 6)
                                UNION ALL
                                SELECT task.seq, task_log.line, 1, message
                                  FROM task JOIN task_log ON task_log.task_id = task.id WHERE run_id = page.id
                                UNION ALL
                                SELECT seq, 9223372036854775807, 2, output
                                  FROM task
                                 WHERE run_id = page.id AND status = 2 AND output IS NOT NULL
                                   AND type IN ('%s', '%s')) AS entry) AS weighed
                 WHERE weight <= ?) AS log ON true
            """.formatted(AgentCompiler.PROMPT, AgentCompiler.MCP);

    private final Pool pool;

    public AgentTasks(Pool pool) {
        this.pool = pool;
    }

    /**
     * @param version grows with every transition of the run
     * @param owner who started it
     * @param logs what to show of its progress
     * @param earlier lines before those that are not shown
     * @param output missing until there is one
     */
    public record AgentTask(
            UUID id,
            String namespace,
            String name,
            String agentId,
            String owner,
            Instant createdAt,
            RunStatus status,
            int version,
            List<String> logs,
            long earlier,
            JsonNode output,
            Optional<String> callback) {

        /** Without so many lines more. */
        public AgentTask withoutFirst(int lines) {
            return new AgentTask(
                    id,
                    namespace,
                    name,
                    agentId,
                    owner,
                    createdAt,
                    status,
                    version,
                    logs.subList(lines, logs.size()),
                    earlier + lines,
                    output,
                    callback);
        }
    }

    /**
     * @param statuses none for any
     * @param before only tasks that were started before this one
     */
    public record Filter(Set<RunStatus> statuses, Optional<UUID> before, int limit) {}

    /** Whether somebody is to be told what becomes of the run. */
    public static boolean callsBack(Run run) {
        return run.origin().dialect() == Dialect.AGENTS
                && run.origin().attributes().has(CALLBACK);
    }

    /** The newest first. */
    public Future<Listed<AgentTask>> list(String namespace, String owner, Filter filter) {
        Tuple values = Tuple.of(namespace, owner)
                .addArrayOfShort(filter.statuses().stream().map(RunStatus::code).toArray(Short[]::new))
                .addUUID(filter.before().orElse(null))
                .addInteger(filter.limit())
                .addLong(Math.min(MAX_LOG_BYTES, Listed.MAX_PAGE_BYTES / Math.max(1, filter.limit())));
        String condition = """
                namespace = $1 AND created_by = $2 AND (cardinality($3::smallint[]) = 0 OR status = ANY($3))
                  AND ($4::uuid IS NULL OR id < $4) ORDER BY id DESC LIMIT $5
                """;
        return StoreFailures.named(read(condition, "$6", "ORDER BY id DESC", values), "list agents' tasks");
    }

    /** Of whatever owner; empty when there is no such task. */
    public Future<Optional<AgentTask>> find(UUID id) {
        Tuple values = Tuple.of(id, MAX_LOG_BYTES);
        Future<Optional<AgentTask>> found = read("id = $1", "$2", "", values).map(listed -> switch (listed) {
            case Listed.Page<AgentTask> page -> page.rows().stream().findFirst();
            case Listed.TooLarge<AgentTask>(long bytes) ->
                throw new IllegalStateException("Task " + id + " holds " + bytes + " bytes");
        });
        return StoreFailures.named(found, "read agent's task " + id);
    }

    private Future<Listed<AgentTask>> read(String condition, String limit, String order, Tuple values) {
        String sql = """
                SELECT page.*, log.kinds, log.texts, log.total
                  FROM (SELECT %s, coalesce(sum(octet_length(output)) OVER (), 0)::bigint AS page_weight
                          FROM (SELECT %s FROM run WHERE dialect = %d AND %s) AS wanted) AS page %s %s
                """.formatted(COLUMNS, COLUMNS, Dialect.AGENTS.code(), condition, LOGS.replace("?", limit), order);
        return pool.preparedQuery(sql).execute(values).map(rows -> {
            List<AgentTask> tasks = new ArrayList<>();
            for (Row row : rows) {
                long weight = row.getLong("page_weight");
                if (weight > Listed.MAX_PAGE_BYTES && rows.size() > 1) {
                    return new Listed.TooLarge<>(weight);
                }
                tasks.add(task(row));
            }
            return new Listed.Page<>(tasks.size(), List.copyOf(tasks));
        });
    }

    private static AgentTask task(Row row) {
        Integer[] kinds = Optional.ofNullable(row.getArrayOfIntegers("kinds")).orElseGet(() -> new Integer[0]);
        String[] texts = Optional.ofNullable(row.getArrayOfStrings("texts")).orElseGet(() -> new String[0]);
        List<String> logs = new ArrayList<>(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            logs.add(line(kinds[i], texts[i]));
        }
        long total = Optional.ofNullable(row.getLong("total")).orElse(0L);
        return new AgentTask(
                row.getUUID("id"),
                row.getString("namespace"),
                row.getString("name"),
                row.getString("correlation_id"),
                row.getString("created_by"),
                Definitions.instant(row, "created_at"),
                RunStatus.ofCode(row.getShort("status")),
                row.getInteger("version"),
                List.copyOf(logs),
                total - kinds.length,
                Json.read(row.getString("output")),
                Optional.ofNullable(
                        Json.read(row.getString("attributes")).path(CALLBACK).textValue()));
    }

    /** As the logs of the original read (agents: life cycle and logs). */
    private static String line(int kind, String text) {
        return switch (kind) {
            case 0 -> text + ": Running";
            case 1 -> text;
            case 2 -> "Response: " + Json.read(text).path(AgentCompiler.RESULT).asText();
            default -> throw new IllegalArgumentException("There is no kind of line " + kind);
        };
    }

    /** The tasks of an agent, some of them; those that have not ended first. */
    public Future<List<UUID>> ofAgent(String namespace, String agentId, int limit) {
        String sql = """
                SELECT id FROM run WHERE namespace = $1 AND correlation_id = $2 AND dialect = %d
                 ORDER BY status > 1, id LIMIT $3
                """.formatted(Dialect.AGENTS.code());
        Future<List<UUID>> found = pool.preparedQuery(sql)
                .execute(Tuple.of(namespace, agentId, limit))
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getUUID("id")));
                    return List.copyOf(ids);
                });
        return StoreFailures.named(found, "list the tasks of agent " + agentId);
    }

    /** Removes those that have ended, with all that belongs to them, their callbacks included. */
    public Future<Set<UUID>> remove(String namespace, Collection<UUID> ids) {
        return pool.withTransaction(connection -> RunRemoval.removed(connection, Dialect.AGENTS, namespace, ids)
                .compose(gone -> Webhooks.remove(connection, gone).map(gone)));
    }
}
