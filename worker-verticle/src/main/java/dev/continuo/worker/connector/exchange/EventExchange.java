package dev.continuo.worker.connector.exchange;

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

/**
 * One request whose successful response may be a stream of server-sent events: those are handed over as they come, any
 * other response is kept as a whole. It is bounded in bytes, and in how long nothing at all may come; its whole time is
 * for the caller to bound, who may cut it at any moment. Redirects are not followed: what follows a request with a
 * credential in it must not be led elsewhere.
 */
public final class EventExchange {
    /** How long a stream whose last event was seen may take to end, so that its connection can be used again. */
    private static final long LINGER_MILLIS = 1_000;

    /**
     * @param maxBytes of the response, all its events together
     * @param connect until there is a connection, the wait for a free one included
     * @param silence how long nothing may come, from the request on
     */
    public record Limits(int maxBytes, Duration connect, Duration silence) {}

    /** Nothing came for too long. */
    static final class Silent extends RuntimeException {
        Silent(Duration limit) {
            super("nothing came for " + limit.toMillis() / 1000.0 + " s", null, false, false);
        }
    }

    private final Promise<Exchange.Reply> promise = Promise.promise();
    private final Vertx vertx;
    private final Exchange.Via via;
    private final Limits limits;
    private final EventParser parser;
    private Optional<HttpClientRequest> current = Optional.empty();
    private Optional<HttpClientResponse> head = Optional.empty();
    private long lastHeard = System.nanoTime();
    private long timer;
    private int received;
    private boolean ended;

    private EventExchange(Vertx vertx, Exchange.Via via, Limits limits, Consumer<EventParser.Event> events) {
        this.vertx = vertx;
        this.via = via;
        this.limits = limits;
        this.parser = new EventParser(limits.maxBytes, event -> {
            if (!promise.future().isComplete()) {
                events.accept(event);
            }
        });
    }

    /** @param events of a 2xx response; what it throws ends the exchange with that failure */
    public static EventExchange send(
            Vertx vertx,
            Exchange.Via via,
            Exchange.Request request,
            Limits limits,
            Consumer<EventParser.Event> events) {
        EventExchange exchange = new EventExchange(vertx, via, limits, events);
        exchange.begin(request);
        return exchange;
    }

    /** Completes with the end of the response; its body is empty where it was a stream of events. */
    public Future<Exchange.Reply> reply() {
        return promise.future();
    }

    /** Ends it with this failure, unless it has ended already. */
    public void cut(Throwable cause) {
        if (promise.tryFail(cause)) {
            reset(cause);
        }
    }

    private void begin(Exchange.Request request) {
        Target target = request.target();
        if (target.host().indexOf(':') >= 0) {
            // The client would leave out the brackets of an IPv6 address.
            request.headers().set("host", target.authority());
        }
        RequestOptions options = new RequestOptions()
                .setMethod(request.method())
                .setSsl(target.tls())
                .setHost(target.host())
                .setPort(target.port())
                .setURI(target.pathAndQuery())
                .setConnectTimeout(limits.connect.toMillis())
                .setHeaders(request.headers());
        listenFor(limits.silence.toMillis());
        promise.future().onComplete(over -> {
            vertx.cancelTimer(timer);
            via.receiving().release(received);
        });
        via.client().request(options).onComplete(made -> connected(made, request.body()), this::cut);
    }

    private void connected(HttpClientRequest request, Optional<Buffer> body) {
        if (promise.future().isComplete()) {
            request.reset();
            return;
        }
        current = Optional.of(request);
        via.used().add(request.connection());
        request.exceptionHandler(this::cut);
        request.response().onComplete(this::receive, this::cut);
        body.map(request::end).orElseGet(request::end).onFailure(this::cut);
    }

    private void receive(HttpClientResponse response) {
        lastHeard = System.nanoTime();
        head = Optional.of(response);
        String type = Optional.ofNullable(response.getHeader("content-type")).orElse("");
        boolean stream = response.statusCode() / 100 == 2
                && type.strip().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        Buffer body = Buffer.buffer();
        response.exceptionHandler(this::cut);
        response.handler(chunk -> {
            if (taken(chunk)) {
                if (stream) {
                    parsed(chunk);
                } else {
                    body.appendBuffer(chunk);
                }
            }
        });
        response.endHandler(end -> {
            ended = true;
            promise.tryComplete(reply(response, body));
        });
    }

    private boolean taken(Buffer chunk) {
        lastHeard = System.nanoTime();
        if (promise.future().isComplete()) {
            return false;
        }
        if (received + (long) chunk.length() > limits.maxBytes) {
            cut(new Exchange.TooLong(limits.maxBytes));
            return false;
        }
        if (!via.receiving().take(chunk.length())) {
            cut(new Receiving.Full(via.receiving().limit()));
            return false;
        }
        received += chunk.length();
        return true;
    }

    private void parsed(Buffer chunk) {
        try {
            parser.feed(chunk);
        } catch (RuntimeException e) {
            cut(e);
        }
    }

    /** The last event of interest has come: whatever else the response holds is let pass, for a moment. */
    public void enough() {
        boolean first = head.isPresent() && promise.tryComplete(reply(head.get(), Buffer.buffer()));
        if (first && !ended) {
            vertx.setTimer(LINGER_MILLIS, id -> {
                if (!ended) {
                    reset(new IllegalStateException("the response goes on behind its last event"));
                }
            });
        }
    }

    private static Exchange.Reply reply(HttpClientResponse head, Buffer body) {
        return new Exchange.Reply(head.statusCode(), head.statusMessage(), head.headers(), body);
    }

    private void reset(Throwable cause) {
        current.ifPresent(request -> request.reset(0, cause));
    }

    /** One timer for the whole exchange rather than one for each chunk. */
    private void listenFor(long millis) {
        timer = vertx.setTimer(Math.max(1, millis), id -> {
            long quiet = (System.nanoTime() - lastHeard) / 1_000_000;
            if (quiet >= limits.silence.toMillis()) {
                cut(new Silent(limits.silence));
            } else {
                listenFor(limits.silence.toMillis() - quiet);
            }
        });
    }
}
