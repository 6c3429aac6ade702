package dev.continuo.engine;

import dev.continuo.identity.Access;
import dev.continuo.identity.ApiKey;
import dev.continuo.store.ApiKeys;
import dev.continuo.store.Paging;
import dev.continuo.store.StoredApiKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.Pool;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * API keys as a process uses them: made, checked, revoked. What a check found is believed for {@value #FRESH_MILLIS} ms, so
 * a key that another process revoked opens for that long; one that was revoked here opens nothing any more at once.
 *
 * <p>For any thread; what is returned completes on the caller's event loop.
 */
public final class AccessKeys {
    private static final long FRESH_MILLIS = 2_000;
    private static final int MAX_CACHED = 10_000;

    private final SecureRandom random = new SecureRandom();
    private final ApiKeys rows;
    private final KeyUses uses;
    private final Map<ByteBuffer, Known> cache = new ConcurrentHashMap<>();

    /** Raised by each revocation: what was read before it must not be believed after it. */
    private final AtomicLong revocations = new AtomicLong();

    /** @param until in terms of {@link System#nanoTime} */
    private record Known(Access access, long until) {}

    /** @param key whose text is to be shown now, or never */
    public record Issued(ApiKey key, StoredApiKey stored) {}

    AccessKeys(Vertx vertx, Pool pool) {
        this.rows = new ApiKeys(pool);
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        this.uses = new KeyUses(vertx, context, rows);
    }

    void start() {
        uses.start();
    }

    Future<Void> close() {
        return uses.close();
    }

    /** Empty when the namespace has as many as it may. */
    public Future<Optional<Issued>> issue(ApiKeys.Draft draft) {
        byte[] secret = new byte[ApiKey.RANDOM_BYTES];
        random.nextBytes(secret);
        ApiKey key = ApiKey.of(secret);
        return rows.insert(draft, key).map(stored -> stored.map(row -> new Issued(key, row)));
    }

    /** What a key opens; empty when it opens nothing. What cannot be a key costs no look at the database. */
    public Future<Optional<Access>> check(String text) {
        return ApiKey.parse(text).map(this::check).orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Optional<Access>> check(ApiKey key) {
        ByteBuffer hash = ByteBuffer.wrap(key.hash());
        long now = System.nanoTime();
        Known known = cache.get(hash);
        if (known != null && known.until - now > 0) {
            uses.used(known.access.keyId());
            return Future.succeededFuture(Optional.of(known.access));
        }
        long before = revocations.get();
        return rows.open(key).map(open -> {
            open.ifPresentOrElse(
                    found -> {
                        remember(
                                hash,
                                new Known(found.access(), now + fresh(found).toNanos()),
                                before);
                        uses.used(found.access().keyId());
                    },
                    () -> cache.remove(hash));
            return open.map(ApiKeys.Open::access);
        });
    }

    private static Duration fresh(ApiKeys.Open found) {
        Duration most = Duration.ofMillis(FRESH_MILLIS);
        return found.left().filter(left -> left.compareTo(most) < 0).orElse(most);
    }

    private void remember(ByteBuffer hash, Known found, long before) {
        if (cache.size() >= MAX_CACHED) {
            long now = System.nanoTime();
            cache.values().removeIf(known -> known.until - now <= 0);
        }
        if (cache.size() < MAX_CACHED) {
            cache.put(hash, found);
            // A revocation either sees the entry, or is seen here.
            if (revocations.get() != before) {
                cache.remove(hash, found);
            }
        }
    }

    public Future<ApiKeys.Page> list(String namespace, Paging paging) {
        return rows.list(namespace, paging);
    }

    /**
     * Empty when there is no such key.
     *
     * @param namespace where the key must be; empty for any
     */
    public Future<Optional<StoredApiKey>> revoke(UUID id, Optional<String> namespace) {
        return rows.revoke(id, namespace).onSuccess(revoked -> {
            revocations.incrementAndGet();
            cache.values().removeIf(known -> known.access.keyId().equals(id));
        });
    }
}
