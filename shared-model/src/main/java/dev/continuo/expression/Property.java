package dev.continuo.expression;

/**
 * What of its root a reference asks for. The spellings of the dialects fall together here: {@code output} and {@code
 * _output} are {@link Known#OUTPUT}, {@code input} and {@code _inputParams} are {@link Known#INPUT}.
 */
public sealed interface Property {

    enum Known implements Property {
        OUTPUT,
        INPUT,
        STATUS,
        VARIABLES
    }

    /** Any other property, such as {@code workflowId}, {@code correlationId} or {@code iteration}. */
    record Named(String name) implements Property {}

    /** The root itself: {@code ${task}}, and every {@code {key}} of the brace syntax. */
    enum Whole implements Property {
        WHOLE
    }

    static Property of(String name) {
        return switch (name) {
            case "output", "_output" -> Known.OUTPUT;
            case "input", "_input", "_inputParams" -> Known.INPUT;
            case "status", "_status" -> Known.STATUS;
            case "variables", "_variables" -> Known.VARIABLES;
            default -> new Named(name);
        };
    }
}
