package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;

/**
 * CALL_MCP_TOOL: input {@code {mcpServer, method, arguments, headers}}, output {@code {content, isError}} (conductor: MCP
 * integration). Each text of the content has a {@code parsed} beside it: the JSON that it is, or else the text. A tool
 * that failed is a result with {@code isError}, and the task completes.
 */
public final class CallMcpToolConnector implements Connector {
    private static final ObjectReader JSON = new ObjectMapper()
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private final McpClients clients;

    public CallMcpToolConnector(McpClients clients) {
        this.clients = clients;
    }

    @Override
    public String type() {
        return CallMcpToolType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        String tool;
        ObjectNode arguments;
        try {
            tool = tool(task.input());
            arguments = arguments(task.input().path("arguments"));
        } catch (InvalidInput e) {
            return Future.succeededFuture(McpTask.invalid(e, log));
        }
        return McpTask.execute(clients, task, log, connection -> connection
                .call(tool, arguments)
                .map(result -> {
                    log.info(tool + (result.isError() ? " answered with an error" : " answered"));
                    return output(result);
                }));
    }

    private static String tool(JsonNode input) {
        JsonNode method = input.path("method");
        if (!method.isTextual() || method.textValue().isBlank()) {
            throw new InvalidInput("method is missing: the name of a tool");
        }
        return method.textValue().strip();
    }

    private static ObjectNode arguments(JsonNode value) {
        if (LooseValues.isAbsent(value)) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidInput("arguments must be an object");
    }

    private static JsonNode output(McpResult result) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.set("content", result.content());
        output.put("isError", result.isError());
        result.content().forEach(part -> {
            if (part instanceof ObjectNode object && part.path("text").isTextual()) {
                object.set("parsed", parsed(part.path("text").textValue()));
            }
        });
        if (!result.structured().isMissingNode()) {
            output.set("structuredContent", result.structured());
        }
        return output;
    }

    private static JsonNode parsed(String text) {
        String plain = text.strip();
        if (!plain.startsWith("{") && !plain.startsWith("[")) {
            return TextNode.valueOf(text);
        }
        try {
            return JSON.readTree(plain);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }
}
