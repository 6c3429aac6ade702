package dev.continuo.worker;

import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.store.Overloaded;
import dev.continuo.store.Reply;
import dev.continuo.store.StoreUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends results to the engine. While the engine cannot take one it is kept and sent again until the attempt's lease
 * ends; from then on the attempt is somebody else's, who executes it again.
 */
final class ResultReporter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultReporter.class);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** What became of a result. */
    enum Report {
        TAKEN,
        /** The attempt is not ours, or the task or run takes no result any more. */
        DROPPED,
        /** The lease ended before the engine could take it. */
        LATE,
        /** The engine failed on it. */
        UNSTORABLE
    }

    private final Vertx vertx;
    private final WorkerEngine engine;
    private final WorkerMeters meters;

    ResultReporter(Vertx vertx, WorkerEngine engine, WorkerMeters meters) {
        this.vertx = vertx;
        this.engine = engine;
        this.meters = meters;
    }

    /** Never fails. */
    Future<Report> report(Attempt attempt, Command command) {
        Promise<Report> promise = Promise.promise();
        send(attempt, command, FIRST_PAUSE_MILLIS, promise);
        return promise.future();
    }

    private void send(Attempt attempt, Command command, long pause, Promise<Report> promise) {
        engine.submit(command).onComplete(reply -> promise.complete(taken(attempt, reply)), failure -> {
            switch (failure) {
                case Overloaded overloaded -> again(attempt, command, pause, promise);
                case StoreUnavailable unavailable -> again(attempt, command, pause, promise);
                default -> {
                    LOG.error("The engine failed on the result of task {}", attempt.task.id(), failure);
                    meters.unstorable();
                    promise.complete(Report.UNSTORABLE);
                }
            }
        });
    }

    private void again(Attempt attempt, Command command, long pause, Promise<Report> promise) {
        if (attempt.leaseOver(System.nanoTime())) {
            LOG.warn("The lease of task {} ended before its result could be stored", attempt.task.id());
            promise.complete(Report.LATE);
            return;
        }
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        long next = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        vertx.setTimer(Math.max(1, jittered), timer -> send(attempt, command, next, promise));
    }

    private Report taken(Attempt attempt, Reply reply) {
        return switch (reply) {
            case Reply.Done done -> Report.TAKEN;
            case Reply.Existing existing -> Report.TAKEN;
            case Reply.Refused(Outcome.Rejected rejection) -> {
                LOG.debug("The result of task {} was refused: {}", attempt.task.id(), rejection.message());
                switch (rejection.code()) {
                    case STALE -> meters.stale();
                    case CONFLICT, NOT_FOUND -> meters.refused();
                }
                yield Report.DROPPED;
            }
        };
    }
}
