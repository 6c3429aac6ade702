package dev.continuo.store;

import dev.continuo.model.LogEntry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The logs of tasks, as users of the conductor dialect write and read them. */
public final class ConductorLogs {
    /** The most lines of one task: the last of them tells that there were more. */
    public static final int MAX_LINES = 1_000;

    private static final String FULL = "Log truncated: a task's log has at most " + MAX_LINES + " lines";

    private final SqlClient client;

    public ConductorLogs(Pool pool) {
        this.client = pool;
    }

    /** False when the namespace has no such task. A line that does not fit any more is dropped. */
    public Future<Boolean> append(String namespace, LogEntry line) {
        String sql = """
                WITH owner AS (
                    SELECT t.id FROM task t JOIN run r ON r.id = t.run_id
                     WHERE t.id = $2 AND r.namespace = $1 AND %1$s),
                known AS (SELECT count(*) AS lines FROM (SELECT 1 FROM task_log WHERE task_id = $2 LIMIT %2$d) AS l),
                added AS (
                    INSERT INTO task_log (task_id, at, level, message)
                    SELECT owner.id, $3, $4, CASE WHEN known.lines < %2$d - 1 THEN $5 ELSE $6 END
                      FROM owner, known WHERE known.lines < %2$d)
                SELECT id FROM owner
                """.formatted(ConductorScope.of("r"), MAX_LINES);
        Tuple values = Tuple.of(namespace, line.taskId(), Columns.utc(line.at()))
                .addShort(line.level().code())
                .addString(line.message().replace('\0', '\uFFFD'))
                .addString(FULL);
        Future<Boolean> added = client.preparedQuery(sql).execute(values).map(rows -> rows.size() > 0);
        return StoreFailures.named(added, "write the log of task " + line.taskId());
    }

    /** The lines in the order in which they were written, at most {@link #MAX_LINES} and as many as one answer may hold. */
    public Future<List<LogEntry>> lines(String namespace, UUID taskId) {
        String sql = """
                SELECT at, level, message
                  FROM (SELECT l.*, sum(octet_length(l.message)) OVER (ORDER BY l.line) AS weight
                          FROM (SELECT * FROM task_log WHERE task_id = $2 ORDER BY line LIMIT %d) AS l
                         WHERE EXISTS (SELECT 1 FROM task t JOIN run r ON r.id = t.run_id
                                        WHERE t.id = $2 AND r.namespace = $1 AND %s)) AS weighed
                 WHERE weight <= %d ORDER BY line
                """.formatted(MAX_LINES, ConductorScope.of("r"), Listed.MAX_PAGE_BYTES);
        Future<List<LogEntry>> lines = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, taskId))
                .map(rows -> {
                    List<LogEntry> list = new ArrayList<>(rows.size());
                    rows.forEach(row -> list.add(new LogEntry(
                            taskId,
                            Definitions.instant(row, "at"),
                            LogEntry.Level.ofCode(row.getInteger("level")),
                            row.getString("message"))));
                    return List.copyOf(list);
                });
        return StoreFailures.named(lines, "read the log of task " + taskId);
    }
}
