package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The core's JSON as the type that vertx-json-schema reads. */
final class VertxJson {

    private VertxJson() {}

    static JsonObject object(JsonNode object) {
        Map<String, Object> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), of(member.getValue())));
        return new JsonObject(members);
    }

    static Object of(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> object(value);
            case ARRAY -> array(value);
            case STRING -> value.textValue();
            case NUMBER -> value.isBigDecimal() ? finite(value.doubleValue()) : value.numberValue();
            case BOOLEAN -> value.booleanValue();
            case NULL, MISSING -> null;
            case BINARY, POJO -> value.asText();
        };
    }

    /**
     * The validator would not find 1.00 whole, and would write 1e999999999 out in digits; doubles are what it is good at.
     * What is beyond them stays beyond every limit that a schema may set.
     */
    private static double finite(double value) {
        return Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    private static JsonArray array(JsonNode array) {
        List<Object> elements = new ArrayList<>(array.size());
        array.forEach(element -> elements.add(of(element)));
        return new JsonArray(elements);
    }
}
