package dev.continuo.secret;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which parts of a value a schema marks {@code "encrypt": true}. */
sealed interface Mark {

    /** Nothing below is marked. */
    record Nothing() implements Mark {}

    /** Everything below is marked. */
    record All() implements Mark {}

    /**
     * @param members marks of named members
     * @param others the mark of every member that is not named
     * @param elements the mark of every element of an array
     */
    record Inside(Map<String, Mark> members, Mark others, Mark elements) implements Mark {}

    Mark NOTHING = new Nothing();
    Mark ALL = new All();

    /** A schema that nests deeper than this is a mistake of its author. */
    int MAX_DEPTH = 64;

    default Mark member(String name) {
        return switch (this) {
            case Nothing nothing -> NOTHING;
            case All all -> ALL;
            case Inside inside -> inside.members.getOrDefault(name, inside.others);
        };
    }

    default Mark element() {
        return switch (this) {
            case Nothing nothing -> NOTHING;
            case All all -> ALL;
            case Inside inside -> inside.elements;
        };
    }

    static Mark of(JsonNode schema) {
        return of(schema, 0);
    }

    private static Mark of(JsonNode schema, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("A schema nests deeper than " + MAX_DEPTH + " levels");
        }
        if (!schema.isObject()) {
            return NOTHING;
        }
        if (schema.has("$ref")) {
            throw new IllegalArgumentException("$ref would hide what is marked: write the schema out");
        }
        if (schema.path("encrypt").asBoolean()) {
            return ALL;
        }
        Map<String, Mark> members = new HashMap<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            members.put(property.getKey(), of(property.getValue(), depth + 1));
        }
        Mark others = of(schema.path("additionalProperties"), depth + 1);
        for (Map.Entry<String, JsonNode> pattern :
                schema.path("patternProperties").properties()) {
            others = either(others, of(pattern.getValue(), depth + 1));
        }
        Mark elements = of(schema.path("items"), depth + 1);
        for (JsonNode element : schema.path("prefixItems")) {
            elements = either(elements, of(element, depth + 1));
        }
        Mark mark = inside(members, others, elements);
        for (JsonNode alternative : alternatives(schema)) {
            mark = either(mark, of(alternative, depth + 1));
        }
        return mark;
    }

    /** What any alternative marks is sealed: which one applies may depend on a value that only the run knows. */
    private static List<JsonNode> alternatives(JsonNode schema) {
        List<JsonNode> all = new ArrayList<>();
        for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
            schema.path(keyword).forEach(all::add);
        }
        for (String keyword : List.of("if", "then", "else")) {
            if (schema.has(keyword)) {
                all.add(schema.get(keyword));
            }
        }
        return all;
    }

    private static Mark inside(Map<String, Mark> members, Mark others, Mark elements) {
        boolean nothing = others.equals(NOTHING)
                && elements.equals(NOTHING)
                && members.values().stream().allMatch(NOTHING::equals);
        return nothing ? NOTHING : new Inside(Map.copyOf(members), others, elements);
    }

    private static Mark either(Mark one, Mark two) {
        if (one.equals(NOTHING) || two.equals(ALL)) {
            return two;
        }
        if (two.equals(NOTHING) || one.equals(ALL)) {
            return one;
        }
        Inside first = (Inside) one;
        Inside second = (Inside) two;
        Map<String, Mark> members = new HashMap<>();
        first.members.keySet().forEach(name -> members.put(name, either(one.member(name), two.member(name))));
        second.members.keySet().forEach(name -> members.put(name, either(one.member(name), two.member(name))));
        return inside(members, either(first.others, second.others), either(first.elements, second.elements));
    }
}
