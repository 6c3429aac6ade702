package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.Limits;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A text with {@code {key}} in it (agents: Templating). */
sealed interface AgentText {

    /** The texts of a node together must stay within what a template may cost when they are compiled. */
    Limits LIMITS = new Limits(
            Limits.DEFAULT.maxDepth(),
            Limits.DEFAULT.maxTextChars(),
            1_000,
            Limits.DEFAULT.maxSegments(),
            Limits.DEFAULT.maxRenderedChars());

    /** @param keys in the order in which they are mentioned first */
    record Read(Set<String> keys) implements AgentText {}

    record Malformed(String message) implements AgentText {}

    static AgentText of(String text) {
        return switch (Template.parse(TextNode.valueOf(text), Syntax.BRACE, LIMITS)) {
            case ParseResult.Parsed(Template template) -> new Read(keys(template));
            case ParseResult.Faults(List<ParseResult.Fault> faults) ->
                new Malformed(faults.getFirst().message());
        };
    }

    /** None for what is no text, or cannot be read. */
    static Set<String> keys(JsonNode value) {
        if (!value.isTextual()) {
            return Set.of();
        }
        return switch (of(value.textValue())) {
            case Read(Set<String> keys) -> keys;
            case Malformed malformed -> Set.of();
        };
    }

    private static Set<String> keys(Template template) {
        Set<String> keys = new LinkedHashSet<>();
        template.references().stream().map(Reference::root).forEach(keys::add);
        return keys;
    }
}
