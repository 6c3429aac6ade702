package dev.continuo.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A number of clients, each of which does the same thing over and over for a time. What ends after that time is waited
 * for, and not counted. Confined to one event loop.
 */
final class ClosedLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedLoop.class);
    private static final int SHOWN_ERRORS = 5;
    private static final long PAUSE_AFTER_ERROR_MILLIS = 100;

    private final Vertx vertx;
    private final Supplier<Future<Void>> action;
    private final long nanos;
    private final long most;
    private final Promise<ClosedLoop> end = Promise.promise();
    private final Samples samples = new Samples();
    private long began;
    private int clients;
    private long begun;
    private long done;
    private long errors;

    /** @param most actions that are begun, if the time does not end before */
    ClosedLoop(Vertx vertx, Duration time, long most, Supplier<Future<Void>> action) {
        this.vertx = vertx;
        this.nanos = time.toNanos();
        this.most = most;
        this.action = action;
    }

    /** Completes when the last client has finished. */
    Future<ClosedLoop> run(int clients) {
        this.clients = clients;
        began = System.nanoTime();
        for (int i = 0; i < clients; i++) {
            again();
        }
        return end.future();
    }

    /** Times of what was done in time. */
    Samples samples() {
        return samples;
    }

    double perSecond() {
        return samples.count() / (nanos / 1e9);
    }

    /** Everything that was done, in time or not. */
    long done() {
        return done;
    }

    long errors() {
        return errors;
    }

    private void again() {
        long now = System.nanoTime();
        if (now - began >= nanos || begun == most) {
            if (--clients == 0) {
                end.complete(this);
            }
            return;
        }
        begun++;
        action.get().onSuccess(nothing -> succeeded(now)).onFailure(this::failed);
    }

    private void succeeded(long since) {
        done++;
        long now = System.nanoTime();
        if (now - began < nanos) {
            samples.add(now - since);
        }
        again();
    }

    private void failed(Throwable cause) {
        if (errors++ < SHOWN_ERRORS) {
            LOG.error("Failed: {}", cause.toString());
        }
        vertx.setTimer(PAUSE_AFTER_ERROR_MILLIS, id -> again());
    }
}
