package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.secret.EncryptedFields;
import dev.continuo.secret.Sealer;

/**
 * Hides sealed secrets. Whatever was marked as sensitive is sealed before it is stored, so a sealed text is masked
 * wherever it turns up, without asking what kind of task it belongs to (guarantee G6).
 */
final class Masks {
    private Masks() {}

    /** The same tree when there is nothing to hide; the given one is never changed. */
    static JsonNode masked(JsonNode value) {
        return hides(value) ? copy(value) : value;
    }

    private static boolean hides(JsonNode value) {
        if (value.isTextual()) {
            return Sealer.sealed(value.textValue());
        }
        for (JsonNode child : value) {
            if (hides(child)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode copy(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode masked = object.objectNode();
                object.properties().forEach(member -> masked.set(member.getKey(), copy(member.getValue())));
                yield masked;
            }
            case ArrayNode array -> {
                ArrayNode masked = array.arrayNode(array.size());
                array.forEach(element -> masked.add(copy(element)));
                yield masked;
            }
            default -> hides(value) ? TextNode.valueOf(EncryptedFields.MASK) : value;
        };
    }
}
