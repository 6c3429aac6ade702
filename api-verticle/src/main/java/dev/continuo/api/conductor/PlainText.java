package dev.continuo.api.conductor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.api.Call;

/** Bodies that are a text: some clients send it as it is, others as a JSON string, as their generator has it. */
final class PlainText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PlainText() {}

    /** The body, or what the JSON string means that it is, if it is sent as JSON and is one. */
    static String of(Call call, String body) {
        boolean json = call.header("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
        if (!json || !body.startsWith("\"")) {
            return body;
        }
        try {
            JsonNode read = MAPPER.readTree(body);
            return read.isTextual() ? read.textValue() : body;
        } catch (JsonProcessingException notJson) {
            return body;
        }
    }
}
