package dev.continuo.store;

import dev.continuo.model.LogEntry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.List;

/** Appends lines to task logs outside of a transition, so that a long task can be watched while it runs. */
public final class TaskLogs {
    private final Pool pool;

    public TaskLogs(Pool pool) {
        this.pool = pool;
    }

    public Future<Void> append(List<LogEntry> lines) {
        if (lines.isEmpty()) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery(LogRows.APPEND).execute(LogRows.insert(lines)).mapEmpty();
    }
}
