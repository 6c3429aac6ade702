package dev.continuo.standalone;

import dev.continuo.engine.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** API and worker in one process. */
public final class Standalone implements Node {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final HttpServer server;

    private Standalone(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /** See {@link NodeStarter}. */
    public static Standalone start(Settings settings, CompletionStage<Void> kafkaServing) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            kafkaServing.toCompletableFuture().get();
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(Standalone::answer)
                    .listen(settings.http().port(), settings.http().host())
                    .await();
            return new Standalone(vertx, server);
        } catch (Exception e) {
            vertx.close().await();
            throw e;
        }
    }

    @Override
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        try {
            vertx.close().await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Vert.x did not close within " + CLOSE_LIMIT, e);
        }
    }

    private static void answer(HttpServerRequest request) {
        boolean live = request.path().equals("/health/live");
        request.response().setStatusCode(live ? 200 : 404).end();
    }
}
