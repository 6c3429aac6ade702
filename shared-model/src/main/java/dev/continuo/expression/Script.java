package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Code to evaluate. Two scripts with equal text are the same script to every cache. */
public sealed interface Script {

    String source();

    sealed interface JavaScript extends Script {}

    /**
     * An expression or a short program that sees its input as {@code $}. Its value is the value of the expression, of
     * the program's last statement, or what a top-level {@code return} gives.
     */
    record Expression(String source) implements JavaScript {}

    /**
     * A function {@code (input, libraries, ctx)}: the source is a function expression, or a program that declares the
     * function {@code entry} or sets {@code module.exports} to it or to an object that has it. Its input is an object
     * as {@link #arguments} makes it. {@code console} writes to the sink of the evaluation.
     */
    record Function(String source, String entry) implements JavaScript {}

    /** A jq program. Its result is the array of all its outputs, which may share nodes with the input. */
    record Jq(String source) implements Script {}

    static ObjectNode arguments(JsonNode input, JsonNode ctx) {
        var arguments = JsonNodeFactory.instance.objectNode();
        arguments.set("input", input);
        arguments.set("ctx", ctx);
        return arguments;
    }
}
