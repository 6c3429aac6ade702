package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.TypeRef;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import java.util.List;

/** Turns objects and arrays into what filters compare; counts what the comparison may cost. */
final class QueryMapping extends JacksonMappingProvider {

    private static final int COMPARED = 64;
    private static final int TEXT_SHIFT = 16;

    private final QuerySteps steps;

    QueryMapping(QuerySteps steps) {
        this.steps = steps;
    }

    /** Texts are searched within each other and read as numbers: both can take the square of the length. */
    static long comparison(long length) {
        return length * length >> TEXT_SHIFT;
    }

    @Override
    public <T> T map(Object source, Class<T> type, Configuration configuration) {
        spend(source);
        return super.map(source, type, configuration);
    }

    @Override
    public <T> T map(Object source, TypeRef<T> type, Configuration configuration) {
        spend(source);
        return super.map(source, type, configuration);
    }

    private void spend(Object source) {
        switch (source) {
            case JsonNode node -> spend(node);
            case List<?> found -> {
                spendElements(found.size());
                found.forEach(this::spend);
            }
            case null, default -> steps.spend(1);
        }
    }

    /** Lists are compared each element with each: subsetof, anyof. */
    private void spendElements(long size) {
        steps.spend(1 + size * size / COMPARED);
    }

    private void spend(JsonNode node) {
        spendElements(node.size());
        if (node.isTextual()) {
            var text = node.textValue();
            steps.spend(comparison(text.length()) + (readAsSyntax(text) ? (long) text.length() * text.length() : 0));
        }
        for (JsonNode child : node) {
            spend(child);
        }
    }

    /** The evaluator takes such elements of a list for paths or JSON, and compiles them by recursion. */
    private static boolean readAsSyntax(String text) {
        var start = text.stripLeading();
        return !start.isEmpty() && "@$[{".indexOf(start.charAt(0)) >= 0;
    }
}
