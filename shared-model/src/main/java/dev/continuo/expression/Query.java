package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import java.util.Collection;
import java.util.Optional;

/**
 * The part of a reference that plain steps cannot say, as JSONPath: wildcards, filters, slices, unions, scans and
 * functions (conductor: expressions). Immutable.
 */
final class Query {

    /** Bounds the recursion of the compiler, together with {@link #MAX_NESTED}. */
    private static final int MAX_CHARS = 4_096;

    private static final int MAX_NESTED = 100;

    private final String text;
    private final boolean definite;

    private Query(String text, boolean definite) {
        this.text = text;
        this.definite = definite;
    }

    /**
     * @param rest what follows the plain steps, from a dot or bracket on
     * @return empty when it is no JSONPath
     * @throws TextParser.Malformed when it is one that is not allowed
     */
    static Optional<Query> of(String rest) throws TextParser.Malformed {
        if (!rest.startsWith(".") && !rest.startsWith("[")) {
            return Optional.empty();
        }
        if (rest.length() > MAX_CHARS) {
            throw new TextParser.Malformed("a query is longer than " + MAX_CHARS + " characters");
        }
        if (rest.chars()
                        .filter(c -> c == '(' || c == '[' || c == '{' || c == '!')
                        .count()
                > MAX_NESTED) {
            throw new TextParser.Malformed("a query has more than " + MAX_NESTED + " brackets and negations");
        }
        var text = "$" + rest;
        Optional<Query> query = compiled(text).map(path -> new Query(text, path.isDefinite()));
        if (query.isPresent()) {
            check(rest);
        }
        return query;
    }

    private static void check(String rest) throws TextParser.Malformed {
        // Wherever it stands: whether the evaluator takes it for quoted is not ours to say.
        if (rest.contains("=~")) {
            throw new TextParser.Malformed("a filter by regular expression (=~) is not supported");
        }
        if (mentionsRoot(rest)) {
            throw new TextParser.Malformed(
                    "$ inside a query is not supported: write a reference, such as [?(@.a == '${workflow.input.a}')]");
        }
    }

    private static boolean mentionsRoot(String rest) {
        char quote = 0;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (quote != 0 && c == '\\') {
                i++;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (quote == 0 && c == '$') {
                return true;
            }
        }
        return false;
    }

    private static Optional<JsonPath> compiled(String text) {
        try {
            return Optional.of(JsonPath.compile(text));
        } catch (RuntimeException noJsonPath) {
            return Optional.empty();
        }
    }

    /**
     * An array for a query that may find many, be it empty; the value or {@link MissingNode} for one that finds one.
     * What goes wrong on the way finds nothing.
     *
     * @throws QuerySteps.Exceeded when it costs more than is left
     */
    JsonNode on(JsonNode value, QuerySteps steps) {
        if (value.isMissingNode()) {
            return nothing();
        }
        steps.spend(text.length());
        var provider = new QueryProvider(
                steps, text.chars().filter(c -> c == '.' || c == '[').count());
        if (text.contains("..")) {
            provider.expectPathsOf(value);
        }
        var configuration = Configuration.builder()
                .jsonProvider(provider)
                .mappingProvider(new QueryMapping(steps))
                .build();
        try {
            // Compiled anew because a compiled path keeps the arguments of its functions.
            return json(JsonPath.compile(text).read(value, configuration));
        } catch (QuerySteps.Exceeded exceeded) {
            throw exceeded;
        } catch (RuntimeException noResult) {
            return nothing();
        }
    }

    private JsonNode nothing() {
        return definite ? MissingNode.getInstance() : JsonNodeFactory.instance.arrayNode();
    }

    private static JsonNode json(Object found) {
        var nodes = JsonNodeFactory.instance;
        return switch (found) {
            case null -> NullNode.getInstance();
            case JsonNode node -> node;
            case String text -> nodes.textNode(text);
            case Boolean truth -> nodes.booleanNode(truth);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            case Collection<?> many -> {
                var array = nodes.arrayNode(many.size());
                many.forEach(element -> array.add(json(element)));
                yield array;
            }
            default -> MissingNode.getInstance();
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
