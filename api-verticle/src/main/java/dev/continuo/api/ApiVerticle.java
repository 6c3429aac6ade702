package dev.continuo.api;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Serves the dialects, health, metrics and the OpenAPI documents. Deploy as many instances as there are event loops to
 * use: they share the port.
 */
public final class ApiVerticle extends VerticleBase {
    private static final int MAX_URI_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int IDLE_SECONDS = 120;

    private final ApiSettings settings;
    private final Operations operations;
    private final List<DialectApi> dialects;
    private HttpServer server;

    public ApiVerticle(ApiSettings settings, Operations operations, List<DialectApi> dialects) {
        this.settings = settings;
        this.operations = operations;
        this.dialects = List.copyOf(dialects);
    }

    @Override
    public Future<?> start() {
        Routes routes = new Routes(operations.httpMeters(), operations.streams(), settings.maxBodyBytes());
        for (DialectApi dialect : dialects) {
            routes.add(dialect, dialect.endpoints(vertx));
            Endpoint document = Endpoint.get(
                    "/openapi/" + dialect.name() + ".json",
                    call -> new Answer.Text("application/json", dialect.openApi()).now());
            routes.add(List.of(document));
        }
        routes.add(operations.endpoints(vertx, settings.readiness()));
        Router router = routes.router(vertx);
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setDecompressionSupported(true)
                .setMaxInitialLineLength(MAX_URI_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        server = vertx.createHttpServer(options).requestHandler(router);
        return server.listen();
    }

    /** The port that is listened on, once started. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public Future<?> stop() {
        return operations.streams().stop().eventually(server::close);
    }
}
