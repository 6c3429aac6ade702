package dev.continuo.engine;

import dev.continuo.model.QueueName;
import dev.continuo.store.PollTimes;
import dev.continuo.store.PollTimes.PollTime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who polled which queue last: known here at once, written down every few seconds for the other processes, all queues
 * with one statement.
 */
final class PollLog {
    private static final Logger LOG = LoggerFactory.getLogger(PollLog.class);
    private static final long WRITE_MILLIS = 4_000;
    private static final Duration KEPT = Duration.ofDays(7);
    private static final long FORGET_NANOS = Duration.ofHours(1).toNanos();
    private static final int MAX_QUEUES = 10_000;

    /** How old what is known of other processes may be. */
    private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long COLD_LIMIT_MILLIS = 250;

    private final Vertx vertx;
    private final Context context;
    private final PollTimes times;
    private final Map<String, PollTime> unwritten = new ConcurrentHashMap<>();

    /** Set while what is unwritten is going to be written. */
    private final AtomicBoolean planned = new AtomicBoolean();

    private volatile Elsewhere elsewhere = new Elsewhere(Set.of(), System.nanoTime() - 2 * FRESH_NANOS);

    // Confined to the context.
    private long timer = -1;
    private long forgotAt = System.nanoTime();
    private boolean closed;

    private record Elsewhere(Set<String> queues, long readAt) {}

    PollLog(Vertx vertx, Context context, PollTimes times) {
        this.vertx = vertx;
        this.context = context;
        this.times = times;
    }

    void polled(QueueName queue, Optional<String> worker) {
        String stored = queue.stored();
        if (unwritten.size() < MAX_QUEUES || unwritten.containsKey(stored)) {
            unwritten.put(stored, new PollTime(queue, worker, Instant.now()));
            if (planned.compareAndSet(false, true)) {
                context.runOnContext(nothing -> plan());
            }
        }
    }

    /** What all processes know, of each queue the latest, by queue. */
    Future<List<PollTime>> all() {
        return times.all().map(written -> {
            Map<String, PollTime> latest = new HashMap<>();
            written.forEach(poll -> latest.put(poll.queue().stored(), poll));
            unwritten.forEach((stored, poll) -> latest.merge(stored, poll, (a, b) -> a.at().isBefore(b.at()) ? b : a));
            List<PollTime> sorted = new ArrayList<>(latest.values());
            sorted.sort(Comparator.comparing(poll -> poll.queue().stored()));
            return sorted;
        });
    }

    /**
     * Whether the queue was polled in another process lately. Only runs that name several domains ask; so what others know
     * is read when somebody asks, who waits for it, shortly. For threads that may block.
     */
    boolean polledElsewhere(String stored, Duration within) {
        Elsewhere known = elsewhere;
        if (System.nanoTime() - known.readAt() > FRESH_NANOS) {
            known = read(known, within);
        }
        return known.queues().contains(stored);
    }

    private synchronized Elsewhere read(Elsewhere before, Duration within) {
        if (elsewhere != before) {
            return elsewhere;
        }
        Set<String> queues = before.queues();
        try {
            queues = times.recent(within).await(COLD_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | RuntimeException e) {
            LOG.warn("Cannot find out who polls in other processes: {}", e.getMessage());
        }
        elsewhere = new Elsewhere(queues, System.nanoTime());
        return elsewhere;
    }

    Future<Void> close() {
        context.runOnContext(nothing -> {
            closed = true;
            vertx.cancelTimer(timer);
        });
        return write();
    }

    private void plan() {
        if (timer < 0 && !closed) {
            timer = vertx.setTimer(WRITE_MILLIS, id -> write().onComplete(done -> context.runOnContext(nothing -> {
                timer = -1;
                if (done.failed()) {
                    LOG.debug("Cannot write down who polled", done.cause());
                }
                // Before looking: who comes afterwards plans for itself.
                planned.set(false);
                if (!unwritten.isEmpty() && planned.compareAndSet(false, true)) {
                    plan();
                }
            })));
        }
    }

    private Future<Void> write() {
        List<PollTime> written = List.copyOf(unwritten.values());
        if (written.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<Void> noted = times.note(written)
                .onSuccess(done ->
                        written.forEach(poll -> unwritten.remove(poll.queue().stored(), poll)));
        if (System.nanoTime() - forgotAt < FORGET_NANOS) {
            return noted;
        }
        forgotAt = System.nanoTime();
        return noted.compose(done -> times.forget(KEPT));
    }
}
