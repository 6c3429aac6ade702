package dev.continuo.worker.connector.rest;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * One request and its whole response. At most the limit of a body is ever in memory: the connection is cut as soon as
 * more arrives. It can be cut at any time from outside as well, and then the connection is gone, not left to the rest of
 * an answer that nobody reads.
 */
final class Exchange {

    /** The response. */
    record Reply(int status, String message, MultiMap headers, Buffer body) {}

    /** The body is longer than it may be. */
    static final class TooLong extends RuntimeException {
        TooLong(int limit) {
            super("the response is longer than the limit of " + limit + " bytes; it was cut off", null, false, false);
        }
    }

    /**
     * The client, and which of its connections have served already.
     *
     * @param used weakly held
     */
    record Via(HttpClient client, Set<HttpConnection> used, Receiving receiving) {
        static Via of(HttpClient client, Receiving receiving) {
            return new Via(client, Collections.newSetFromMap(new WeakHashMap<>()), receiving);
        }
    }

    private final Promise<Reply> promise = Promise.promise();
    private final Via via;
    private final int maxBytes;
    private Optional<HttpClientRequest> current = Optional.empty();
    private boolean usedConnection;
    private boolean answered;

    private Exchange(Via via, int maxBytes) {
        this.via = via;
        this.maxBytes = maxBytes;
    }

    static Exchange send(
            Via via, HttpMethod method, Target target, MultiMap headers, Optional<Buffer> body, int maxBytes) {
        Exchange exchange = new Exchange(via, maxBytes);
        if (target.host().indexOf(':') >= 0 && !headers.contains("host")) {
            // The client would leave out the brackets of an IPv6 address.
            headers.set("host", target.authority());
        }
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setSsl(target.tls())
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.pathAndQuery())
                .setHeaders(headers);
        via.client.request(options).onComplete(request -> exchange.connected(request, body), exchange::cut);
        return exchange;
    }

    Future<Reply> reply() {
        return promise.future();
    }

    /** Whether it broke before any answer, on a connection that had served other requests. */
    boolean diedOnUsedConnection() {
        return usedConnection && !answered && promise.future().failed();
    }

    /** Ends it with this failure, unless it has ended already. */
    void cut(Throwable cause) {
        if (promise.tryFail(cause)) {
            current.ifPresent(request -> request.reset(0, cause));
        }
    }

    private void connected(HttpClientRequest request, Optional<Buffer> body) {
        if (promise.future().isComplete()) {
            request.reset();
            return;
        }
        current = Optional.of(request);
        usedConnection = !via.used.add(request.connection());
        request.exceptionHandler(this::cut);
        request.response().onComplete(this::receive, this::cut);
        body.map(request::end).orElseGet(request::end).onFailure(this::cut);
    }

    private void receive(HttpClientResponse response) {
        answered = true;
        Buffer body = Buffer.buffer();
        response.exceptionHandler(this::cut);
        response.handler(chunk -> {
            if (promise.future().isComplete()) {
                return;
            }
            if (body.length() + (long) chunk.length() > maxBytes) {
                cut(new TooLong(maxBytes));
            } else if (!via.receiving.take(chunk.length())) {
                cut(new Receiving.Full(via.receiving.limit()));
            } else {
                body.appendBuffer(chunk);
            }
        });
        promise.future().onComplete(over -> via.receiving.release(body.length()));
        response.endHandler(end -> promise.tryComplete(
                new Reply(response.statusCode(), response.statusMessage(), response.headers(), body)));
    }
}
