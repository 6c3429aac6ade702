package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Sorts by where something stands in a document, from its beginning to its end. What is not there comes before the members
 * of what it is missing from.
 */
public final class DocumentOrder {
    private static final int ABSENT = -1;

    private DocumentOrder() {}

    /**
     * @param pointer a JSON Pointer (RFC 6901) into the document
     * @return the items in a new list; equal places keep their order
     */
    public static <T> List<T> sorted(List<T> items, JsonNode document, Function<T, String> pointer) {
        record Placed<T>(T item, List<Integer> place) {}
        return items.stream()
                .map(item -> new Placed<>(item, place(document, pointer.apply(item))))
                .sorted(Comparator.comparing(
                        Placed::place,
                        (one, two) -> Arrays.compare(one.toArray(Integer[]::new), two.toArray(Integer[]::new))))
                .map(Placed::item)
                .toList();
    }

    private static List<Integer> place(JsonNode document, String pointer) {
        List<Integer> place = new ArrayList<>();
        JsonNode node = document;
        String[] tokens = pointer.split("/", -1);
        for (int i = 1; i < tokens.length; i++) {
            String token = tokens[i].replace("~1", "/").replace("~0", "~");
            int index = index(node, token);
            place.add(index);
            if (index == ABSENT) {
                break;
            }
            node = node.isArray() ? node.path(index) : node.path(token);
        }
        return place;
    }

    private static int index(JsonNode parent, String token) {
        if (parent.isArray()) {
            boolean number = token.length() < 10 && token.matches("[0-9]+");
            return number && Integer.parseInt(token) < parent.size() ? Integer.parseInt(token) : ABSENT;
        }
        Iterator<String> names = parent.fieldNames();
        for (int i = 0; names.hasNext(); i++) {
            if (names.next().equals(token)) {
                return i;
            }
        }
        return ABSENT;
    }
}
