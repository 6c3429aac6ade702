package dev.continuo.engine;

import dev.continuo.store.ConductorSearch;
import dev.continuo.store.SearchProjection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches, and the keeping of words for them, on connections of their own: few, so that heavy searches take neither
 * connections nor all of Postgres from anything else.
 */
final class SearchPart {
    private static final Logger LOG = LoggerFactory.getLogger(SearchPart.class);
    private static final int CONNECTIONS = 3;
    private static final int WAITING = 200;
    private static final int BATCH = 100;
    private static final long IDLE_MS = 5_000;

    /** Under load the keeping of words rests this many times as long as it works. */
    private static final long REST = 9;

    private final Pool pool;
    private final ConductorSearch search;
    private final SearchProjection projection;
    private final Vertx vertx;
    private final Context context;

    // Confined to the context.
    private long timer = -1;
    private boolean closed;

    SearchPart(Vertx vertx, PgConnectOptions connect) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        PgConnectOptions patient = new PgConnectOptions(connect)
                .setCachePreparedStatements(true)
                .addProperty("statement_timeout", String.valueOf(ConductorSearch.LIMIT.toMillis()))
                // What a search costs depends on its values.
                .addProperty("plan_cache_mode", "force_custom_plan")
                .addProperty("jit", "off");
        this.pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(CONNECTIONS)
                        .setMaxWaitQueueSize(WAITING)
                        .setShared(false))
                .connectingTo(patient)
                .using(vertx)
                .build();
        this.search = new ConductorSearch(pool);
        this.projection = new SearchProjection(pool);
    }

    ConductorSearch search() {
        return search;
    }

    void start() {
        context.runOnContext(nothing -> again(IDLE_MS));
    }

    Future<Void> close() {
        context.runOnContext(nothing -> {
            closed = true;
            vertx.cancelTimer(timer);
        });
        return pool.close();
    }

    private void again(long millis) {
        if (!closed) {
            timer = vertx.setTimer(millis, id -> keep());
        }
    }

    private void keep() {
        long begun = System.nanoTime();
        projection
                .keep(BATCH, SearchProjection.MARGIN)
                .onComplete(kept -> context.runOnContext(nothing -> {
                    if (kept.failed() && !closed) {
                        LOG.warn(
                                "Cannot keep the words of finished runs: {}",
                                kept.cause().getMessage());
                    }
                    boolean more = kept.succeeded() && kept.result() == BATCH;
                    again(more ? Math.max(1, (System.nanoTime() - begun) / 1_000_000 * REST) : IDLE_MS);
                }));
    }
}
