package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.exchange.Target;
import java.util.List;

/** A request as chat completions take it (source: OpenAI's API reference, Chat). */
final class OpenAiBody {
    private static final String OWN_HOST = "api.openai.com";

    private OpenAiBody() {}

    static ObjectNode of(CompletionRequest request, Target target) {
        Sampling sampling = request.sampling();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", request.model());
        ArrayNode messages = body.putArray("messages");
        JsonInstruction.system(request)
                .ifPresent(system -> messages.addObject().put("role", "system").put("content", system));
        request.messages().forEach(message -> add(message, messages));
        if (!request.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Tool tool : request.tools()) {
                ObjectNode function = tools.addObject()
                        .put("type", "function")
                        .putObject("function")
                        .put("name", tool.name());
                if (!tool.description().isBlank()) {
                    function.put("description", tool.description());
                }
                function.set("parameters", tool.inputSchema());
            }
        }
        if (request.jsonOutput()) {
            body.putObject("response_format").put("type", "json_object");
        }
        sampling.temperature().ifPresent(temperature -> body.put("temperature", temperature));
        sampling.topP().ifPresent(topP -> body.put("top_p", topP));
        // The newer models of OpenAI refuse the name that all compatible servers know.
        String limit = target.host().equals(OWN_HOST) ? "max_completion_tokens" : "max_tokens";
        sampling.maxTokens().ifPresent(tokens -> body.put(limit, tokens));
        if (!sampling.stopWords().isEmpty()) {
            ArrayNode stops = body.putArray("stop");
            sampling.stopWords().forEach(stops::add);
        }
        body.put("stream", true).putObject("stream_options").put("include_usage", true);
        return body;
    }

    private static void add(Message message, ArrayNode messages) {
        switch (message) {
            case Message.User(String text) ->
                messages.addObject().put("role", "user").put("content", text);
            case Message.Assistant(String text, List<ToolCall> calls) -> {
                ObjectNode said = messages.addObject().put("role", "assistant").put("content", text);
                if (!calls.isEmpty()) {
                    ArrayNode list = said.putArray("tool_calls");
                    for (ToolCall call : calls) {
                        list.addObject()
                                .put("id", call.id())
                                .put("type", "function")
                                .putObject("function")
                                .put("name", call.name())
                                .put("arguments", call.arguments().toString());
                    }
                }
            }
            case Message.ToolResult(String callId, String text, boolean isError) ->
                messages.addObject()
                        .put("role", "tool")
                        .put("tool_call_id", callId)
                        .put("content", isError ? "Error: " + text : text);
        }
    }
}
