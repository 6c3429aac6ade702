package dev.continuo.worker.connector.mcp;

import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** Opens conversations with MCP servers. Confined to one event loop. */
public final class McpClients {
    private final StreamableHttp.Parts parts;

    private McpClients(StreamableHttp.Parts parts) {
        this.parts = parts;
    }

    /** @param receiving shared by all that the worker receives */
    public static McpClients of(Vertx vertx, McpSettings settings, Receiving receiving, InstantSource clock) {
        Exchange.Via via = Exchange.Via.open(vertx, ExchangeSettings.DEFAULTS, receiving, settings.connect());
        return new McpClients(new StreamableHttp.Parts(vertx, via, settings, clock));
    }

    /** Nothing is sent yet. Must be closed; the cancellation does it, too. */
    public McpConnection open(McpServer server, Cancellation cancellation) {
        McpConnection connection = new SdkConnection(parts, server);
        cancellation.onCancel(connection::close);
        return connection;
    }

    /** Lets go of connections. */
    public Future<Void> close() {
        return parts.via().client().close();
    }
}
