package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

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
