package dev.continuo.worker;

import dev.continuo.store.ClaimedTask;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims what waits, never more than there are free slots, and starts it. One claim is under way at a time and asks for
 * everything that came meanwhile: at rest a task waits for nothing, under load a statement serves hundreds.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final long LOCKED_PAUSE_MILLIS = 20;
    private static final int MOST_CLAIMS = 10;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final Vertx vertx;
    private final WorkerEngine engine;
    private final WorkerSettings settings;
    private final WorkerMeters meters;
    private final Consumer<Attempt> starter;
    private final WakeUpOwner owner;
    private final Deque<WakeUp> waiting = new ArrayDeque<>();
    private final Map<Attempt, WakeUp> running = new LinkedHashMap<>();
    private boolean claiming;
    private boolean stopped;
    private long pause = FIRST_PAUSE_MILLIS;
    private Optional<Promise<Void>> idle = Optional.empty();

    /** @param starter takes a claimed task */
    Dispatch(Vertx vertx, WorkTools tools, WorkerSettings settings, WakeUpOwner owner, Consumer<Attempt> starter) {
        this.vertx = vertx;
        this.engine = tools.engine();
        this.meters = tools.meters();
        this.settings = settings;
        this.owner = owner;
        this.starter = starter;
    }

    void add(WakeUp wakeUp) {
        if (stopped) {
            owner.left(wakeUp);
        } else {
            waiting.addLast(wakeUp);
            pump();
        }
    }

    /** The attempt's slot is free again. */
    void finished(Attempt attempt) {
        WakeUp wakeUp = running.remove(attempt);
        if (wakeUp != null) {
            owner.done(wakeUp);
        }
        tellIdle();
        pump();
    }

    List<Attempt> running() {
        return List.copyOf(running.keySet());
    }

    /** The event behind an attempt. */
    Optional<WakeUp> behind(Attempt attempt) {
        return Optional.ofNullable(running.get(attempt));
    }

    int runningCount() {
        return running.size();
    }

    int waitingCount() {
        return waiting.size();
    }

    /** Claims no more; completes when nothing runs. What waits is left to others. */
    Future<Void> drained() {
        stopped = true;
        leaveWaiting();
        Promise<Void> promise = Promise.promise();
        idle = Optional.of(promise);
        tellIdle();
        return promise.future();
    }

    private void leaveWaiting() {
        List<WakeUp> others = List.copyOf(waiting);
        waiting.clear();
        others.forEach(owner::left);
    }

    private void tellIdle() {
        if (running.isEmpty() && !claiming) {
            idle.ifPresent(Promise::tryComplete);
        }
    }

    private void pump() {
        int room = Math.min(settings.claimBatch(), settings.slots() - running.size());
        if (claiming || stopped || waiting.isEmpty() || room <= 0) {
            return;
        }
        claiming = true;
        // Not at once: what else this turn of the event loop brings goes into the same statement.
        vertx.runOnContext(v -> claim(room));
    }

    private void claim(int room) {
        Map<UUID, WakeUp> asked = new LinkedHashMap<>();
        while (asked.size() < room && !waiting.isEmpty()) {
            WakeUp next = waiting.removeFirst();
            asked.put(next.taskId(), next);
        }
        long before = System.nanoTime();
        engine.claim(asked.keySet(), settings.workerId()).onComplete(answer -> {
            if (answer.failed()) {
                notNow(asked, answer.cause());
                return;
            }
            pause = FIRST_PAUSE_MILLIS;
            claiming = false;
            start(asked, answer.result(), before);
            tellIdle();
            pump();
        });
    }

    private void start(Map<UUID, WakeUp> asked, List<ClaimedTask> claimed, long before) {
        Map<UUID, WakeUp> missed = new HashMap<>(asked);
        List<Attempt> attempts = new ArrayList<>();
        for (ClaimedTask task : claimed) {
            WakeUp wakeUp = missed.remove(task.id());
            if (wakeUp != null) {
                AttemptLog log = new AttemptLog(task.id(), InstantSource.system(), settings.log());
                Attempt attempt = new Attempt(task, log, before);
                running.put(attempt, wakeUp);
                attempts.add(attempt);
            }
        }
        if (!missed.isEmpty()) {
            lookAgain(missed);
        }
        attempts.forEach(starter);
    }

    /** A task that nobody could claim is over, somebody else's or not due; or its row was locked at that moment. */
    private void lookAgain(Map<UUID, WakeUp> missed) {
        engine.open(missed.keySet()).otherwise(failure -> missed.keySet()).onSuccess(open -> {
            List<WakeUp> locked = new ArrayList<>();
            missed.forEach((id, wakeUp) -> {
                if (open.contains(id) && wakeUp.claims() < MOST_CLAIMS) {
                    locked.add(wakeUp.again());
                } else {
                    meters.duplicate();
                    owner.done(wakeUp);
                }
            });
            if (!locked.isEmpty()) {
                vertx.setTimer(LOCKED_PAUSE_MILLIS, timer -> locked.forEach(this::add));
            }
        });
    }

    private void notNow(Map<UUID, WakeUp> asked, Throwable failure) {
        LOG.warn("Cannot claim {} tasks now; trying again in {} ms: {}", asked.size(), pause, failure.toString());
        List<WakeUp> back = new ArrayList<>(asked.values());
        back.reversed().forEach(waiting::addFirst);
        if (stopped) {
            claiming = false;
            leaveWaiting();
            tellIdle();
            return;
        }
        vertx.setTimer(pause, timer -> {
            claiming = false;
            tellIdle();
            pump();
        });
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
}
