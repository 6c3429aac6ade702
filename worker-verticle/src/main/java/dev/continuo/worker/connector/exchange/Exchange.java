package dev.continuo.worker.connector.exchange;

import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * One request and its whole response. At most the limit of a body is ever in memory: the connection is cut as soon as
 * more arrives. It can be cut at any time from outside as well, and then the connection is gone, not left to the rest of
 * an answer that nobody reads.
 */
public final class Exchange {

    public record Request(HttpMethod method, Target target, MultiMap headers, Optional<Buffer> body) {

        /** Masks the headers that sound like secrets. */
        public void hideSecrets(TaskLog log) {
            headers.forEach((name, value) -> {
                if (Target.soundsSecret(name)) {
                    log.hide(value);
                    // "Bearer abc": what comes after the scheme is secret on its own.
                    log.hide(value.substring(value.indexOf(' ') + 1));
                }
            });
        }
    }

    /**
     * @param maxBytes of the response's body
     * @param connect until there is a connection, the wait for a free one included
     */
    public record Limits(int maxBytes, Duration connect) {}

    /** The response. */
    public record Reply(int status, String message, MultiMap headers, Buffer body) {

        /** Its status as a reader knows it, such as {@code HTTP 404 Not Found}. */
        public String shownStatus() {
            return "HTTP " + status + (message == null || message.isBlank() ? "" : " " + message);
        }

        public String contentType() {
            return Optional.ofNullable(headers.get("content-type")).orElse("");
        }
    }

    /** The body is longer than it may be. */
    static final class TooLong extends RuntimeException {
        TooLong(int limit) {
            super("the response is longer than the limit of " + limit + " bytes; it was cut off", null, false, false);
        }
    }

    /**
     * The client, and which of its connections have served already. Confined to one event loop.
     *
     * @param used weakly held
     */
    public record Via(HttpClient client, Set<HttpConnection> used, Receiving receiving) {
        private static final int MAX_HEADER_BYTES = 64 << 10;

        /**
         * @param receiving shared by all that a worker receives
         * @param longestConnect above the connect limit of every exchange
         */
        public static Via open(Vertx vertx, ExchangeSettings settings, Receiving receiving, Duration longestConnect) {
            HttpClientOptions options = new HttpClientOptions()
                    .setDecompressionSupported(true)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setConnectTimeout((int) longestConnect.toMillis())
                    .setSslHandshakeTimeout(Math.max(1, longestConnect.toSeconds()))
                    .setKeepAliveTimeout((int) Math.max(1, settings.keepAlive().toSeconds()));
            PoolOptions pool = new PoolOptions()
                    .setHttp1MaxSize(settings.connectionsPerHost())
                    .setMaxWaitQueueSize(settings.waitingPerHost());
            return new Via(
                    vertx.createHttpClient(options, pool), Collections.newSetFromMap(new WeakHashMap<>()), receiving);
        }
    }

    private final Promise<Reply> promise = Promise.promise();
    private final Promise<Void> connected = Promise.promise();
    private final Via via;
    private final int maxBytes;
    private Optional<HttpClientRequest> current = Optional.empty();
    private boolean usedConnection;
    private boolean answered;

    private Exchange(Via via, int maxBytes) {
        this.via = via;
        this.maxBytes = maxBytes;
    }

    public static Exchange send(Via via, Request request, Limits limits) {
        Exchange exchange = new Exchange(via, limits.maxBytes);
        Target target = request.target;
        if (target.host().indexOf(':') >= 0 && !request.headers.contains("host")) {
            // The client would leave out the brackets of an IPv6 address.
            request.headers.set("host", target.authority());
        }
        RequestOptions options = new RequestOptions()
                .setMethod(request.method)
                .setSsl(target.tls())
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.pathAndQuery())
                .setConnectTimeout(limits.connect.toMillis())
                .setHeaders(request.headers);
        via.client.request(options).onComplete(made -> exchange.connected(made, request.body), exchange::cut);
        return exchange;
    }

    public Future<Reply> reply() {
        return promise.future();
    }

    /** Completes when there is a connection; never, when none could be made. */
    Future<Void> connected() {
        return connected.future();
    }

    /** Whether it broke before any answer, on a connection that had served other requests. */
    boolean diedOnUsedConnection() {
        return usedConnection && !answered && promise.future().failed();
    }

    /** Ends it with this failure, unless it has ended already. */
    public void cut(Throwable cause) {
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
        connected.tryComplete();
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
