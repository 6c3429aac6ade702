package dev.continuo.worker;

import dev.continuo.script.ScriptPool;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import dev.continuo.worker.connector.http.HttpConnector;
import dev.continuo.worker.connector.http.HttpPollConnector;
import dev.continuo.worker.connector.http.HttpTools;
import dev.continuo.worker.connector.kafka.EventConnector;
import dev.continuo.worker.connector.kafka.KafkaPublishConnector;
import dev.continuo.worker.connector.kafka.PublishSettings;
import dev.continuo.worker.connector.mcp.CallMcpToolConnector;
import dev.continuo.worker.connector.mcp.ListMcpToolsConnector;
import dev.continuo.worker.connector.mcp.McpClients;
import dev.continuo.worker.connector.mcp.McpSettings;
import dev.continuo.worker.connector.rest.RestConnector;
import dev.continuo.worker.connector.script.CachedScripts;
import dev.continuo.worker.connector.script.ScriptConnector;
import dev.continuo.worker.connector.script.ScriptSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Makes the connectors of one worker, on that worker's event loop. */
@FunctionalInterface
public interface ConnectorFactory {
    List<Connector> create(Vertx vertx);

    /**
     * How scripts are evaluated.
     *
     * @param pool shared by all workers of a process
     * @param source of the scripts that are stored
     * @param limit of one evaluation
     */
    record Scripting(ScriptPool pool, ScriptSource source, Duration limit) {}

    /**
     * All connectors that come with the engine.
     *
     * @param http limits of everything that speaks HTTP
     * @param kafka where tasks may publish
     */
    static ConnectorFactory standard(ExchangeSettings http, Scripting scripting, PublishSettings kafka) {
        return vertx -> {
            InstantSource clock = InstantSource.system();
            Receiving receiving = new Receiving(http.maxReceivingBytes());
            HttpTools tools = HttpTools.of(vertx, http, receiving, clock);
            McpClients mcp = McpClients.of(vertx, McpSettings.DEFAULTS, receiving, clock);
            CachedScripts scripts = new CachedScripts(scripting.source, 500, Duration.ofSeconds(2), clock);
            return List.of(
                    new RestConnector(vertx, http, receiving, clock),
                    new ScriptConnector(vertx, scripting.pool, scripts, scripting.limit),
                    new HttpConnector(tools),
                    new HttpPollConnector(tools, scripting.pool, scripting.limit),
                    new KafkaPublishConnector(vertx, kafka),
                    new EventConnector(vertx, kafka),
                    new ListMcpToolsConnector(mcp),
                    new CallMcpToolConnector(mcp));
        };
    }
}
