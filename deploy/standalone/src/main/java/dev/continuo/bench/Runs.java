package dev.continuo.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Starts runs of one REST_CONNECTOR task and observes their end. Confined to one event loop. */
final class Runs {
    private static final Set<String> OPEN = Set.of("QUEUED", "RUNNING");
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Vertx vertx;
    private final Server server;
    private final Upstream upstream;
    private final String definitionId;
    private final long pauseMillis;
    private final Samples own = new Samples();
    private long next;
    private long polls;

    /** @param pauseMillis before each question whether a run is completed, at least 1 */
    Runs(Vertx vertx, Server server, Upstream upstream, String definitionId, long pauseMillis) {
        this.vertx = vertx;
        this.server = server;
        this.upstream = upstream;
        this.definitionId = definitionId;
        this.pauseMillis = pauseMillis;
    }

    /** From the start until COMPLETED was read; fails when the run ends otherwise, or not within a minute. */
    Future<Void> one() {
        long began = System.nanoTime();
        long number = next++;
        Future<Long> called = upstream.called(number);
        return server.start(Server.startBody(definitionId, number))
                .map(run -> Server.text(run, "_id"))
                .compose(run -> called.timeout(LIMIT_NANOS, TimeUnit.NANOSECONDS)
                        .compose(upstreamNanos -> completed(run, began)
                                .onSuccess(done -> own.add(System.nanoTime() - began - upstreamNanos))))
                .onFailure(cause -> upstream.forget(number));
    }

    /** Times of all runs without what the upstream took. */
    Samples own() {
        return own;
    }

    long polls() {
        return polls;
    }

    private Future<Void> completed(String run, long began) {
        return vertx.timer(pauseMillis).compose(nothing -> server.status(run)).compose(status -> {
            polls++;
            if (status.equals("COMPLETED")) {
                return Future.succeededFuture();
            }
            boolean late = System.nanoTime() - began > LIMIT_NANOS;
            return OPEN.contains(status) && !late
                    ? completed(run, began)
                    : Future.failedFuture(new IllegalStateException("Run " + run + " is " + status));
        });
    }
}
