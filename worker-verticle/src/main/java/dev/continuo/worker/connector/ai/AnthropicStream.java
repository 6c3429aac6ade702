package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.exchange.EventParser;
import java.util.Optional;
import java.util.Set;

/** The events of an answer of Anthropic's Messages API (source: its API reference, Streaming). */
final class AnthropicStream {
    private static final Set<String> PASSING =
            Set.of("overloaded_error", "rate_limit_error", "api_error", "timeout_error");

    private final ApiClient client;
    private final AnswerBuilder answer;
    private final Optional<String> key;
    private long cachedTokens;

    AnthropicStream(ApiClient client, AnswerBuilder answer, Optional<String> key) {
        this.client = client;
        this.answer = answer;
        this.key = key;
    }

    /** Whether it was the last. Kinds of events that are not known are to be passed over, says the reference. */
    boolean heard(EventParser.Event event) {
        JsonNode data = client.parse(event.data());
        switch (data.path("type").asText("")) {
            case "message_start" -> started(data.path("message"));
            case "content_block_start" -> block(data);
            case "content_block_delta" -> piece(data);
            case "message_delta" -> ending(data);
            case "error" -> throw broken(data.path("error"));
            case "message_stop" -> {
                return true;
            }
            default -> {
                return false;
            }
        }
        return false;
    }

    private void started(JsonNode message) {
        answer.model(message.path("model").asText(""));
        JsonNode usage = message.path("usage");
        cachedTokens = usage.path("cache_creation_input_tokens").asLong()
                + usage.path("cache_read_input_tokens").asLong();
        usage(usage);
    }

    private void usage(JsonNode usage) {
        if (usage.has("input_tokens")) {
            answer.promptTokens(usage.path("input_tokens").asLong() + cachedTokens);
        }
        if (usage.has("output_tokens")) {
            answer.completionTokens(usage.path("output_tokens").asLong());
        }
    }

    private void block(JsonNode data) {
        JsonNode block = data.path("content_block");
        switch (block.path("type").asText("")) {
            case "text" -> answer.text(block.path("text").asText(""));
            case "tool_use" ->
                answer.call(data.path("index").asInt())
                        .begun(block.path("id").asText(""), block.path("name").asText(""));
            default -> {
                // What the model thinks, or does with the provider's own tools, is no part of its answer.
            }
        }
    }

    private void piece(JsonNode data) {
        JsonNode delta = data.path("delta");
        switch (delta.path("type").asText("")) {
            case "text_delta" -> answer.text(delta.path("text").asText(""));
            case "input_json_delta" ->
                answer.argumentsOf(
                        data.path("index").asInt(), delta.path("partial_json").asText(""));
            default -> {
                // As above.
            }
        }
    }

    private void ending(JsonNode data) {
        usage(data.path("usage"));
        JsonNode reason = data.at("/delta/stop_reason");
        if (reason.isTextual()) {
            answer.finished(
                    switch (reason.textValue()) {
                        case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
                        case "tool_use" -> FinishReason.TOOL_CALLS;
                        case "refusal" -> FinishReason.CONTENT_FILTER;
                        default -> FinishReason.STOP;
                    });
        }
    }

    private ProviderFailure broken(JsonNode error) {
        String type = error.path("type").asText("an error");
        String message = client.provider() + " broke off with " + ApiComplaint.shown(type, key) + ": "
                + ApiComplaint.shown(error.path("message").asText(""), key);
        return PASSING.contains(type) ? ProviderFailure.forNow(message) : ProviderFailure.forGood(message);
    }
}
