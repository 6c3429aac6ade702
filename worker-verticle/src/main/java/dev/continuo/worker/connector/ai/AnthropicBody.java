package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A request as Anthropic's Messages API takes it (source: its API reference, Messages). */
final class AnthropicBody {
    /** The API demands a limit. */
    static final int DEFAULT_MAX_TOKENS = 4_096;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private AnthropicBody() {}

    static ObjectNode of(CompletionRequest request) {
        Sampling sampling = request.sampling();
        ObjectNode body = JSON.objectNode();
        body.put("model", request.model());
        body.put("max_tokens", sampling.maxTokens().orElse(DEFAULT_MAX_TOKENS));
        JsonInstruction.system(request).ifPresent(system -> body.put("system", system));
        body.set("messages", messages(request.messages()));
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Tool tool : request.tools()) {
                ObjectNode described = tools.addObject().put("name", tool.name());
                if (!tool.description().isBlank()) {
                    described.put("description", tool.description());
                }
                described.set("input_schema", tool.inputSchema());
            }
        }
        sampling.temperature().ifPresent(temperature -> body.put("temperature", temperature));
        sampling.topP().ifPresent(topP -> body.put("top_p", topP));
        if (!sampling.stopWords().isEmpty()) {
            ArrayNode stops = body.putArray("stop_sequences");
            sampling.stopWords().forEach(stops::add);
        }
        return body.put("stream", true);
    }

    /** What one side says in a row is one message: all results of tools must be in the one that follows their calls. */
    private static ArrayNode messages(List<Message> messages) {
        ArrayNode all = JSON.arrayNode();
        String speaking = "";
        ArrayNode content = JSON.arrayNode();
        for (Message message : messages) {
            String role = message instanceof Message.Assistant ? "assistant" : "user";
            if (!role.equals(speaking)) {
                speaking = role;
                content = all.addObject().put("role", role).putArray("content");
            }
            add(message, content);
        }
        return withoutEmpty(all);
    }

    private static void add(Message message, ArrayNode content) {
        switch (message) {
            case Message.User(String text) -> text(text, content);
            case Message.Assistant(String text, List<ToolCall> calls) -> {
                text(text, content);
                for (ToolCall call : calls) {
                    content.addObject()
                            .put("type", "tool_use")
                            .put("id", call.id())
                            .put("name", call.name())
                            .set("input", call.arguments());
                }
            }
            case Message.ToolResult(String callId, String text, boolean isError) -> {
                ObjectNode result =
                        content.addObject().put("type", "tool_result").put("tool_use_id", callId);
                if (!text.isEmpty()) {
                    result.put("content", text);
                }
                if (isError) {
                    result.put("is_error", true);
                }
            }
        }
    }

    /** The API refuses texts that are blank. */
    private static void text(String text, ArrayNode content) {
        if (!text.isBlank()) {
            content.addObject().put("type", "text").put("text", text);
        }
    }

    private static ArrayNode withoutEmpty(ArrayNode messages) {
        ArrayNode said = JSON.arrayNode();
        messages.forEach(message -> {
            if (!message.path("content").isEmpty()) {
                said.add(message);
            }
        });
        return said;
    }
}
