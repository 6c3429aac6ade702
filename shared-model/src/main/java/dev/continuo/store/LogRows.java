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
