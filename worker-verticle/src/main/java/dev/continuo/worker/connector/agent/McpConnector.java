package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.ai.ModelProvider;
import dev.continuo.worker.connector.ai.Progress;
import dev.continuo.worker.connector.ai.ProviderFailure;
import dev.continuo.worker.connector.mcp.McpClients;
import dev.continuo.worker.connector.mcp.McpFailure;
import io.vertx.core.Future;
import java.time.InstantSource;

/**
 * AGENT_MCP: a Claude model that may use the tools of MCP servers (agents: McpNode). Input {@code {config, user, apikey,
 * maxSteps, model}}, output {@code {result, finishReason, model, promptTokens, completionTokens, tokenUsed,
 * steps, toolCalls}}, tokens and calls of all steps together.
 *
 * <p>An attempt that fails begins again with the first step: tools may be called more than once.
 */
public final class McpConnector implements Connector {
    /** What a node without a model asks. */
    public static final String DEFAULT_MODEL = "claude-sonnet-4-5";

    /**
     * @param model a Claude
     * @param variables of runs
     */
    public record Parts(ModelProvider model, RunVariables variables, McpClients clients, InstantSource clock) {}

    private final Parts parts;

    public McpConnector(Parts parts) {
        this.parts = parts;
    }

    @Override
    public String type() {
        return AgentMcpType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        return LateText.of(parts.variables, task, log)
                .compose(late -> executed(task, late, log))
                .recover(failure -> explained(failure, log));
    }

    private Future<ConnectorResult> executed(ConnectorTask task, LateText late, TaskLog log) {
        McpRequest request = McpRequest.of(task.input(), late, DEFAULT_MODEL);
        request.config().servers().values().forEach(server -> server.hideSecrets(log));
        if (task.cancellation().isCancelled()) {
            return Future.succeededFuture(ConnectorResult.Failed.forNow("The execution was ended"));
        }
        ToolLoop.Surroundings with =
                new ToolLoop.Surroundings(parts.model, log, new Progress(log, parts.clock), task.cancellation());
        ToolBox.Opening opening = ToolBox.open(parts.clients, request.config(), task.cancellation());
        return opening.ready()
                .compose(box -> box.listed() > ToolBox.MAX_TOOLS
                        ? Future.succeededFuture(ConnectorResult.Failed.forGood("The servers have "
                                + box.listed() + " tools, more than the " + ToolBox.MAX_TOOLS
                                + " that a node can offer to a model"))
                        : ToolLoop.run(with, box, request))
                .onComplete(done -> opening.box().close());
    }

    private static Future<ConnectorResult> explained(Throwable failure, TaskLog log) {
        return switch (failure) {
            case InvalidInput invalid ->
                Future.succeededFuture(ConnectorResult.Failed.forGood(log.redact(invalid.getMessage())));
            case McpFailure server ->
                Future.succeededFuture(new ConnectorResult.Failed(
                        log.redact(server.getMessage()), MissingNode.getInstance(), server.retry()));
            case ProviderFailure provider -> Future.succeededFuture(provider.asResult());
            default -> Future.failedFuture(failure);
        };
    }
}
