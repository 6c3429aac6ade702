package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.InvalidInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tools as Conductor's definitions have them, {@code {name, type, description, inputSchema}}, and their calls, {@code
 * {taskReferenceName, name, type, inputParameters, output}}: what a dynamic fork can make tasks of.
 */
record ChatTools(Map<String, JsonNode> byName) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String DEFAULT_TYPE = "SIMPLE";
    /** Conductor puts the tool's name into the parameters, for tasks that serve several tools. */
    private static final String METHOD = "method";

    /** @throws InvalidInput when they make no sense */
    static ChatTools parse(JsonNode given) {
        if (!given.isMissingNode() && !given.isNull() && !given.isArray()) {
            throw new InvalidInput("tools must be a list");
        }
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        for (int i = 0; i < given.size(); i++) {
            String at = "tools[" + i + "]";
            String name = LlmInput.optional(given.get(i).path("name"))
                    .orElseThrow(() -> new InvalidInput(at + ".name is required"));
            if (byName.put(name, given.get(i)) != null) {
                throw new InvalidInput(at + ".name is there twice");
            }
        }
        return new ChatTools(byName);
    }

    List<Tool> specs() {
        List<Tool> specs = new ArrayList<>();
        byName.forEach((name, spec) -> {
            JsonNode schema = spec.path("inputSchema");
            specs.add(new Tool(
                    name,
                    spec.path("description").asText(""),
                    schema.isObject() && !schema.isEmpty()
                            ? schema
                            : JSON.objectNode().put("type", "object").set("properties", JSON.objectNode())));
        });
        return specs;
    }

    /** What the model asked for, as the output tells it. */
    ArrayNode shown(List<ToolCall> calls) {
        ArrayNode shown = JSON.arrayNode();
        for (ToolCall call : calls) {
            JsonNode spec = Optional.ofNullable(byName.get(call.name())).orElseGet(JSON::objectNode);
            ObjectNode parameters = JSON.objectNode().put(METHOD, call.name());
            parameters.setAll((ObjectNode) call.arguments());
            ObjectNode one = shown.addObject()
                    .put("taskReferenceName", call.id())
                    .put("name", call.name())
                    .put("type", LlmInput.optional(spec.path("type")).orElse(DEFAULT_TYPE));
            if (spec.path("integrationNames").isObject()) {
                one.set("integrationNames", spec.path("integrationNames"));
            }
            one.set("inputParameters", parameters);
        }
        return shown;
    }

    /** The calls of an assistant's message, as {@link #shown} had made them. */
    static List<ToolCall> calls(JsonNode message, String at) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : message.path("toolCalls")) {
            String name = name(call, at);
            ObjectNode arguments =
                    call.path("inputParameters") instanceof ObjectNode given ? given.deepCopy() : JSON.objectNode();
            if (arguments.path(METHOD).asText("").equals(name)) {
                arguments.remove(METHOD);
            }
            calls.add(new ToolCall(id(call, at), name, arguments));
        }
        return calls;
    }

    /** What the tools gave: the {@code output} of each call, as JSON. */
    static List<Message> results(JsonNode message, String at) {
        List<Message> results = new ArrayList<>();
        for (JsonNode call : message.path("toolCalls")) {
            String output = LlmInput.optional(call.path("output")).orElse("{}");
            results.add(new Message.ToolResult(id(call, at), output, false));
        }
        if (results.isEmpty()) {
            throw new InvalidInput(at + ".toolCalls is required");
        }
        return results;
    }

    private static String id(JsonNode call, String at) {
        return LlmInput.optional(call.path("taskReferenceName"))
                .orElseThrow(() -> new InvalidInput(at + ".toolCalls need a taskReferenceName each"));
    }

    private static String name(JsonNode call, String at) {
        return LlmInput.optional(call.path("name"))
                .orElseThrow(() -> new InvalidInput(at + ".toolCalls need a name each"));
    }
}
