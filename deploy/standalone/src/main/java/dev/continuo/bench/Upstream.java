package dev.continuo.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * The service that the measured runs call, on a free loopback port. It tells when a run's call has been answered: until
 * then nobody needs to ask the server whether the run is completed. Confined to one event loop.
 */
final class Upstream {
    private static final String PREFIX = "/n/";
    private static final Buffer ANSWER = Buffer.buffer("{\"ok\":true}");

    private final HttpServer server;
    private final Map<Long, Promise<Long>> expected = new HashMap<>();
    private long repeated;

    Upstream(Vertx vertx) {
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(this::answer);
    }

    Future<Void> listen() {
        return server.listen().mapEmpty();
    }

    /** The address of a run's call, up to the run's number. */
    String url() {
        return "http://127.0.0.1:" + server.actualPort() + PREFIX;
    }

    /** Completes with the nanoseconds that the upstream took, once the run's call has been answered. */
    Future<Long> called(long number) {
        Promise<Long> promise = Promise.promise();
        expected.put(number, promise);
        return promise.future();
    }

    void forget(long number) {
        expected.remove(number);
    }

    /** Calls beyond the first one of each run. */
    long repeated() {
        return repeated;
    }

    private void answer(HttpServerRequest request) {
        long began = System.nanoTime();
        long number = Long.parseLong(request.path().substring(PREFIX.length()));
        request.response()
                .putHeader("content-type", "application/json")
                .end(ANSWER)
                .onSuccess(done -> answered(number, System.nanoTime() - began));
    }

    private void answered(long number, long nanos) {
        Promise<Long> promise = expected.remove(number);
        if (promise == null) {
            repeated++;
        } else {
            promise.complete(nanos);
        }
    }
}
