package dev.continuo.worker.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A connector on an event loop, and upstreams for it. */
public class ConnectorFixture implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long LIMIT_SECONDS = 30;

    public final Vertx vertx = Vertx.vertx();
    public final RecordedLog log = new RecordedLog();
    public final Cancellation cancellation = new Cancellation();
    private final Context context = vertx.getOrCreateContext();
    private Optional<Connector> connector = Optional.empty();

    /** Makes the connector on its event loop. */
    public final void use(Supplier<Connector> maker) {
        connector = Optional.of(on(() -> Future.succeededFuture(maker.get())));
    }

    /** An HTTP server; its URL without a path. */
    public String upstream(Handler<HttpServerRequest> handler) {
        int port = await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"))
                .actualPort();
        return "http://127.0.0.1:" + port;
    }

    /** A server that answers with these bytes, whatever it is asked, and then does what it is told. */
    public String rawUpstream(String answer, Handler<NetSocket> then) {
        int port = await(vertx.createNetServer()
                        .connectHandler(
                                socket -> socket.handler(asked -> socket.write(Buffer.buffer(answer, "ISO-8859-1"))
                                        .onSuccess(v -> then.handle(socket))))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        return "http://127.0.0.1:" + port;
    }

    public static ObjectNode json(String singleQuoted) {
        try {
            return (ObjectNode) MAPPER.readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public ConnectorResult execute(JsonNode input) {
        return on(() -> start(input));
    }

    public Future<ConnectorResult> start(JsonNode input) {
        return connector
                .orElseThrow()
                .execute(
                        new ConnectorTask(
                                new UUID(0, 1),
                                new UUID(0, 2),
                                "ns",
                                "call",
                                0,
                                input,
                                Duration.ofSeconds(60),
                                cancellation),
                        log);
    }

    /** Runs something on the connector's event loop and waits for what it comes to. */
    public <T> T on(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> action.get().onComplete(promise));
        return await(promise.future());
    }

    public static ConnectorResult.Completed completed(ConnectorResult result) {
        return switch (result) {
            case ConnectorResult.Completed completed -> completed;
            case ConnectorResult.Waiting waiting -> throw new AssertionError("waiting: " + waiting);
            case ConnectorResult.Failed failed -> throw new AssertionError("failed: " + failed);
        };
    }

    public static ConnectorResult.Failed failed(ConnectorResult result) {
        return switch (result) {
            case ConnectorResult.Completed completed -> throw new AssertionError("completed: " + completed);
            case ConnectorResult.Waiting waiting -> throw new AssertionError("waiting: " + waiting);
            case ConnectorResult.Failed failed -> failed;
        };
    }

    public static <T> T await(Future<T> future) {
        CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
        try {
            return done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("Nothing within " + LIMIT_SECONDS + " s, or a failure", e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
