package dev.continuo.engine;

import dev.continuo.model.QueueName;
import dev.continuo.store.HandOut;
import dev.continuo.store.HandOut.Hand;
import dev.continuo.store.HandOut.Rest;
import dev.continuo.store.Overloaded;
import dev.continuo.store.PolledTask;
import dev.continuo.store.StoreUnavailable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where polls wait. Postgres is asked only for a queue that is not known to be empty: one claim a queue at a time, for
 * all who wait for it, while those who come meanwhile gather for the next. A queue is known to be empty from a claim that
 * found too little until it is woken; since a wake-up may get lost, all such queues are looked into now and then, with
 * one statement.
 */
final class WaitingRoom {
    private static final long FORGET_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long HELD_MILLIS = 10;
    private static final int HELD_DOUBLINGS = 6;

    private final Vertx vertx;
    private final Context context;
    private final TaskSource source;
    private final RoomLimits limits;

    /** Changed on the context alone. */
    private final Map<String, Line> lines = new ConcurrentHashMap<>();

    /** The task names of lines that have met a limit: whoever frees a slot asks here first. */
    private final Set<String> limited = ConcurrentHashMap.newKeySet();

    // Confined to the context.
    private volatile int waiting;
    private int underWay;
    private long downUntil = System.nanoTime();
    private long lookTimer = -1;
    private boolean looking;
    private boolean closed;
    private Optional<Promise<Void>> idle = Optional.empty();

    WaitingRoom(Vertx vertx, TaskSource source, RoomLimits limits) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.source = source;
        this.limits = limits;
    }

    Context context() {
        return context;
    }

    /** @param timeout zero for what is there at once */
    Poll poll(QueueName queue, Optional<String> worker, int count, Duration timeout) {
        Promise<List<PolledTask>> promise = ((ContextInternal) vertx.getOrCreateContext()).promise();
        Waiter waiter = new Waiter(worker, count, promise);
        context.runOnContext(nothing -> enter(queue, waiter, timeout.toMillis()));
        return new Poll() {
            @Override
            public Future<List<PolledTask>> tasks() {
                return promise.future();
            }

            @Override
            public void cancel() {
                context.runOnContext(nothing -> leave(queue, waiter));
            }
        };
    }

    /** Something may have come into the queue. Any thread; costs nothing when nobody here waits for it. */
    void wake(String stored) {
        Line line = lines.get(stored);
        if (line != null && line.woken.compareAndSet(false, true)) {
            context.runOnContext(nothing -> {
                if (!line.limited) {
                    line.notBefore = System.nanoTime();
                }
                pump(line);
            });
        }
    }

    /** True when freed slots are of interest. Any thread. */
    boolean anyLimited() {
        return !limited.isEmpty();
    }

    /** What was kept back by a limit may not be any more. Any thread. */
    void limitsChanged() {
        context.runOnContext(
                nothing -> lines.values().stream().filter(line -> line.limited).forEach(line -> {
                    line.notBefore = System.nanoTime();
                    pump(line);
                }));
    }

    /** A worker has let go of a task of this name. Any thread. */
    void freed(String name) {
        if (limited.contains(name)) {
            context.runOnContext(nothing -> linesOf(name).forEach(line -> {
                // A claim under way may have counted too early.
                line.freed = true;
                if (line.full) {
                    line.notBefore = System.nanoTime();
                    pump(line);
                }
            }));
        }
    }

    /** Whether the queue was polled here within this time. Any thread. */
    boolean polled(String stored, Duration within) {
        Line line = lines.get(stored);
        return line != null && System.nanoTime() - line.lastPoll <= within.toNanos();
    }

    int waiting() {
        return waiting;
    }

    /** Ends all polls, with nothing, and completes when what was under way for them is done with. */
    Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(nothing -> {
            closed = true;
            vertx.cancelTimer(lookTimer);
            for (Line line : lines.values()) {
                vertx.cancelTimer(line.timer);
                List.copyOf(line.waiters).forEach(waiter -> end(line, waiter));
            }
            idle = Optional.of(done);
            tellIdle();
        });
        return done.future();
    }

    private List<Line> linesOf(String name) {
        return lines.values().stream()
                .filter(line -> line.queue.name().equals(name))
                .toList();
    }

    private void enter(QueueName queue, Waiter waiter, long timeoutMillis) {
        long now = System.nanoTime();
        if (closed || now < downUntil) {
            waiter.fail(new StoreUnavailable(closed ? "The engine is closing" : "Postgres is not available", null));
            return;
        }
        Line known = lines.get(queue.stored());
        if (waiting >= limits.waiters() || (known == null && lines.size() >= limits.queues())) {
            waiter.fail(new Overloaded("Too many polls are waiting, or for too many queues"));
            return;
        }
        Line line = known == null ? lines.computeIfAbsent(queue.stored(), stored -> new Line(queue, now)) : known;
        line.lastPoll = now;
        if (timeoutMillis <= 0 && !line.claiming && nothing(line, now)) {
            waiter.end();
        } else {
            line.waiters.add(waiter);
            waiting++;
            if (timeoutMillis <= 0) {
                waiter.expired = true;
                line.expired++;
            } else {
                waiter.timer = vertx.setTimer(timeoutMillis, id -> expire(line, waiter));
            }
            pump(line);
        }
        planLook();
    }

    private void leave(QueueName queue, Waiter waiter) {
        Line line = lines.get(queue.stored());
        if (line != null && line.waiters.contains(waiter)) {
            end(line, waiter);
        }
    }

    private void expire(Line line, Waiter waiter) {
        waiter.timer = -1;
        if (waiter.over()) {
            return;
        }
        boolean pointless = waiter.looked || nothing(line, System.nanoTime());
        if (!waiter.claiming && pointless) {
            end(line, waiter);
            return;
        }
        waiter.expired = true;
        line.expired++;
        pump(line);
    }

    /** Nothing can be had from the queue now. */
    private boolean nothing(Line line, long now) {
        boolean known = line.empty
                && !line.woken.get()
                && now - line.emptyAt <= 2 * limits.look().toNanos();
        return known || now < line.notBefore;
    }

    private void pump(Line line) {
        if (line.claiming || line.waiters.isEmpty()) {
            return;
        }
        if (nothing(line, System.nanoTime())) {
            if (line.expired > 0) {
                List.copyOf(line.waiters).stream()
                        .filter(waiter -> waiter.expired)
                        .forEach(waiter -> end(line, waiter));
            }
            return;
        }
        claim(line);
    }

    private void claim(Line line) {
        List<Optional<String>> seats = new ArrayList<>();
        List<Waiter> owners = new ArrayList<>();
        for (Waiter waiter : line.waiters) {
            waiter.claiming = true;
            for (int i = 0; i < waiter.count && seats.size() < limits.handOut(); i++) {
                seats.add(waiter.worker);
                owners.add(waiter);
            }
            if (seats.size() >= limits.handOut()) {
                break;
            }
        }
        line.claiming = true;
        line.empty = false;
        line.freed = false;
        line.woken.set(false);
        Claim claim = new Claim(line, owners);
        underWay++;
        claim.timer = vertx.setTimer(
                limits.claim().toMillis(),
                id -> claim.fail(new StoreUnavailable(
                        "Postgres did not answer within " + limits.claim().toMillis() + " ms", null)));
        source.claim(line.queue, seats)
                .onComplete(result -> context.runOnContext(nothing -> {
                    vertx.cancelTimer(claim.timer);
                    if (result.failed()) {
                        claim.fail(result.cause());
                    } else {
                        claim.succeed(result.result());
                    }
                    underWay--;
                    tellIdle();
                }));
    }

    /** A claim under way. */
    private final class Claim {
        private final Line line;
        private final List<Waiter> owners;
        private long timer;
        private boolean over;

        Claim(Line line, List<Waiter> owners) {
            this.line = line;
            this.owners = owners;
        }

        void succeed(HandOut handOut) {
            List<Hand> unwanted = new ArrayList<>();
            for (Hand hand : handOut.hands()) {
                Waiter owner = owners.get(hand.seat());
                if (over || owner.over()) {
                    unwanted.add(hand);
                } else {
                    owner.give(hand.task());
                }
            }
            if (!unwanted.isEmpty()) {
                putBack(line, unwanted);
            }
            if (!over) {
                over = true;
                settle(line, handOut.rest());
                release();
            }
        }

        void fail(Throwable cause) {
            if (over) {
                return;
            }
            over = true;
            if (cause instanceof StoreUnavailable) {
                failAll(cause);
            } else {
                Set.copyOf(owners).forEach(waiter -> {
                    drop(line, waiter);
                    waiter.fail(cause);
                });
            }
            release();
        }

        private void release() {
            for (Waiter waiter : Set.copyOf(owners)) {
                waiter.claiming = false;
                waiter.looked = true;
                if (!waiter.over() && (waiter.served() || waiter.expired)) {
                    end(line, waiter);
                }
            }
            line.claiming = false;
            pump(line);
        }
    }

    private void settle(Line line, Rest rest) {
        line.limited = false;
        line.full = false;
        line.held = rest instanceof Rest.Held ? Math.min(line.held + 1, HELD_DOUBLINGS) : 0;
        switch (rest) {
            case Rest.Nothing() -> line.looked(System.nanoTime());
            case Rest.Perhaps() -> line.notBefore = System.nanoTime();
            case Rest.Held() -> again(line, HELD_MILLIS << line.held);
            case Rest.Limited(Optional<Duration> window) -> {
                limited.add(line.queue.name());
                line.limited = true;
                line.full = window.isEmpty();
                if (!(line.full && line.freed)) {
                    again(line, window.orElse(limits.slot()).toMillis());
                }
            }
        }
    }

    /** There is something, but not now. */
    private void again(Line line, long millis) {
        line.notBefore = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        vertx.cancelTimer(line.timer);
        line.timer = vertx.setTimer(Math.max(1, millis), id -> {
            line.timer = -1;
            line.notBefore = System.nanoTime();
            pump(line);
        });
    }

    private void putBack(Line line, List<Hand> hands) {
        underWay++;
        source.putBack(hands)
                .onComplete(result -> context.runOnContext(nothing -> {
                    underWay--;
                    wake(line.stored);
                    tellIdle();
                }));
    }

    /** Postgres is away: nobody is to wait for it, and nothing that was known is known any more. */
    private void failAll(Throwable cause) {
        downUntil = System.nanoTime() + limits.down().toNanos();
        for (Line line : lines.values()) {
            line.empty = false;
            line.woken.set(true);
            for (Waiter waiter : List.copyOf(line.waiters)) {
                drop(line, waiter);
                waiter.fail(cause);
            }
        }
    }

    private void end(Line line, Waiter waiter) {
        drop(line, waiter);
        waiter.end();
    }

    private void drop(Line line, Waiter waiter) {
        if (line.waiters.remove(waiter)) {
            waiting--;
            line.expired -= waiter.expired ? 1 : 0;
            if (waiter.timer >= 0) {
                vertx.cancelTimer(waiter.timer);
            }
        }
    }

    private void tellIdle() {
        if (underWay == 0) {
            idle.ifPresent(Promise::tryComplete);
        }
    }

    private void planLook() {
        if (lookTimer < 0 && !closed) {
            lookTimer = vertx.setTimer(limits.look().toMillis(), id -> {
                lookTimer = -1;
                look();
            });
        }
    }

    private void look() {
        long now = System.nanoTime();
        lines.values().removeIf(line -> line.waiters.isEmpty() && !line.claiming && now - line.lastPoll > FORGET_NANOS);
        limited.removeIf(name -> linesOf(name).isEmpty());
        List<Line> quiet = lines.values().stream()
                .filter(line -> line.empty && !line.woken.get())
                .filter(line -> !line.waiters.isEmpty()
                        || now - line.lastPoll <= 2 * limits.look().toNanos())
                .toList();
        if (looking || quiet.isEmpty()) {
            if (!lines.isEmpty()) {
                planLook();
            }
            return;
        }
        looking = true;
        source.waiting(quiet.stream().map(line -> line.stored).toList())
                .onComplete(result -> context.runOnContext(nothing -> {
                    looking = false;
                    if (result.succeeded()) {
                        quiet.forEach(line -> seen(line, result.result().contains(line.stored)));
                    } else if (result.cause() instanceof StoreUnavailable away) {
                        failAll(away);
                    }
                    planLook();
                }));
    }

    private void seen(Line line, boolean something) {
        if (something) {
            wake(line.stored);
        } else if (line.empty) {
            line.emptyAt = System.nanoTime();
        }
    }
}
