package dev.continuo.definition.conductor;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Pointer;

/**
 * A place in a document. It is kept as a chain, because most places are only passed: a text for each of them would be as
 * long as the document is deep.
 */
sealed interface Place {
    Place ROOT = new Root();

    /** Places of long names would make the faults of a small document large. */
    int SHOWN_CHARS = 80;

    record Root() implements Place {}

    record Member(Place parent, String name) implements Place {}

    record Item(Place parent, int index) implements Place {}

    default Place member(String name) {
        return new Member(this, name);
    }

    default Place item(int index) {
        return new Item(this, index);
    }

    /**
     * A place below this one.
     *
     * @param pointer where it is in the value that stands here, which has something there
     */
    default Place below(JsonPointer pointer, JsonNode value) {
        if (pointer.matches()) {
            return this;
        }
        Place next = value.isArray() ? item(pointer.getMatchingIndex()) : member(pointer.getMatchingProperty());
        JsonNode inner =
                value.isArray() ? value.path(pointer.getMatchingIndex()) : value.path(pointer.getMatchingProperty());
        return next.below(pointer.tail(), inner);
    }

    /** As the dialect's users read it: {@code tasks[0].decisionCases['a.b'][1]}. */
    default String path() {
        StringBuilder path = new StringBuilder();
        append(path);
        return path.toString();
    }

    default Pointer pointer() {
        return switch (this) {
            case Root() -> Pointer.ROOT;
            case Member(Place parent, String name) -> parent.pointer().child(name);
            case Item(Place parent, int index) -> parent.pointer().child(index);
        };
    }

    private void append(StringBuilder path) {
        switch (this) {
            case Root() -> {}
            case Member(Place parent, String name) -> {
                parent.append(path);
                String shown = name.length() > SHOWN_CHARS ? name.substring(0, SHOWN_CHARS) + '…' : name;
                if (shown.isEmpty() || shown.chars().anyMatch(c -> ".[]'".indexOf(c) >= 0)) {
                    path.append("['").append(shown.replace("'", "\\'")).append("']");
                } else {
                    path.append(path.isEmpty() ? "" : ".").append(shown);
                }
            }
            case Item(Place parent, int index) -> {
                parent.append(path);
                path.append('[').append(index).append(']');
            }
        }
    }
}
