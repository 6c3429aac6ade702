package dev.continuo.worker.connector.rest;

import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.InstantSource;

/** REST_CONNECTOR: one HTTP request, its response as the output {@code {_statusCode, _headers, _body}}. */
public final class RestConnector implements Connector {
    private static final int MAX_HEADER_BYTES = 64 << 10;

    private final HttpClient client;
    private final RestCall.Tools tools;

    public RestConnector(Vertx vertx, RestSettings settings) {
        this(vertx, settings, InstantSource.system());
    }

    RestConnector(Vertx vertx, RestSettings settings, InstantSource clock) {
        HttpClientOptions options = new HttpClientOptions()
                .setDecompressionSupported(true)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setSslHandshakeTimeout(Math.max(1, settings.connectTimeout().toSeconds()))
                .setKeepAliveTimeout((int) Math.max(1, settings.keepAlive().toSeconds()));
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(settings.connectionsPerHost())
                .setMaxWaitQueueSize(settings.waitingPerHost());
        client = vertx.createHttpClient(options, pool);
        Exchange.Via via = Exchange.Via.of(client, new Receiving(settings.maxReceivingBytes()));
        Tokens tokens = new Tokens(vertx, via, clock, settings.cachedTokens());
        tools = new RestCall.Tools(vertx, via, tokens, clock, settings);
    }

    @Override
    public String type() {
        return RestConnectorType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        RestRequest request;
        try {
            request = RestRequest.parse(task.input());
        } catch (InvalidInput e) {
            log.info("Not sent, as the input is no request");
            return Future.succeededFuture(ConnectorResult.Failed.forGood(log.redact(e.getMessage())));
        }
        return new RestCall(tools, request, task, log).run();
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
