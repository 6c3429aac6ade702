package dev.continuo.engine;

import dev.continuo.store.ApiKeys;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When each API key was used last: written down behind the requests' backs, each key at most once a minute. */
final class KeyUses {
    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final long WRITE_MILLIS = 2_000;
    /** A little more than what the database takes as the least distance. */
    private static final long AGAIN_NANOS = Duration.ofSeconds(61).toNanos();

    private static final int MAX_KEYS = 10_000;

    private final Vertx vertx;
    private final Context context;
    private final ApiKeys rows;

    /** The keys whose use needs no writing yet, since when; in terms of {@link System#nanoTime}. */
    private final Map<UUID, Long> noted = new ConcurrentHashMap<>();

    private final Map<UUID, Instant> unwritten = new ConcurrentHashMap<>();

    // Confined to the context.
    private long timer = -1;
    private boolean writing;

    KeyUses(Vertx vertx, Context context, ApiKeys rows) {
        this.vertx = vertx;
        this.context = context;
        this.rows = rows;
    }

    void start() {
        context.runOnContext(nothing -> timer = vertx.setPeriodic(WRITE_MILLIS, id -> writeInTurn()));
    }

    /** Any thread. Beyond {@value #MAX_KEYS} keys in a minute, the use of the others is not noted. */
    void used(UUID key) {
        long now = System.nanoTime();
        Long since = noted.get(key);
        if (since != null && now - since < AGAIN_NANOS) {
            return;
        }
        if (since != null || noted.size() < MAX_KEYS) {
            noted.put(key, now);
            unwritten.put(key, Instant.now());
        }
    }

    Future<Void> close() {
        context.runOnContext(nothing -> vertx.cancelTimer(timer));
        return write();
    }

    private void writeInTurn() {
        long now = System.nanoTime();
        noted.values().removeIf(since -> now - since >= AGAIN_NANOS);
        if (!writing) {
            writing = true;
            write().onComplete(done -> context.runOnContext(nothing -> {
                writing = false;
                if (done.failed()) {
                    LOG.debug("The use of API keys is written later", done.cause());
                }
            }));
        }
    }

    private Future<Void> write() {
        Map<UUID, Instant> written = Map.copyOf(unwritten);
        return written.isEmpty()
                ? Future.succeededFuture()
                : rows.used(written).onSuccess(done -> written.forEach(unwritten::remove));
    }
}
