package dev.continuo.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/** Connector types for tests: the original's schema of REST_CONNECTOR, and a type that takes anything. */
public final class TestTypes {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private record Connector(String name, JsonNode formalParams) implements TaskType {}

    public static final TaskTypes TYPES = TaskTypes.of(List.of(
            new Connector("REST_CONNECTOR", TaskTypes.resource("rest-connector.json")),
            new Connector(
                    "SCRIPT_EXECUTION",
                    json("{'type': 'object', 'properties': {'_inputParams': {'type': 'object'}}}"))));

    private TestTypes() {}

    /** JSON with apostrophes for quotes. */
    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No JSON: " + text, e);
        }
    }
}
