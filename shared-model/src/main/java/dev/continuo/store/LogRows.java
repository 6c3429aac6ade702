package dev.continuo.store;

import dev.continuo.model.LogEntry;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** The table {@code task_log}; append only. */
final class LogRows {
    static final String INSERT = """
            INSERT INTO task_log (task_id, at, level, message)
            SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::smallint[], $4::text[])
            """;

    /**
     * The same for lines that no transition of their run brings along: a task that is gone gets none, since nobody would
     * ever remove them.
     */
    static final String APPEND = """
            INSERT INTO task_log (task_id, at, level, message)
            SELECT task_id, at, level, message
              FROM unnest($1::uuid[], $2::timestamptz[], $3::smallint[], $4::text[])
                   WITH ORDINALITY AS l (task_id, at, level, message, place)
             WHERE EXISTS (SELECT 1 FROM task WHERE task.id = l.task_id)
             ORDER BY place
            """;

    private LogRows() {}

    static Tuple insert(List<LogEntry> lines) {
        return new Columns<>(lines)
                .uuids(LogEntry::taskId)
                .times(line -> Optional.of(line.at()))
                .shorts(line -> line.level().code())
                .texts(line -> TaskRows.text(Optional.of(line.message())))
                .tuple();
    }
}
