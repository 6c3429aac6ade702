package dev.continuo.worker;

import dev.continuo.engine.Engine;
import dev.continuo.script.ScriptPool;
import dev.continuo.store.Conversations;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.agent.McpConnector;
import dev.continuo.worker.connector.agent.PromptConnector;
import dev.continuo.worker.connector.agent.RunVariables;
import dev.continuo.worker.connector.agent.StoredVariables;
import dev.continuo.worker.connector.ai.AiSettings;
import dev.continuo.worker.connector.ai.AiTools;
import dev.continuo.worker.connector.ai.ChatCompleteConnector;
import dev.continuo.worker.connector.ai.ConverseConnector;
import dev.continuo.worker.connector.ai.EmbeddingsConnector;
import dev.continuo.worker.connector.ai.Providers;
import dev.continuo.worker.connector.ai.Teams;
import dev.continuo.worker.connector.ai.TextCompleteConnector;
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
import io.micrometer.core.instrument.MeterRegistry;
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
     * How language models are asked.
     *
     * @param variables of agents' runs
     * @param teams that AI_CONVERSE may ask
     * @param registry counts what is asked
     */
    record Models(
            AiSettings settings,
            RunVariables variables,
            Teams teams,
            Conversations conversations,
            MeterRegistry registry) {
        /** The public services, and no teams. */
        public static Models of(Engine engine) {
            return new Models(
                    AiSettings.DEFAULTS,
                    new StoredVariables(engine.agents().variables()),
                    Teams.NONE,
                    new Conversations(engine.pool()),
                    engine.registry());
        }

        public Models with(AiSettings other, Teams otherTeams) {
            return new Models(other, variables, otherTeams, conversations, registry);
        }
    }

    /**
     * All connectors that come with the engine.
     *
     * @param http limits of everything that speaks HTTP
     * @param kafka where tasks may publish
     */
    static ConnectorFactory standard(ExchangeSettings http, Scripting scripting, PublishSettings kafka, Models models) {
        return vertx -> {
            InstantSource clock = InstantSource.system();
            Receiving receiving = new Receiving(http.maxReceivingBytes());
            HttpTools tools = HttpTools.of(vertx, http, receiving, clock);
            McpClients mcp = McpClients.of(vertx, McpSettings.DEFAULTS, receiving, clock);
            CachedScripts scripts = new CachedScripts(scripting.source, 500, Duration.ofSeconds(2), clock);
            Providers providers =
                    Providers.of(AiTools.of(vertx, http, models.settings, receiving, clock), models.registry);
            return List.of(
                    new RestConnector(vertx, http, receiving, clock),
                    new ScriptConnector(vertx, scripting.pool, scripts, scripting.limit),
                    new HttpConnector(tools),
                    new HttpPollConnector(tools, scripting.pool, scripting.limit),
                    new KafkaPublishConnector(vertx, kafka),
                    new EventConnector(vertx, kafka),
                    new ListMcpToolsConnector(mcp),
                    new CallMcpToolConnector(mcp),
                    new TextCompleteConnector(providers, clock),
                    new ChatCompleteConnector(providers, clock),
                    new EmbeddingsConnector(providers, clock),
                    new ConverseConnector(providers, models.teams, models.conversations, clock),
                    new PromptConnector(providers, models.variables, clock),
                    new McpConnector(
                            new McpConnector.Parts(providers.named("claude", "llm"), models.variables, mcp, clock)));
        };
    }
}
