package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** JavaScript that decides or computes something from {@code $}; the common shapes of it need no engine. */
public sealed interface Condition {

    /** Longest source in UTF-16 units. */
    int MAX_CHARS = 64 << 10;

    Script.Expression script();

    record Simple(SimpleExpression expression, Script.Expression script) implements Condition {}

    record Scripted(Script.Expression script) implements Condition {}

    sealed interface Compilation {
        record Compiled(Condition condition) implements Compilation {}

        record Fault(String message) implements Compilation {}
    }

    /** Whether a {@link Scripted} one is JavaScript at all, only an engine tells. */
    static Compilation compile(String source) {
        if (source.isBlank()) {
            return new Compilation.Fault("an expression is required");
        }
        if (source.length() > MAX_CHARS) {
            return new Compilation.Fault("an expression is longer than " + MAX_CHARS + " characters");
        }
        var script = new Script.Expression(source);
        return new Compilation.Compiled(SimpleExpression.of(source)
                .<Condition>map(simple -> new Simple(simple, script))
                .orElseGet(() -> new Scripted(script)));
    }

    /**
     * @param input what {@code $} is
     * @throws ScriptFailure when JavaScript throws, or the engine says so
     */
    default JsonNode evaluate(JsonNode input, ScriptEvaluator engine) {
        return switch (this) {
            case Scripted scripted -> engine.evaluate(scripted.script(), input);
            case Simple simple ->
                switch (simple.expression().evaluate(input)) {
                    case SimpleExpression.Outcome.Value(var value) -> value;
                    case SimpleExpression.Outcome.NeedsEngine needsEngine -> engine.evaluate(simple.script(), input);
                };
        };
    }
}
