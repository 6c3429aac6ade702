package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** When the result of a condition counts as true. */
public final class Truth {

    private Truth() {}

    /** A boolean as it is, a number when it is above 0, anything else not (conductor: DO_WHILE). */
    public static boolean conductor(JsonNode value) {
        return value.isBoolean() ? value.booleanValue() : value.isNumber() && value.doubleValue() > 0;
    }

    /**
     * As JavaScript has it: everything but false, 0, NaN, the empty text, null and undefined (workflowsvc: DO_WHILE,
     * whose conditions are "JavaScript-like").
     */
    public static boolean javascript(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.doubleValue() != 0 && !Double.isNaN(value.doubleValue());
            case STRING -> !value.textValue().isEmpty();
            case NULL, MISSING -> false;
            case OBJECT, ARRAY, BINARY, POJO -> true;
        };
    }
}
