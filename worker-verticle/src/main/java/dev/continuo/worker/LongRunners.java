package dev.continuo.worker;

import dev.continuo.model.LogEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after executions that take their time. Their log lines are written while they run, so that they can be watched.
 * And their events count as done: from the claim on, the lease brings a task back and not Kafka, so nothing is lost, and
 * one long task does not hold back the offsets, and with them the intake, of a whole partition.
 */
final class LongRunners {
    private static final Logger LOG = LoggerFactory.getLogger(LongRunners.class);
    private static final long TICK_MILLIS = 1_000;
    private static final long LONG_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_LINES = 1_000;

    private final Vertx vertx;
    private final WorkerEngine engine;
    private final Dispatch dispatch;
    private final WakeUpOwner owner;
    private long timer;
    private boolean writing;

    LongRunners(Vertx vertx, WorkerEngine engine, Dispatch dispatch, WakeUpOwner owner) {
        this.vertx = vertx;
        this.engine = engine;
        this.dispatch = dispatch;
        this.owner = owner;
    }

    void start() {
        timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }

    void stop() {
        vertx.cancelTimer(timer);
    }

    private void tick() {
        long now = System.nanoTime();
        List<Attempt> old = dispatch.running().stream()
                .filter(attempt -> now - attempt.began >= LONG_NANOS)
                .toList();
        old.forEach(attempt -> dispatch.behind(attempt).ifPresent(owner::settled));
        if (!writing) {
            write(old);
        }
    }

    private void write(List<Attempt> attempts) {
        Map<Attempt, List<LogEntry>> drained = new LinkedHashMap<>();
        List<LogEntry> lines = new ArrayList<>();
        for (Attempt attempt : attempts) {
            if (lines.size() < MAX_LINES && !attempt.isOver()) {
                List<LogEntry> own = attempt.log.drain();
                drained.put(attempt, own);
                lines.addAll(own);
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        writing = true;
        Future<Void> written = engine.append(lines)
                .onFailure(failure -> {
                    LOG.debug("Cannot write {} log lines now", lines.size(), failure);
                    drained.forEach((attempt, own) -> attempt.log.restore(own));
                })
                .onSuccess(done -> drained.forEach((attempt, own) -> {
                    if (!own.isEmpty()) {
                        engine.logged(attempt.task);
                    }
                }))
                .onComplete(result -> writing = false);
        drained.keySet().forEach(attempt -> attempt.flushing(written));
    }
}
