package dev.continuo.worker.connector.rest;

import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** REST_CONNECTOR: one HTTP request, its response as the output {@code {_statusCode, _headers, _body}}. */
public final class RestConnector implements Connector {
    private final Exchange.Via via;
    private final RestCall.Tools tools;

    /** @param receiving shared by all that the worker receives */
    public RestConnector(Vertx vertx, ExchangeSettings settings, Receiving receiving, InstantSource clock) {
        via = Exchange.Via.open(vertx, settings, receiving, settings.connectTimeout());
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
        return via.client().close();
    }
}
