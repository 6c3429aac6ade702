package dev.continuo.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Texts that look sealed in what a user sends. None may come in: put where a secret belongs, a sealed text that was
 * found somewhere would be opened for whoever sent it.
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
