package dev.continuo.definition.agents;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.Fault;
import dev.continuo.expression.Pointer;
import dev.continuo.secret.EncryptedFields;
import dev.continuo.secret.SealedTexts;
import dev.continuo.secret.Sealer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is secret in an agent. A key is when an {@code apikey} or a {@code config} mentions it; its values are sealed in the
 * agent's variables and in those of each run. An apikey or a header's value that mentions nothing is a secret itself and
 * sealed in the document. An empty text is no secret. Sealed is the text as it is; documents are not changed in place.
 */
public final class AgentSecrets {
    private static final TextNode MASKED = TextNode.valueOf(EncryptedFields.MASK);

    private final Set<String> keys;

    private AgentSecrets(Set<String> keys) {
        this.keys = keys;
    }

    /** The outcome of {@link #restored}. */
    public sealed interface Restoration {
        record Restored(ObjectNode document) implements Restoration {}

        /** @param faults each mask that stands for nothing */
        record Refused(List<Fault> faults) implements Restoration {}
    }

    /**
     * Where a secret may be.
     *
     * @param node tells the same node in another version of the agent; empty for a variable
     * @param within the place in the node, or the name of the variable
     */
    private record Place(String node, String within) {}

    @FunctionalInterface
    private interface Change {
        JsonNode apply(JsonNode value, Place place, Pointer at);
    }

    /** @param document an agent as {@link AgentDocument} makes it */
    public static AgentSecrets of(JsonNode document) {
        return new AgentSecrets(AgentKeys.of(document).secret());
    }

    /** The keys whose values are secret. */
    public Set<String> keys() {
        return keys;
    }

    /**
     * The values with those of secret keys sealed: of the variables of an agent, or of what a caller brings for a run. A
     * {@link EncryptedFields#MASK} says that the stored value is meant, and is left out.
     */
    public ObjectNode sealed(ObjectNode values, Sealer sealer, String namespace) {
        ObjectNode sealed = values.deepCopy();
        for (String key : keys) {
            JsonNode value = values.path(key);
            if (value.equals(MASKED)) {
                sealed.remove(key);
            } else if (!value.isMissingNode()) {
                sealed.set(key, sealed(value, sealer, namespace));
            }
        }
        return sealed;
    }

    /** Seals everything that is secret in a document. */
    public static ObjectNode sealedDocument(ObjectNode document, Sealer sealer, String namespace) {
        return changed(document, (value, place, at) -> {
            if (place.node().isEmpty()) {
                return sealed(value, sealer, namespace);
            }
            return literal(value) ? sealed(plain(value), sealer, namespace) : value;
        });
    }

    /** What a reader sees: {@link EncryptedFields#MASK} in place of each text that is sealed. The given value is not changed. */
    public static JsonNode masked(JsonNode value) {
        return SealedTexts.masked(value);
    }

    /**
     * Puts stored secrets in place of masks: a variable's from the variable of the same name, a node's from the
     * node of the same name.
     *
     * @param document an agent as {@link AgentDocument} makes it, not sealed yet
     * @param stored the version before, sealed
     */
    public static Restoration restored(ObjectNode document, Optional<ObjectNode> stored) {
        Map<Place, JsonNode> before = new HashMap<>();
        stored.ifPresent(old -> changed(old, (value, place, at) -> {
            before.put(place, value);
            return value;
        }));
        List<Fault> faults = new ArrayList<>(noLongerSecret(document, stored));
        ObjectNode restored = changed(document, (value, place, at) -> {
            if (!value.equals(MASKED)) {
                return value;
            }
            JsonNode old = before.getOrDefault(place, value);
            if (!isSealed(old)) {
                faults.add(new Fault(
                        at.toString(),
                        "is ***, which stands for a stored secret, and there is none here: give the value"));
            }
            return old;
        });
        return faults.isEmpty() ? new Restoration.Restored(restored) : new Restoration.Refused(List.copyOf(faults));
    }

    /** Else whoever takes away its use as a key could have a secret shown. */
    private static List<Fault> noLongerSecret(ObjectNode document, Optional<ObjectNode> stored) {
        Set<String> secret = of(document).keys();
        List<Fault> faults = new ArrayList<>();
        for (Map.Entry<String, JsonNode> variable : document.path("variables").properties()) {
            String key = variable.getKey();
            boolean wasSecret =
                    stored.map(old -> isSealed(old.path("variables").path(key))).orElse(false);
            if (wasSecret && !secret.contains(key) && variable.getValue().equals(MASKED)) {
                faults.add(new Fault(
                        Pointer.ROOT.child("variables").child(key).toString(),
                        "is ***, which stands for a secret, but no apikey and no config mentions it any more: give the"
                                + " value"));
            }
        }
        return faults;
    }

    private static ObjectNode changed(ObjectNode document, Change change) {
        ObjectNode copy = document.deepCopy();
        for (String key : of(document).keys()) {
            replace(copy, Pointer.ROOT.child("variables").child(key), new Place("", key), change);
        }
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < document.path("workflow").size(); i++) {
            JsonNode node = document.path("workflow").get(i);
            Pointer at = Pointer.ROOT.child("workflow").child(i);
            String name = node.path("name").asText();
            String id = seen.merge(name, 1, Integer::sum) + " " + name;
            replace(copy, at.child("apikey"), new Place(id, "/apikey"), change);
            McpServers.eachHeader(node.path("config"), at.child("config"), header -> {
                String within = header.at().toString().substring(at.toString().length());
                replace(copy, header.at(), new Place(id, within), change);
            });
        }
        return copy;
    }

    private static void replace(ObjectNode document, Pointer at, Place place, Change change) {
        JsonPointer pointer = JsonPointer.compile(at.toString());
        JsonNode value = document.at(pointer);
        if (!value.isMissingNode()) {
            ObjectNode parent = (ObjectNode) document.at(pointer.head());
            parent.set(pointer.last().getMatchingProperty(), change.apply(value, place, at));
        }
    }

    /** What mentions a variable holds no secret itself. */
    private static boolean literal(JsonNode value) {
        return AgentText.keys(value).isEmpty();
    }

    /** What the text stands for: who opens it takes it as it is. */
    private static JsonNode plain(JsonNode value) {
        return isSealed(value)
                ? value
                : TextNode.valueOf(value.asText().replace("{{", "{").replace("}}", "}"));
    }

    private static boolean isSealed(JsonNode value) {
        return value.isTextual() && Sealer.sealed(value.textValue());
    }

    private static JsonNode sealed(JsonNode value, Sealer sealer, String namespace) {
        String text = value.isContainerNode() ? value.toString() : value.asText("");
        boolean nothing = value.isNull() || text.isEmpty();
        if (nothing || isSealed(value)) {
            return nothing ? TextNode.valueOf("") : value;
        }
        return TextNode.valueOf(sealer.seal(text, namespace));
    }
}
