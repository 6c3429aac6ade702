package dev.continuo.worker.webhook;

import dev.continuo.store.CallbackClaim;
import dev.continuo.store.WebhookQueue;
import dev.continuo.store.WebhookQueue.HostKey;
import dev.continuo.webhook.CallbackHints;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims callbacks while there is room and has them delivered. Confined to one event loop, hints aside: those come from
 * any thread.
 */
final class CallbackSender implements CallbackHints {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackSender.class);
    private static final int MAX_HINTS = 10_000;
    private static final int LOOK_AT = 1_000;
    private static final int OLDEST_EVERY = 10;
    private static final UUID START = new UUID(0, 0);
    /** Hints that come close together share a statement. */
    private static final long GATHER_MILLIS = 5;

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(1_000);

    private final Vertx vertx;
    private final Context context;
    private final WebhookQueue queue;
    private final Courier courier;
    private final SenderSettings settings;
    private final SenderMeters meters;

    private final Map<HostKey, Integer> flying = new HashMap<>();
    private int inFlight;
    private boolean claiming;
    private boolean claimAgain;
    private WebhookQueue.Depth depth = WebhookQueue.Depth.WHOLE;
    private Set<UUID> hints = new LinkedHashSet<>();
    private boolean hinting;
    private UUID lookedAt = START;
    private boolean looking;
    private int looks;
    private long timer = -1;
    private boolean stopping;
    private final Promise<Void> idle = Promise.promise();

    CallbackSender(Vertx vertx, WebhookQueue queue, Courier courier, SenderSettings settings, SenderMeters meters) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.queue = queue;
        this.courier = courier;
        this.settings = settings;
        this.meters = meters;
    }

    void start() {
        meters.gauges(() -> inFlight);
        timer = vertx.setPeriodic(settings.look().toMillis(), id -> look());
        look();
    }

    /** Lets what is under way end for a moment; what has not ended by then is left, and sent again by another process. */
    Future<Void> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        meters.close();
        if (inFlight == 0 && !claiming) {
            idle.tryComplete();
        }
        long patience = vertx.setTimer(PATIENCE.toMillis(), id -> courier.withdraw("the process stops"));
        return idle.future().onComplete(done -> vertx.cancelTimer(patience));
    }

    @Override
    public void moved(UUID runId) {
        context.runOnContext(nothing -> {
            if (stopping || hints.size() >= MAX_HINTS) {
                return;
            }
            hints.add(runId);
            if (!hinting) {
                hinting = true;
                vertx.setTimer(GATHER_MILLIS, id -> tell());
            }
        });
    }

    private void tell() {
        Set<UUID> told = hints;
        hints = new LinkedHashSet<>();
        queue.hint(told)
                .onFailure(failure -> LOG.debug("Hints at callbacks are lost", failure))
                .onComplete(done -> {
                    pump();
                    hinting = !hints.isEmpty() && !stopping;
                    if (hinting) {
                        vertx.setTimer(GATHER_MILLIS, id -> tell());
                    }
                });
    }

    private void look() {
        if (looking || stopping) {
            return;
        }
        looking = true;
        if (looks++ % OLDEST_EVERY == 0) {
            queue.oldest().onSuccess(meters::oldest);
        }
        queue.look(lookedAt, LOOK_AT)
                .onSuccess(looked -> lookedAt =
                        looked.seen() < LOOK_AT ? START : looked.last().orElse(START))
                .onFailure(failure -> LOG.warn("Cannot look for callbacks: {}", failure.getMessage()))
                .onComplete(done -> {
                    looking = false;
                    depth = WebhookQueue.Depth.WHOLE;
                    pump();
                });
    }

    private void pump() {
        int free = settings.concurrency() - inFlight;
        if (claiming) {
            claimAgain = true;
            return;
        }
        if (stopping || free == 0) {
            return;
        }
        claiming = true;
        claimAgain = false;
        // Before the database begins to count, so that the claim is known to hold for at least so long.
        long usableUntil = System.nanoTime() + settings.usable().toNanos();
        WebhookQueue.Depth used = depth;
        depth = WebhookQueue.Depth.USUAL;
        queue.claim(settings.room(free), Map.copyOf(flying), used).onComplete(claimed -> {
            claiming = false;
            if (claimed.failed()) {
                LOG.warn("Cannot claim callbacks: {}", claimed.cause().getMessage());
                settle();
                return;
            }
            List<CallbackClaim> claims = claimed.result();
            claims.forEach(claim -> begin(claim, usableUntil));
            settle();
            if (!claims.isEmpty() || claimAgain) {
                pump();
            }
        });
    }

    private void begin(CallbackClaim claim, long usableUntil) {
        HostKey key = new HostKey(claim.namespace(), claim.host());
        inFlight++;
        flying.merge(key, 1, Integer::sum);
        delivered(claim, usableUntil).onComplete(over -> {
            inFlight--;
            flying.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            settle();
            pump();
        });
    }

    private Future<Void> delivered(CallbackClaim claim, long usableUntil) {
        if (stopping) {
            return queue.postpone(claim, Duration.ZERO).mapEmpty();
        }
        return courier.deliver(claim, () -> System.nanoTime() - usableUntil < 0).recover(failure -> {
            boolean withdrawn = failure instanceof Transmission.Withdrawn;
            if (!withdrawn) {
                LOG.warn("The callback of run {} has to wait: {}", claim.runId(), failure.getMessage());
            }
            // When this fails as well, the claim ends by itself.
            return queue.postpone(claim, withdrawn ? Duration.ZERO : AFTER_TROUBLE)
                    .mapEmpty();
        });
    }

    private void settle() {
        if (stopping && inFlight == 0 && !claiming) {
            idle.tryComplete();
        }
    }
}
