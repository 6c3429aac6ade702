package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import java.time.InstantSource;

/** REST_CONNECTOR on an event loop, and upstreams for it. */
final class RestFixture extends ConnectorFixture {

    RestFixture() {
        use(ExchangeSettings.DEFAULTS, InstantSource.system());
    }

    RestFixture use(ExchangeSettings settings, InstantSource clock) {
        use(() -> new RestConnector(vertx, settings, new Receiving(settings.maxReceivingBytes()), clock));
        return this;
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
}
