package dev.continuo.worker.connector;

import io.vertx.core.Future;

/**
 * Executes the tasks of one type. It is used from one event loop only, and must not block it. Executions run side by
 * side, as many as the worker has slots.
 */
public interface Connector {

    /** The task type, the {@code _type} of a definition. */
    String type();

    /**
     * Executes one attempt. A failure that the connector foresees is a {@link ConnectorResult.Failed}; a failed future
     * is a bug or something that nobody foresaw, and is retried by the task's policy.
     *
     * <p>The execution ends by itself, soon after {@link ConnectorTask#cancellation()} is cancelled; its result is not
     * looked at then.
     */
    Future<ConnectorResult> execute(ConnectorTask task, TaskLog log);

    /** Whether secrets that the input mentions are put in: not where the input is kept or told to others as it is. */
    default boolean takesSecrets() {
        return true;
    }

    /** Lets go of connections and threads. */
    default Future<Void> close() {
        return Future.succeededFuture();
    }
}
