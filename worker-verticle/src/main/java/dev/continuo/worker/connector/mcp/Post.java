package dev.continuo.worker.connector.mcp;

import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.Receiving;
import dev.continuo.worker.connector.exchange.Target;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * One message to a server and what comes back: a body, or a stream of events that are handed on as they arrive. It can be
 * cut at any time, and then its connection is gone.
 */
final class Post {
    /** A server that has answered may close its stream itself, so that the connection serves the next message. */
    private static final long REST_MILLIS = 500;

    /**
     * @param connect until there is a connection
     * @param limit until the whole answer is there
     * @param room whether so many more bytes may come
     * @param events hears the data of each event; may throw what the answer then fails with
     */
    record Terms(Duration connect, Duration limit, IntPredicate room, Consumer<String> events) {}

    private final Vertx vertx;
    private final Terms terms;
    private final Receiving receiving;
    private final Target target;
    private final Promise<Exchange.Reply> promise = Promise.promise();
    private final long timer;
    private Optional<HttpClientRequest> current = Optional.empty();
    private Optional<HttpClientResponse> response = Optional.empty();
    private boolean ended;
    private int held;

    private Post(Vertx vertx, Exchange.Via via, Target target, Terms terms) {
        this.vertx = vertx;
        this.terms = terms;
        this.receiving = via.receiving();
        this.target = target;
        this.timer = vertx.setTimer(Math.max(1, terms.limit.toMillis()), id -> cut(new Trouble.TimeUp(terms.limit)));
        promise.future().onComplete(over -> {
            vertx.cancelTimer(timer);
            receiving.release(held);
        });
    }

    /** Fails with {@link McpFailure} alone. The body of a stream is empty. */
    static Post send(Vertx vertx, Exchange.Via via, Exchange.Request request, Terms terms) {
        Target target = request.target();
        Post post = new Post(vertx, via, target, terms);
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setSsl(target.tls())
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.pathAndQuery())
                .setConnectTimeout(terms.connect.toMillis())
                .setHeaders(request.headers());
        via.client().request(options).onComplete(made -> post.connected(made, request.body()), post::cut);
        return post;
    }

    Future<Exchange.Reply> reply() {
        return promise.future();
    }

    /** What it was sent for has come; the rest of the stream does not matter. */
    void enough() {
        response.ifPresent(head -> promise.tryComplete(reply(head, Buffer.buffer())));
        if (!ended) {
            vertx.setTimer(REST_MILLIS, id -> {
                if (!ended) {
                    current.ifPresent(HttpClientRequest::reset);
                }
            });
        }
    }

    /** Ends it with this failure, unless it has ended already. */
    void cut(Throwable cause) {
        McpFailure failure = cause instanceof McpFailure known
                ? known
                : McpFailure.forNow("The MCP server " + target.shown() + ": " + Trouble.describe(cause, target));
        if (promise.tryFail(failure)) {
            current.ifPresent(HttpClientRequest::reset);
        }
    }

    private void connected(HttpClientRequest request, Optional<Buffer> body) {
        if (promise.future().isComplete()) {
            request.reset();
            return;
        }
        current = Optional.of(request);
        request.exceptionHandler(this::cut);
        request.response().onComplete(this::receive, this::cut);
        body.map(request::end).orElseGet(request::end).onFailure(this::cut);
    }

    private void receive(HttpClientResponse head) {
        response = Optional.of(head);
        boolean stream = head.statusCode() / 100 == 2
                && Optional.ofNullable(head.getHeader("content-type"))
                        .filter(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                        .isPresent();
        EventStream events = new EventStream(this::event);
        Buffer body = Buffer.buffer();
        head.exceptionHandler(this::cut);
        head.handler(chunk -> {
            if (promise.future().isComplete() || !held(chunk.length())) {
                return;
            }
            if (stream) {
                events.feed(chunk.getBytes());
            } else {
                body.appendBuffer(chunk);
            }
        });
        head.endHandler(end -> {
            ended = true;
            promise.tryComplete(reply(head, body));
        });
    }

    private boolean held(int bytes) {
        if (!terms.room.test(bytes)) {
            cut(McpFailure.forNow(
                    "The MCP server " + target.shown() + ": the answer is longer than its limit; it was cut off"));
            return false;
        }
        if (!receiving.take(bytes)) {
            cut(new Receiving.Full(receiving.limit()));
            return false;
        }
        held += bytes;
        return true;
    }

    private void event(String data) {
        if (promise.future().isComplete()) {
            return;
        }
        try {
            terms.events.accept(data);
        } catch (McpFailure e) {
            cut(e);
        }
    }

    private static Exchange.Reply reply(HttpClientResponse head, Buffer body) {
        return new Exchange.Reply(head.statusCode(), head.statusMessage(), head.headers(), body);
    }
}
