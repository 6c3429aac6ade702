package dev.continuo.store;

import dev.continuo.webhook.CallbackUrl;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.UUID;

/** The table {@code webhook}: which runs have a callback, and which of them have something to tell. */
public final class Webhooks {
    private static final String REGISTER = """
            INSERT INTO webhook (run_id, namespace, url, host, created_at)
            VALUES ($1, $2, $3, $4, clock_timestamp())
            ON CONFLICT (run_id) DO NOTHING
            """;

    /** In the order in which others lock several of them. */
    private static final String REMOVE = """
            WITH locked AS (SELECT run_id FROM webhook WHERE run_id = ANY($1) ORDER BY run_id FOR UPDATE)
            DELETE FROM webhook w USING locked WHERE w.run_id = locked.run_id
            """;

    private static final String FORGET = "DELETE FROM webhook_delivery WHERE run_id = ANY($1)";

    private final Pool pool;

    public Webhooks(Pool pool) {
        this.pool = pool;
    }

    /**
     * Gives a run a callback. To be called before the run is committed; the same again changes nothing. When the run has
     * not come an hour later, the row is dropped.
     *
     * @param url one that {@link CallbackUrl#check} takes
     */
    public Future<Void> register(UUID runId, String namespace, String url) {
        return switch (CallbackUrl.check(url, true)) {
            case CallbackUrl.Invalid invalid ->
                Future.failedFuture(new IllegalArgumentException("The URL of a callback " + invalid.reason()));
            case CallbackUrl.Valid(CallbackUrl parsed) ->
                StoreFailures.named(
                        pool.preparedQuery(REGISTER)
                                .execute(Tuple.of(runId, namespace, url, parsed.hostAndPort()))
                                .mapEmpty(),
                        "register a callback");
        };
    }

    /**
     * Ends the callbacks of runs that are deleted, and forgets what was sent. One statement after the other: a message that
     * is written at this moment is there once the callback's lock is had, and only a later statement sees it.
     *
     * @param connection in whose transaction the runs are deleted
     */
    static Future<Void> remove(SqlConnection connection, Collection<UUID> runIds) {
        Tuple ids = Tuple.tuple().addArrayOfUUID(runIds.toArray(UUID[]::new));
        Future<Void> removed = connection
                .preparedQuery(REMOVE)
                .execute(ids)
                .compose(gone -> connection.preparedQuery(FORGET).execute(ids))
                .mapEmpty();
        return StoreFailures.named(removed, "remove callbacks");
    }
}
