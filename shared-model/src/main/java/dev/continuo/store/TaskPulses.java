package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** Whether anything has happened to a task of an agent, without reading what. */
public final class TaskPulses {
    /** Tells of the nodes what {@link AgentTasks} shows: those that have begun, and the last line of each. */
    private static final String READ = """
            SELECT r.version, nodes.begun, nodes.line
              FROM run r
              CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE t.due_kind NOT IN (1, 5, 6)) AS begun, max(last.line) AS line
                  FROM task t
                  LEFT JOIN LATERAL (SELECT max(line) AS line FROM task_log WHERE task_id = t.id) AS last ON true
                 WHERE t.run_id = r.id) AS nodes
             WHERE r.id = $1
            """;

    private final SqlClient client;

    public TaskPulses(Pool pool) {
        this.client = pool;
    }

    /** Something has happened between two that differ. */
    public record Pulse(int version, long begun, long line) {}

    /** Empty when there is no such task. */
    public Future<Optional<Pulse>> of(UUID id) {
        Future<Optional<Pulse>> pulse = client.preparedQuery(READ)
                .execute(Tuple.of(id))
                .map(rows -> Definitions.first(rows)
                        .map(row -> new Pulse(
                                row.getInteger("version"),
                                row.getLong("begun"),
                                Optional.ofNullable(row.getLong("line")).orElse(0L))));
        return StoreFailures.named(pulse, "look at agent's task " + id);
    }
}
