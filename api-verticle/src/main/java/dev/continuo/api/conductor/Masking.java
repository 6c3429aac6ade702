package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.secret.SealedTexts;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Hides sealed texts, and the values of members that a definition names, at any depth (conductor: maskedFields). */
final class Masking {
    /** Of a definition that names none. */
    static final Masking NONE = new Masking(Set.of());

    private static final TextNode HIDDEN = TextNode.valueOf("***");

    private final Set<String> names;

    Masking(Collection<String> names) {
        this.names = Set.copyOf(names);
    }

    /** The payload itself when nothing of it is hidden; never changes it. */
    JsonNode applied(JsonNode payload) {
        JsonNode shown = SealedTexts.masked(payload);
        return names.isEmpty() || !concerned(shown) ? shown : masked(shown.deepCopy());
    }

    private boolean concerned(JsonNode node) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (names.contains(member.getKey()) || concerned(member.getValue())) {
                return true;
            }
        }
        if (node.isArray()) {
            for (JsonNode item : node) {
                if (concerned(item)) {
                    return true;
                }
            }
        }
        return false;
    }

    private JsonNode masked(JsonNode copy) {
        switch (copy) {
            case ObjectNode object ->
                object.properties()
                        .forEach(member ->
                                member.setValue(names.contains(member.getKey()) ? HIDDEN : masked(member.getValue())));
            case ArrayNode array -> array.forEach(this::masked);
            default -> {}
        }
        return copy;
    }
}
