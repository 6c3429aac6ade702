package dev.continuo.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Texts that look sealed. None may come in with what a user sends: put where a secret belongs, a sealed text that was found
 * somewhere would be opened for whoever sent it. None goes out (guarantee G6): whatever was marked as sensitive is sealed
 * before it is stored, so such a text is masked wherever it turns up, without asking where it belongs.
 */
public final class SealedTexts {

    public static final String REFUSAL =
            "a text must not begin with " + Sealer.PREFIX + ", which marks a sealed secret";

    /** More than anybody reads. */
    private static final int MOST = 20;

    private SealedTexts() {}

    /** Where such texts are: JSON Pointers (RFC 6901) into the value, in its order, the first 20 of them. */
    public static List<String> in(JsonNode value) {
        List<String> found = new ArrayList<>();
        collect(value, "", found);
        return List.copyOf(found);
    }

    /** The value with {@link EncryptedFields#MASK} in place of such texts: itself when it has none; it is never changed. */
    public static JsonNode masked(JsonNode value) {
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

    private static void collect(JsonNode value, String at, List<String> found) {
        if (found.size() == MOST) {
            return;
        }
        if (value.isTextual() && Sealer.sealed(value.textValue())) {
            found.add(at);
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            String token = member.getKey().replace("~", "~0").replace("/", "~1");
            collect(member.getValue(), at + "/" + token, found);
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            collect(value.get(i), at + "/" + i, found);
        }
    }
}
