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

    /**
     * Runs that had ended go on. Whoever has a claim loses it, though not before its time is over: it may be about to send
     * the end of the run as the last message, or be sending it. A receiver that wants no more messages is not asked again.
     */
    static final String REOPEN = """
            WITH locked AS (SELECT run_id FROM webhook WHERE run_id = ANY($1) ORDER BY run_id FOR NO KEY UPDATE)
            UPDATE webhook w
               SET claim = w.claim + 1,
                   open = NOT EXISTS (
                       SELECT 1 FROM webhook_delivery d WHERE d.run_id = w.run_id AND d.last_status = 410)
              FROM locked WHERE w.run_id = locked.run_id
            """;

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
