package dev.continuo.engine;

import dev.continuo.decide.Outcome;
import dev.continuo.store.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Those who wait for what becomes of a run, woken by the decisions that this process commits. Safe for any thread. */
public final class Watchers {
    private static final int MOST = 10_000;

    private final Vertx vertx;
    private final Map<UUID, List<Watcher>> byRun = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    private final Map<UUID, List<Runnable>> looks = new ConcurrentHashMap<>();
    private final Runnable listen;

    /** @param listen listens to what other processes do */
    Watchers(Vertx vertx, Runnable listen) {
        this.vertx = vertx;
        this.listen = listen;
    }

    private record Watcher(Predicate<Outcome.Accepted> over, Promise<Boolean> promise) {}

    /**
     * Completes with true when a decision about the run satisfies the condition, and with false at the timeout. Whoever
     * asks looks at the run itself afterwards: what was committed before is not told again.
     *
     * <p>Fails with {@link Overloaded} when too many wait already
     */
    public Future<Boolean> until(UUID runId, Predicate<Outcome.Accepted> over, Duration timeout) {
        return until(runId, over, timeout, Promise.promise().future());
    }

    /** The same; nobody waits any longer once {@code moot} is complete, and the answer is false. */
    public Future<Boolean> until(UUID runId, Predicate<Outcome.Accepted> over, Duration timeout, Future<?> moot) {
        if (count.incrementAndGet() > MOST) {
            count.decrementAndGet();
            return Future.failedFuture(new Overloaded("Too many requests wait for runs"));
        }
        Watcher watcher = new Watcher(over, Promise.promise());
        add(byRun, runId, watcher);
        long timer = vertx.setTimer(
                Math.max(1, timeout.toMillis()), id -> watcher.promise().tryComplete(false));
        moot.onComplete(done -> watcher.promise().tryComplete(false));
        return watcher.promise().future().onComplete(done -> {
            vertx.cancelTimer(timer);
            count.decrementAndGet();
            byRun.computeIfPresent(runId, (id, watchers) -> {
                watchers.remove(watcher);
                return watchers.isEmpty() ? null : watchers;
            });
        });
    }

    /** In one step: the list might be taken away as empty before somebody is in it. */
    private static <T> void add(Map<UUID, List<T>> lists, UUID runId, T one) {
        lists.compute(runId, (id, known) -> {
            List<T> list = known == null ? new CopyOnWriteArrayList<>() : known;
            list.add(one);
            return list;
        });
    }

    /** Looks, on any thread, whenever another process has moved the run, until {@code moot} is complete. */
    public void whenMovedElsewhere(UUID runId, Runnable look, Future<?> moot) {
        listen.run();
        add(looks, runId, look);
        moot.onComplete(done -> looks.computeIfPresent(runId, (id, list) -> {
            list.remove(look);
            return list.isEmpty() ? null : list;
        }));
    }

    void movedElsewhere(UUID runId) {
        looks.getOrDefault(runId, List.of()).forEach(Runnable::run);
    }

    void committed(Outcome.Accepted outcome) {
        List<Watcher> watchers = byRun.get(outcome.run().id());
        if (watchers == null) {
            return;
        }
        for (Watcher watcher : watchers) {
            try {
                if (watcher.over().test(outcome)) {
                    watcher.promise().tryComplete(true);
                }
            } catch (RuntimeException e) {
                // It is told to who asked, and not to the lane: what else follows from the batch must not get lost.
                watcher.promise().tryFail(e);
            }
        }
    }
}
