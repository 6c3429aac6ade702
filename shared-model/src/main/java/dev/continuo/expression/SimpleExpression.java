package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A piece of JavaScript that is evaluated without a JavaScript engine: paths below {@code $}, literals, comparisons,
 * arithmetic, {@code && || ! ?:}, alone or as {@code if (c) { true; } else { false; }}, or as a function that only
 * chooses what to return and is called at once. What it accepts means exactly what an engine makes of it; wherever an
 * operator would need more of JavaScript than values (an object as a number, a method), the outcome says so.
 */
public final class SimpleExpression {

    /** The outcome of an evaluation that did not throw. */
    public sealed interface Outcome {

        /** The value as JSON; {@code undefined} and what JSON has no number for are a JSON null. */
        record Value(JsonNode value) implements Outcome {}

        /** For this input the expression means something that only an engine can tell. */
        enum NeedsEngine implements Outcome {
            NEEDS_ENGINE
        }
    }

    private final JsTree tree;

    private SimpleExpression(JsTree tree) {
        this.tree = tree;
    }

    /** Empty when the source is more than a simple expression, or none at all. */
    public static Optional<SimpleExpression> of(String source) {
        return JsParser.parse(source).map(SimpleExpression::new);
    }

    /** The names of the members of {@code $} that it reads, in order; those that it computes are not among them. */
    public Set<String> inputMembers() {
        Set<String> names = new LinkedHashSet<>();
        collect(tree, names);
        return Collections.unmodifiableSet(names);
    }

    private static void collect(JsTree tree, Set<String> names) {
        switch (tree) {
            case JsTree.Literal literal -> {}
            case JsTree.Input input -> {}
            case JsTree.Member(JsTree.Input input, JsTree.Literal(JsonNode name)) -> names.add(name.asText());
            case JsTree.Member(var object, var key) -> {
                collect(object, names);
                collect(key, names);
            }
            case JsTree.Unary(var sign, var operand) -> collect(operand, names);
            case JsTree.Binary(var operator, var left, var right) -> {
                collect(left, names);
                collect(right, names);
            }
            case JsTree.Choice(var condition, var yes, var no) -> {
                collect(condition, names);
                collect(yes, names);
                collect(no, names);
            }
        }
    }

    /**
     * @param input what {@code $} is
     * @throws ScriptFailure of kind ERROR where JavaScript throws, for instance on a member of undefined
     */
    public Outcome evaluate(JsonNode input) {
        try {
            return new Outcome.Value(JsValues.toJson(new JsInterpreter(input).value(tree)));
        } catch (NeedsEngine needsEngine) {
            return Outcome.NeedsEngine.NEEDS_ENGINE;
        }
    }
}
