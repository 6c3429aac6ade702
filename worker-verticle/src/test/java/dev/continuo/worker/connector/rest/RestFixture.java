package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.RecordedLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A connector on an event loop, and upstreams for it. */
final class RestFixture implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long LIMIT_SECONDS = 30;

    final Vertx vertx = Vertx.vertx();
    final RecordedLog log = new RecordedLog();
    final Cancellation cancellation = new Cancellation();
    private final Context context = vertx.getOrCreateContext();
    private RestConnector connector;

    RestFixture() {
        use(RestSettings.DEFAULTS, InstantSource.system());
    }

    RestFixture use(RestSettings settings, InstantSource clock) {
        connector = on(() -> Future.succeededFuture(new RestConnector(vertx, settings, clock)));
        return this;
    }

    /** An HTTP server; its URL without a path. */
    String upstream(Handler<HttpServerRequest> handler) {
        int port = await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"))
                .actualPort();
        return "http://127.0.0.1:" + port;
    }

    /** A server that answers with these bytes, whatever it is asked, and then does what it is told. */
    String rawUpstream(String answer, Handler<NetSocket> then) {
        int port = await(vertx.createNetServer()
                        .connectHandler(
                                socket -> socket.handler(asked -> socket.write(Buffer.buffer(answer, "ISO-8859-1"))
                                        .onSuccess(v -> then.handle(socket))))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        return "http://127.0.0.1:" + port;
    }

    static ObjectNode json(String singleQuoted) {
        try {
            return (ObjectNode) MAPPER.readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }

    ConnectorResult get(String url) {
        return call(url, "{}");
    }

    ConnectorResult call(String url, String args) {
        return call(url, args, "{'_type':'NoAuth'}");
    }

    ConnectorResult call(String url, String args, String auth) {
        ObjectNode input = json("{}").put("_url", url);
        input.set("_args", json(args));
        input.set("_auth", json(auth));
        return execute(input);
    }

    ConnectorResult execute(JsonNode input) {
        return on(() -> start(input));
    }

    Future<ConnectorResult> start(JsonNode input) {
        return connector.execute(
                new ConnectorTask(
                        new UUID(0, 1), new UUID(0, 2), "ns", "call", 0, input, Duration.ofSeconds(60), cancellation),
                log);
    }

    /** Runs something on the connector's event loop and waits for what it comes to. */
    <T> T on(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> action.get().onComplete(promise));
        return await(promise.future());
    }

    static ConnectorResult.Completed completed(ConnectorResult result) {
        return switch (result) {
            case ConnectorResult.Completed completed -> completed;
            case ConnectorResult.Failed failed -> throw new AssertionError("failed: " + failed);
        };
    }

    static ConnectorResult.Failed failed(ConnectorResult result) {
        return switch (result) {
            case ConnectorResult.Completed completed -> throw new AssertionError("completed: " + completed);
            case ConnectorResult.Failed failed -> failed;
        };
    }

    static <T> T await(Future<T> future) {
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
