package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.util.List;

/**
 * LIST_MCP_TOOLS: input {@code {mcpServer, headers}}, output {@code {tools: [{name, description, inputSchema}]}}
 * (conductor: MCP integration).
 */
public final class ListMcpToolsConnector implements Connector {
    private final McpClients clients;

    public ListMcpToolsConnector(McpClients clients) {
        this.clients = clients;
    }

    @Override
    public String type() {
        return ListMcpToolsType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        return McpTask.execute(
                clients, task, log, connection -> connection.tools().map(tools -> {
                    log.info("The server has " + tools.size() + (tools.size() == 1 ? " tool" : " tools"));
                    return output(tools);
                }));
    }

    private static JsonNode output(List<McpTool> tools) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        ArrayNode list = output.putArray("tools");
        tools.forEach(tool -> list.addObject()
                .put("name", tool.name())
                .put("description", tool.description())
                .set("inputSchema", tool.inputSchema()));
        return output;
    }

    @Override
    public Future<Void> close() {
        return clients.close();
    }
}
