package dev.continuo.worker;

import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Lease;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of everything under way, each after a third of its time, all that are due in one statement. An
 * execution whose lease is lost, or could not be renewed in time, is given up: somebody else may be executing it.
 */
final class LeaseKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long TICK_MILLIS = 200;

    private final Vertx vertx;
    private final WorkerEngine engine;
    private final WorkerMeters meters;
    private final Map<UUID, Held> held = new HashMap<>();
    private boolean asking;
    private long timer;

    private static final class Held {
        private final Attempt attempt;
        private long nextBeat;

        Held(Attempt attempt, long leasedAt) {
            this.attempt = attempt;
            this.nextBeat = leasedAt + attempt.task.lease().toNanos() / 3;
        }
    }

    LeaseKeeper(Vertx vertx, WorkerEngine engine, WorkerMeters meters) {
        this.vertx = vertx;
        this.engine = engine;
        this.meters = meters;
    }

    void start() {
        timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    void hold(Attempt attempt) {
        held.put(attempt.task.id(), new Held(attempt, attempt.began));
    }

    void release(Attempt attempt) {
        held.remove(attempt.task.id());
    }

    private void tick() {
        long now = System.nanoTime();
        List<Held> due = new ArrayList<>();
        for (Held each : List.copyOf(held.values())) {
            if (each.attempt.leaseOver(now)) {
                lost(each, "could not be renewed in time");
            } else if (now - each.nextBeat >= 0) {
                due.add(each);
            }
        }
        if (!due.isEmpty() && !asking) {
            renew(due, now);
        }
    }

    private void renew(List<Held> due, long now) {
        asking = true;
        List<Lease> leases = due.stream().map(each -> each.attempt.lease()).toList();
        engine.extend(leases).onComplete(answer -> {
            asking = false;
            if (answer.succeeded()) {
                due.forEach(each -> renewed(each, answer.result(), now));
            } else {
                // Still due at the next tick; the lease's end says when trying is over.
                LOG.debug("Cannot renew {} leases now", due.size(), answer.cause());
            }
        });
    }

    private void renewed(Held each, Set<UUID> ours, long asked) {
        ClaimedTask task = each.attempt.task;
        if (held.get(task.id()) != each) {
            return;
        }
        if (ours.contains(task.id())) {
            each.attempt.renewed(asked);
            each.nextBeat = asked + task.lease().toNanos() / 3;
        } else {
            lost(each, "belongs to somebody else, or the task is over");
        }
    }

    private void lost(Held each, String why) {
        release(each.attempt);
        if (!each.attempt.isOver()) {
            LOG.info("The lease of task {} {}; its execution is cancelled", each.attempt.task.id(), why);
            meters.lost();
            each.attempt.giveUp("The worker lost the task and cancelled this execution");
        }
    }
}
