package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.DocumentOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong: the first fault for each place, and no more than a limit. */
final class Violations {
    private static final int SHOWN_CHARS = 200;

    private record Placed(String pointer, Violation violation) {}

    private final int limit;
    private final Map<String, Placed> byPlace = new LinkedHashMap<>();

    Violations(int limit) {
        this.limit = limit;
    }

    /** Something is missing. */
    void add(Place at, String message) {
        add(at, message, MissingNode.getInstance());
    }

    void add(Place at, String message, JsonNode value) {
        if (!full()) {
            String pointer = at.pointer().toString();
            byPlace.putIfAbsent(pointer, new Placed(pointer, new Violation(at.path(), message, shown(value))));
        }
    }

    boolean full() {
        return byPlace.size() >= limit;
    }

    /** In the order of the document. */
    List<Violation> list(JsonNode document) {
        return DocumentOrder.sorted(List.copyOf(byPlace.values()), document, Placed::pointer).stream()
                .map(Placed::violation)
                .toList();
    }

    private static JsonNode shown(JsonNode value) {
        if (value.isTextual() && value.textValue().length() > SHOWN_CHARS) {
            return TextNode.valueOf(value.textValue().substring(0, SHOWN_CHARS) + '…');
        }
        return value.isMissingNode() || value.isContainerNode() && !value.isEmpty() ? NullNode.getInstance() : value;
    }
}
