package dev.continuo.worker.connector;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/** Values as Conductor's definitions write them, where a template may have made a text of a number or a boolean. */
public final class LooseValues {
    private static final int MAX_CHARS = 30;

    private LooseValues() {}

    /**
     * Empty when the value is absent.
     *
     * @throws InvalidInput when it is no number
     */
    public static Optional<BigDecimal> number(JsonNode value, String name) {
        if (isAbsent(value)) {
            return Optional.empty();
        }
        String text = value.isNumber() || value.isTextual() ? value.asText().strip() : "";
        if (text.length() > MAX_CHARS) {
            throw new InvalidInput(name + " must be a number of at most " + MAX_CHARS + " characters");
        }
        try {
            return Optional.of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw new InvalidInput(name + " must be a number");
        }
    }

    /** Whether it is true, as a boolean or as a text. */
    public static boolean flag(JsonNode value) {
        return value.isBoolean()
                ? value.booleanValue()
                : value.isTextual() && value.asText().equalsIgnoreCase("true");
    }

    /** Missing, null or an empty text, which is what templates make of something that is not there. */
    public static boolean isAbsent(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || value.isTextual() && value.asText().isBlank();
    }
}
