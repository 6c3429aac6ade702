package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/** A tool call as it grows while its arguments come in, piece by piece. */
final class CallBuilder {
    private final StringBuilder arguments = new StringBuilder();
    private String id = "";
    private String name = "";

    void begun(String newId, String newName) {
        if (!newId.isEmpty()) {
            id = newId;
        }
        if (!newName.isEmpty()) {
            name = newName;
        }
    }

    void more(String piece) {
        arguments.append(piece);
    }

    /** Empty when the arguments are cut off. */
    Optional<ToolCall> built() {
        if (arguments.toString().isBlank()) {
            return Optional.of(new ToolCall(id, name, JsonNodeFactory.instance.objectNode()));
        }
        try {
            JsonNode json = ApiClient.JSON.readTree(arguments.toString());
            return json.isObject() ? Optional.of(new ToolCall(id, name, json)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    String name() {
        return name;
    }
}
