package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * A request that came to the server.
 *
 * @param headers by their names in lower case
 * @param body a JSON null where there is none
 */
public record SampleQuestion(String method, String path, Map<String, String> headers, JsonNode body) {

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** What the user said last, in any of the formats; empty when that cannot be told. */
    public String lastUserText() {
        if (body.at("/input/prompt").isTextual()) {
            return body.at("/input/prompt").textValue();
        }
        String last = "";
        for (JsonNode message : body.path("messages")) {
            if (message.path("role").asText().equals("user")) {
                JsonNode content = message.path("content");
                String text = content.isTextual() ? content.textValue() : texts(content);
                last = text.isEmpty() ? last : text;
            }
        }
        return last;
    }

    private static String texts(JsonNode blocks) {
        StringBuilder text = new StringBuilder();
        blocks.forEach(block -> text.append(block.path("text").asText("")));
        return text.toString();
    }
}
