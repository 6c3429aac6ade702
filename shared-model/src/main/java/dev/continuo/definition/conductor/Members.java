package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the members of a valid document as the original's JSON mapper does: null is absent, and a number or a boolean
 * may be written as text. A blank text is absent, because that is what clients send for a field that nobody filled in.
 */
final class Members {
    private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

    private Members() {}

    static Optional<JsonNode> value(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    static Optional<String> text(JsonNode json, String name) {
        return value(json, name)
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .filter(text -> !text.isBlank());
    }

    static boolean bool(JsonNode json, String name, boolean otherwise) {
        return value(json, name).map(value -> value.asBoolean(otherwise)).orElse(otherwise);
    }

    static int number(JsonNode json, String name, int otherwise) {
        return value(json, name).map(value -> value.asInt(otherwise)).orElse(otherwise);
    }

    static Optional<Integer> number(JsonNode json, String name) {
        return value(json, name).filter(JsonNode::isValueNode).map(JsonNode::asInt);
    }

    /** Zero means no limit. */
    static Optional<Duration> seconds(JsonNode json, String name, long otherwise) {
        long seconds = value(json, name).map(value -> value.asLong(otherwise)).orElse(otherwise);
        return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    }

    /** An object; an empty one when there is none. It belongs to the document: never to be changed. */
    static ObjectNode object(JsonNode json, String name) {
        return json.path(name) instanceof ObjectNode object ? object : NONE;
    }

    static Optional<ObjectNode> optionalObject(JsonNode json, String name) {
        return json.path(name) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    static List<String> texts(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : json.path(name)) {
            texts.add(item.asText());
        }
        return List.copyOf(texts);
    }

    static List<WorkflowTaskDoc> tasks(JsonNode list) {
        List<WorkflowTaskDoc> tasks = new ArrayList<>();
        for (JsonNode item : list) {
            if (item instanceof ObjectNode task) {
                tasks.add(new WorkflowTaskDoc(task));
            }
        }
        return List.copyOf(tasks);
    }
}
