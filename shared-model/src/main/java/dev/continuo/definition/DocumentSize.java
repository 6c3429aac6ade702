package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Pointer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/** Looks at a document's size before anything recurses into it. */
public final class DocumentSize {
    private record Place(JsonNode node, Pointer at, int depth) {}

    private DocumentSize() {}

    public static Optional<Fault> check(JsonNode document, DefinitionLimits limits) {
        Deque<Place> rest = new ArrayDeque<>();
        rest.push(new Place(document, Pointer.ROOT, 0));
        long chars = 0;
        while (!rest.isEmpty()) {
            Place place = rest.pop();
            if (place.depth > limits.maxJsonDepth()) {
                return Optional.of(new Fault(
                        place.at.toString(), "the document nests deeper than " + limits.maxJsonDepth() + " levels"));
            }
            chars += place.node.isTextual() ? place.node.textValue().length() + 3L : 5;
            for (Map.Entry<String, JsonNode> member : place.node.properties()) {
                chars += member.getKey().length() + 4L;
                rest.push(new Place(member.getValue(), place.at.child(member.getKey()), place.depth + 1));
            }
            for (int i = 0; place.node.isArray() && i < place.node.size(); i++) {
                rest.push(new Place(place.node.get(i), place.at.child(i), place.depth + 1));
            }
            if (chars > limits.maxChars()) {
                return Optional.of(new Fault("", "the document is larger than " + limits.maxChars() + " characters"));
            }
        }
        return Optional.empty();
    }
}
