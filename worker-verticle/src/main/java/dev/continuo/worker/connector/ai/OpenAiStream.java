package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.exchange.EventParser;
import java.util.Optional;
import java.util.Set;

/** The events of a chat completion (source: OpenAI's API reference, Streaming). */
final class OpenAiStream {
    private static final String LAST = "[DONE]";
    private static final Set<String> FOR_GOOD = Set.of(
            "invalid_request_error",
            "authentication_error",
            "permission_error",
            "insufficient_quota",
            "invalid_api_key",
            "model_not_found",
            "context_length_exceeded");

    private final ApiClient client;
    private final AnswerBuilder answer;
    private final Optional<String> key;

    OpenAiStream(ApiClient client, AnswerBuilder answer, Optional<String> key) {
        this.client = client;
        this.answer = answer;
        this.key = key;
    }

    /** Whether it was the last. */
    boolean heard(EventParser.Event event) {
        if (event.data().strip().equals(LAST)) {
            return true;
        }
        take(client.parse(event.data()));
        return false;
    }

    /** Servers that know no streams answer with all at once; false when it is no completion. */
    boolean whole(String body) {
        JsonNode completion = client.parse(body);
        take(completion);
        return !completion.path("choices").isEmpty();
    }

    private void take(JsonNode chunk) {
        JsonNode error = chunk.path("error");
        if (error.isObject() || error.isTextual()) {
            throw broken(error);
        }
        answer.model(chunk.path("model").asText(""));
        JsonNode usage = chunk.path("usage");
        if (usage.isObject()) {
            answer.promptTokens(usage.path("prompt_tokens").asLong());
            answer.completionTokens(usage.path("completion_tokens").asLong());
        }
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("index").asInt() == 0) {
                chosen(choice);
            }
        }
    }

    private void chosen(JsonNode choice) {
        JsonNode delta = choice.path(choice.has("delta") ? "delta" : "message");
        text(delta.path("content"));
        text(delta.path("refusal"));
        int position = 0;
        for (JsonNode call : delta.path("tool_calls")) {
            int index = call.path("index").asInt(position++);
            answer.call(index)
                    .begun(call.path("id").asText(""), call.at("/function/name").asText(""));
            answer.argumentsOf(index, call.at("/function/arguments").asText(""));
        }
        JsonNode reason = choice.path("finish_reason");
        if (reason.isTextual()) {
            answer.finished(
                    switch (reason.textValue()) {
                        case "length" -> FinishReason.LENGTH;
                        case "tool_calls", "function_call" -> FinishReason.TOOL_CALLS;
                        case "content_filter" -> FinishReason.CONTENT_FILTER;
                        default -> FinishReason.STOP;
                    });
        }
    }

    private void text(JsonNode piece) {
        if (piece.isTextual()) {
            answer.text(piece.textValue());
        }
    }

    private ProviderFailure broken(JsonNode error) {
        String type = error.path("code").asText("");
        String kind = error.path("type").asText("");
        String text =
                error.isTextual() ? error.textValue() : error.path("message").asText("an error");
        String message = client.provider() + " broke off: " + ApiComplaint.shown(text, key);
        return FOR_GOOD.contains(type) || FOR_GOOD.contains(kind)
                ? ProviderFailure.forGood(message)
                : ProviderFailure.forNow(message);
    }
}
