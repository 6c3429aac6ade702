package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads scalars as the original's JSON mapper does, which takes {@code "3"} and {@code 3.0} for 3. */
final class Scalars {
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");

    private Scalars() {}

    static OptionalLong whole(JsonNode value) {
        if (value.isTextual() && WHOLE.matcher(value.textValue()).matches()) {
            return OptionalLong.of(Long.parseLong(value.textValue()));
        }
        boolean integral = value.isIntegralNumber() || value.isNumber() && value.doubleValue() % 1 == 0;
        return integral && value.canConvertToLong() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }

    static Optional<Boolean> bool(JsonNode value) {
        return switch (value.isValueNode() ? value.asText() : "") {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** The number that a value means, and the value itself when it means none. */
    static JsonNode number(JsonNode value) {
        OptionalLong read = whole(value);
        if (read.isEmpty()) {
            return value;
        }
        long number = read.getAsLong();
        return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
    }

    /** The text that a value means, and the value itself when it is an object or an array. */
    static JsonNode text(JsonNode value) {
        return value.isValueNode() ? TextNode.valueOf(value.asText()) : value;
    }
}
