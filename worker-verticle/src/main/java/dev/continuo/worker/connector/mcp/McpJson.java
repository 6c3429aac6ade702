package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import java.io.IOException;
import java.util.Map;

/** The library's messages by the Jackson that everything else uses. Numbers stay as they are written. */
final class McpJson implements McpJsonMapper {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final TypeRef<Map<String, Object>> MEMBERS = new TypeRef<>() {};

    JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    Map<String, Object> members(JsonNode object) {
        return convertValue(object, MEMBERS);
    }

    @Override
    public <T> T readValue(String text, Class<T> type) throws IOException {
        return JSON.readValue(text, type);
    }

    @Override
    public <T> T readValue(byte[] text, Class<T> type) throws IOException {
        return JSON.readValue(text, type);
    }

    @Override
    public <T> T readValue(String text, TypeRef<T> type) throws IOException {
        return JSON.readValue(text, JSON.constructType(type.getType()));
    }

    @Override
    public <T> T readValue(byte[] text, TypeRef<T> type) throws IOException {
        return JSON.readValue(text, JSON.constructType(type.getType()));
    }

    @Override
    public <T> T convertValue(Object value, Class<T> type) {
        return JSON.convertValue(value, type);
    }

    @Override
    public <T> T convertValue(Object value, TypeRef<T> type) {
        return JSON.convertValue(value, JSON.constructType(type.getType()));
    }

    @Override
    public String writeValueAsString(Object value) throws IOException {
        return JSON.writeValueAsString(value);
    }

    @Override
    public byte[] writeValueAsBytes(Object value) throws IOException {
        return JSON.writeValueAsBytes(value);
    }
}
