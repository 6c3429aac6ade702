package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.util.function.Function;

/** What Conductor's two task types have in common: a server, one conversation with it, failures by policy. */
final class McpTask {
    private McpTask() {}

    static Future<ConnectorResult> execute(
            McpClients clients, ConnectorTask task, TaskLog log, Function<McpConnection, Future<JsonNode>> action) {
        McpServer server;
        try {
            server = server(task.input());
        } catch (InvalidInput e) {
            return Future.succeededFuture(invalid(e, log));
        }
        server.hideSecrets(log);
        McpConnection connection = clients.open(server, task.cancellation());
        return action.apply(connection)
                .<ConnectorResult>map(ConnectorResult.Completed::new)
                .recover(failure -> failure instanceof McpFailure known
                        ? Future.succeededFuture(failed(known, log))
                        : Future.failedFuture(failure))
                .onComplete(done -> connection.close());
    }

    static ConnectorResult invalid(InvalidInput fault, TaskLog log) {
        return ConnectorResult.Failed.forNow(log.redact(fault.getMessage()));
    }

    private static McpServer server(JsonNode input) {
        String url = input.path("mcpServer").asText().strip();
        if (url.isEmpty()) {
            throw new InvalidInput("mcpServer is missing: the URL of an MCP server");
        }
        return McpServer.of(url, input.path("headers"), "mcpServer");
    }

    /** Whatever went wrong, the task's policy says whether there is another attempt, as with HTTP. */
    private static ConnectorResult failed(McpFailure failure, TaskLog log) {
        RetryWish wish = failure.retry() instanceof RetryWish.NotBefore ? failure.retry() : new RetryWish.ByPolicy();
        return new ConnectorResult.Failed(log.redact(failure.getMessage()), MissingNode.getInstance(), wish);
    }
}
