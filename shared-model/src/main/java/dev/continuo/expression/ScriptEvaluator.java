package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** Evaluates jq, and JavaScript that {@link SimpleExpression} does not cover. */
@FunctionalInterface
public interface ScriptEvaluator {

    /**
     * The result as JSON; {@code undefined} is a JSON null.
     *
     * @throws ScriptFailure when the script comes to no result; an implementation that can refuse to evaluate now throws
     *     an exception of its own for that
     */
    JsonNode evaluate(Script script, JsonNode input);
}
