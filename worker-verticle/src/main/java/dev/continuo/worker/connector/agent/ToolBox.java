package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.ai.Tool;
import dev.continuo.worker.connector.ai.ToolCall;
import dev.continuo.worker.connector.mcp.McpClients;
import dev.continuo.worker.connector.mcp.McpConnection;
import dev.continuo.worker.connector.mcp.McpFailure;
import dev.continuo.worker.connector.mcp.McpTool;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tools of all servers of a node, under names that a model can use. */
final class ToolBox {
    static final int MAX_TOOLS = 200;

    private static final int MAX_NAME_CHARS = 64;
    private static final int MAX_RESULT_CHARS = 100_000;

    /** What a call came to, for the model. */
    record Outcome(String text, boolean isError) {}

    private record Place(McpConnection connection, String name) {}

    private final List<McpConnection> connections = new ArrayList<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Tool> tools = new ArrayList<>();
    private int listed;

    private ToolBox() {}

    /** Fails with {@link McpFailure} when a server cannot tell its tools. Must be closed in any case. */
    static Opening open(McpClients clients, McpConfig config, Cancellation cancellation) {
        ToolBox box = new ToolBox();
        List<String> names = List.copyOf(config.servers().keySet());
        config.servers().values().forEach(server -> box.connections.add(clients.open(server, cancellation)));
        List<Future<List<McpTool>>> listings =
                box.connections.stream().map(McpConnection::tools).toList();
        return new Opening(box, Future.all(listings).map(listed -> {
            for (int i = 0; i < names.size(); i++) {
                String prefix = names.size() == 1 ? "" : names.get(i) + "__";
                McpConnection connection = box.connections.get(i);
                listings.get(i).result().forEach(tool -> box.add(prefix, connection, tool));
            }
            return box;
        }));
    }

    /** @param ready once all tools are known */
    record Opening(ToolBox box, Future<ToolBox> ready) {}

    /** What the servers have, of which there are no more than {@link #MAX_TOOLS} here. */
    int listed() {
        return listed;
    }

    List<Tool> tools() {
        return List.copyOf(tools);
    }

    /**
     * Never fails because of what the model asked for: that a tool is not there, or that its server refuses the call, is
     * for the model to know. Fails with {@link McpFailure} when there is no answer.
     */
    Future<Outcome> call(ToolCall call) {
        Place place = places.get(call.name());
        if (place == null) {
            return Future.succeededFuture(new Outcome("There is no tool " + call.name(), true));
        }
        if (!(arguments(call.arguments()) instanceof ObjectNode arguments)) {
            return Future.succeededFuture(new Outcome("The arguments must be an object", true));
        }
        return place.connection
                .call(place.name, arguments)
                .map(result -> new Outcome(shortened(result.text()), result.isError()))
                .recover(failure -> failure instanceof McpFailure known && known.isRefusal()
                        ? Future.succeededFuture(new Outcome(known.getMessage(), true))
                        : Future.failedFuture(failure));
    }

    void close() {
        connections.forEach(McpConnection::close);
    }

    private void add(String prefix, McpConnection connection, McpTool tool) {
        listed++;
        if (listed > MAX_TOOLS) {
            // No model gets any of them; finding names for thousands that all want the same one takes seconds.
            return;
        }
        String name = free(prefix + tool.name());
        places.put(name, new Place(connection, tool.name()));
        tools.add(new Tool(name, tool.description(), tool.inputSchema()));
    }

    /** Models take letters, digits, underscores and hyphens, and not many of them. */
    private String free(String wanted) {
        String plain = wanted.replaceAll("[^a-zA-Z0-9_-]", "_");
        String name = plain.substring(0, Math.min(plain.length(), MAX_NAME_CHARS));
        for (int i = 2; places.containsKey(name); i++) {
            String end = "_" + i;
            name = plain.substring(0, Math.min(plain.length(), MAX_NAME_CHARS - end.length())) + end;
        }
        return name;
    }

    private static JsonNode arguments(JsonNode given) {
        return given.isMissingNode() || given.isNull() ? JsonNodeFactory.instance.objectNode() : given;
    }

    private static String shortened(String text) {
        return text.length() <= MAX_RESULT_CHARS
                ? text
                : text.substring(0, MAX_RESULT_CHARS) + "\n(cut off: " + text.length() + " characters in all)";
    }
}
