package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream of server-sent events (WHATWG HTML, 9.2). Confined to the connection's event loop. */
final class EventStream implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** What may wait for a slow client, besides one event of whatever size. */
    static final int MAX_WAITING_BYTES = 1 << 20;

    static final String CONTENT_TYPE = "text/event-stream";

    /** What each event takes, besides its text. */
    private static final int FRAME_BYTES = 128;

    /** What is on its way to the client before anything waits. */
    private static final int MAX_SENT_BYTES = 64 << 10;

    private static final long STOP_MILLIS = 500;
    private static final long CANCEL = 8;
    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    private final RoutingContext request;
    private final HttpServerResponse response;
    private final Context context;
    private final EventStreams.Times times;
    private final long began = System.nanoTime();
    private final Promise<Void> closed = Promise.promise();
    private final Deque<Buffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long sentBytes;
    private long progressAt = began;
    private long timer = -1;
    private boolean draining;
    private boolean ending;
    private boolean over;

    EventStream(RoutingContext request, EventStreams.Times times) {
        this.request = request;
        this.response = request.response();
        this.context = request.vertx().getOrCreateContext();
        this.times = times;
    }

    void begin(Consumer<EventSink> begin) {
        request.addEndHandler(ended -> {
            if (ended.failed()) {
                finish();
            }
        });
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                // Proxies such as nginx would otherwise collect events before they pass them on.
                .putHeader("X-Accel-Buffering", "no");
        timer = request.vertx().setPeriodic(times.heartbeat().toMillis(), id -> beat());
        // The client learns at once that it is heard.
        write(COMMENT);
        try {
            begin.accept(this);
        } catch (RuntimeException e) {
            LOG.error("{} cannot be streamed", request.request().path(), e);
            cut();
        }
    }

    @Override
    public void send(Optional<String> id, Optional<String> event, JsonNode data) {
        Buffer frame = Buffer.buffer();
        id.ifPresent(text -> frame.appendString("id: " + line(text) + "\n"));
        event.ifPresent(text -> frame.appendString("event: " + line(text) + "\n"));
        // JSON as it is written here has no line breaks.
        frame.appendString("data: ").appendBuffer(JsonBody.bytes(data)).appendString("\n\n");
        onContext(() -> add(frame));
    }

    @Override
    public void end() {
        onContext(() -> {
            ending = true;
            drain();
        });
    }

    /** Ends the stream, in good order when the client reads what is left in a moment. */
    void stop() {
        end();
        request.vertx()
                .setTimer(
                        STOP_MILLIS,
                        id -> onContext(() -> {
                            if (!over) {
                                cut();
                            }
                        }));
    }

    @Override
    public Future<Void> closed() {
        return closed.future();
    }

    private static String line(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The name or id of an event has control characters");
        }
        return text;
    }

    /** Always later: what is called from here and from elsewhere stays in order. */
    private void onContext(Runnable action) {
        context.runOnContext(nothing -> action.run());
    }

    private void add(Buffer frame) {
        if (over || ending) {
            return;
        }
        if (waiting.isEmpty() || waitingBytes + size(frame) <= MAX_WAITING_BYTES) {
            waiting.add(frame);
            waitingBytes += size(frame);
            drain();
        } else {
            LOG.info("{}: the client reads too slowly", request.request().path());
            cut();
        }
    }

    private static int size(Buffer frame) {
        return frame.length() + FRAME_BYTES;
    }

    private void drain() {
        if (draining) {
            // A write that is done at once comes back here; the loop goes on with the next.
            return;
        }
        draining = true;
        while (!over && !waiting.isEmpty() && sentBytes < MAX_SENT_BYTES) {
            Buffer frame = waiting.remove();
            waitingBytes -= size(frame);
            write(frame);
        }
        draining = false;
        if (!over && ending && waiting.isEmpty() && !response.ended()) {
            response.end().onComplete(told -> finish());
        }
    }

    private void write(Buffer frame) {
        if (sentBytes == 0) {
            progressAt = System.nanoTime();
        }
        sentBytes += frame.length();
        response.write(frame).onComplete(taken -> {
            sentBytes -= frame.length();
            progressAt = System.nanoTime();
            drain();
        });
    }

    private void beat() {
        long now = System.nanoTime();
        if (sentBytes > 0 && now - progressAt > times.patience().toNanos()) {
            LOG.info("{}: the client has stopped reading", request.request().path());
            cut();
        } else if (now - began > times.life().toNanos()) {
            end();
        } else if (sentBytes == 0 && !ending) {
            write(COMMENT);
        }
    }

    /** At once, whatever waits: an orderly close would wait for the client to read it all. */
    private void cut() {
        finish();
        boolean own = request.request().version() != HttpVersion.HTTP_2;
        if (own && request.request().connection() instanceof ConnectionBase connection) {
            connection.channelHandlerContext().close();
        } else {
            response.reset(CANCEL);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            request.vertx().cancelTimer(timer);
            waiting.clear();
            closed.complete();
        }
    }
}
