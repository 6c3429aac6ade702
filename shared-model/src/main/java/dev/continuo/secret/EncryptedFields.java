package dev.continuo.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The fields of a task type's input parameters that its schema marks {@code "encrypt": true}. Every scalar below a mark is
 * a secret, other than JSON nulls and members named {@code _type}: those tell a scheme, not a credential.
 *
 * <p>A secret is sealed as its JSON text, so that a number is a number again when it is unsealed. Values are never changed
 * in place; what holds no secret is shared with the result. Immutable, safe for any thread.
 */
public final class EncryptedFields {

    /** What a reader sees in place of a secret, and may send back to keep the one that is stored. */
    public static final String MASK = "***";

    public static final EncryptedFields NONE = new EncryptedFields(Mark.NOTHING);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final TextNode MASKED = TextNode.valueOf(MASK);

    private final Mark root;

    private EncryptedFields(Mark root) {
        this.root = root;
    }

    /**
     * @param formalParams the JSON Schema of a task definition; marks count below its property {@code _inputParams}
     */
    public static EncryptedFields of(JsonNode formalParams) {
        Mark root = Mark.of(formalParams).member("_inputParams");
        return root.equals(Mark.NOTHING) ? NONE : new EncryptedFields(root);
    }

    /** Whether there is nothing to seal, whatever the input is. */
    public boolean none() {
        return root.equals(Mark.NOTHING);
    }

    /** Whether the value of a top-level key of the input is marked or holds a secret. */
    public boolean covers(String key, JsonNode value) {
        Mark mark = root.member(key);
        List<JsonNode> secrets = new ArrayList<>();
        leaves(value, mark, "", (leaf, pointer) -> {
            secrets.add(leaf);
            return leaf;
        });
        return mark.equals(Mark.ALL) || !secrets.isEmpty();
    }

    /**
     * Whether what a path leads to is marked, or may hold something that is.
     *
     * @param path names of members (texts) and indexes of elements (numbers); a JSON null is a step of which only the run
     *     will know where it leads
     */
    public boolean reachedBy(List<JsonNode> path) {
        Mark mark = root;
        for (JsonNode step : path) {
            if (step.isNull() || mark.equals(Mark.NOTHING)) {
                break;
            }
            mark = step.isNumber() ? mark.element() : mark.member(step.asText());
        }
        boolean scheme = !path.isEmpty() && path.getLast().asText().equals("_type");
        return !mark.equals(Mark.NOTHING) && !scheme;
    }

    /**
     * Seals every secret of a resolved input.
     *
     * @param own sealed texts of the definition, which stay as they are; another text that looks sealed is sealed again
     */
    public JsonNode seal(JsonNode input, Sealer sealer, String namespace, Set<String> own) {
        return none()
                ? input
                : leaves(
                        input,
                        root,
                        "",
                        (leaf, pointer) -> leaf.isTextual() && own.contains(leaf.textValue())
                                ? leaf
                                : TextNode.valueOf(sealer.seal(leaf.toString(), namespace)));
    }

    /**
     * Seals the secrets of a definition's input. A text that holds a reference stays: it is a secret only once it is
     * resolved.
     */
    public JsonNode sealTemplate(JsonNode input, Sealer sealer, String namespace) {
        return none()
                ? input
                : leaves(input, root, "", (leaf, pointer) -> reference(leaf) ? leaf : sealed(leaf, sealer, namespace));
    }

    /**
     * The reverse of both.
     *
     * @throws UnsealFailure when a sealed text cannot be opened
     */
    public JsonNode unseal(JsonNode input, Sealer sealer, String namespace) {
        return none() ? input : leaves(input, root, "", (leaf, pointer) -> unsealed(leaf, sealer, namespace));
    }

    /** Puts {@link #MASK} in place of every secret, sealed or not. */
    public JsonNode mask(JsonNode input) {
        return none() ? input : leaves(input, root, "", (leaf, pointer) -> MASKED);
    }

    /** Masks a definition's input: a text that is one reference and nothing else is shown, since it holds no secret. */
    public JsonNode maskTemplate(JsonNode input) {
        return none() ? input : leaves(input, root, "", (leaf, pointer) -> lone(leaf) ? leaf : MASKED);
    }

    /**
     * Replaces each secret by what the function makes of it and of its JSON Pointer in the input; an empty result keeps
     * the leaf.
     */
    public JsonNode replace(JsonNode input, BiFunction<JsonNode, String, Optional<JsonNode>> replacement) {
        return none()
                ? input
                : leaves(input, root, "", (leaf, pointer) -> replacement
                        .apply(leaf, pointer)
                        .orElse(leaf));
    }

    private static JsonNode leaves(
            JsonNode value, Mark mark, String pointer, BiFunction<JsonNode, String, JsonNode> change) {
        if (mark.equals(Mark.NOTHING)) {
            return value;
        }
        return switch (value.getNodeType()) {
            case OBJECT -> members((ObjectNode) value, mark, pointer, change);
            case ARRAY -> elements((ArrayNode) value, mark, pointer, change);
            case STRING, NUMBER, BOOLEAN, BINARY, POJO -> mark.equals(Mark.ALL) ? change.apply(value, pointer) : value;
            case NULL, MISSING -> value;
        };
    }

    private static JsonNode members(
            ObjectNode object, Mark mark, String pointer, BiFunction<JsonNode, String, JsonNode> change) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        boolean changed = false;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            boolean scheme = name.equals("_type") && value.isValueNode();
            JsonNode after = scheme ? value : leaves(value, mark.member(name), pointer + "/" + token(name), change);
            changed |= after != value;
            copy.set(name, after);
        }
        // The same tree again tells the store that there is nothing to write.
        return changed ? copy : object;
    }

    private static JsonNode elements(
            ArrayNode array, Mark mark, String pointer, BiFunction<JsonNode, String, JsonNode> change) {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
        boolean changed = false;
        for (int i = 0; i < array.size(); i++) {
            JsonNode after = leaves(array.get(i), mark.element(), pointer + "/" + i, change);
            changed |= after != array.get(i);
            copy.add(after);
        }
        return changed ? copy : array;
    }

    private static String token(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static JsonNode sealed(JsonNode leaf, Sealer sealer, String namespace) {
        boolean already = leaf.isTextual() && Sealer.sealed(leaf.textValue());
        return already ? leaf : TextNode.valueOf(sealer.seal(leaf.toString(), namespace));
    }

    private static JsonNode unsealed(JsonNode leaf, Sealer sealer, String namespace) {
        if (!leaf.isTextual() || !Sealer.sealed(leaf.textValue())) {
            return leaf;
        }
        String text = sealer.unseal(leaf.textValue(), namespace);
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UnsealFailure("A sealed text does not hold a JSON value");
        }
    }

    private static boolean reference(JsonNode leaf) {
        return leaf.isTextual() && leaf.textValue().contains("${");
    }

    /** Conservative: a brace or a second reference inside makes it a text that may hold more than a reference. */
    private static boolean lone(JsonNode leaf) {
        if (!leaf.isTextual() || !leaf.textValue().startsWith("${")) {
            return false;
        }
        String inner = leaf.textValue().substring(2);
        return inner.indexOf('}') == inner.length() - 1 && inner.indexOf('{') < 0;
    }
}
