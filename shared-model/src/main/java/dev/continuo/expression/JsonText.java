package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** Facts about JSON values as text. */
final class JsonText {

    private static final int MAX_PLAIN_DIGITS = 40;

    private JsonText() {}

    /** About how long the value is as JSON text; stops counting soon after {@code enough}. */
    static long size(JsonNode value, long enough) {
        if (value.isTextual()) {
            return value.textValue().length() + 2L;
        }
        if (!value.isContainerNode()) {
            return scalar(value);
        }
        long size = 2;
        for (var member : value.properties()) {
            size += member.getKey().length() + 4L + size(member.getValue(), enough - size);
            if (size > enough) {
                return size;
            }
        }
        for (int i = 0; value.isArray() && i < value.size() && size <= enough; i++) {
            size += 1 + size(value.get(i), enough - size);
        }
        return size;
    }

    private static long scalar(JsonNode value) {
        if (value.isBigInteger()) {
            return 1 + value.bigIntegerValue().bitLength() / 3;
        }
        return value.isBigDecimal() ? 12 + value.decimalValue().unscaledValue().bitLength() / 3 : 8;
    }

    /** Without an exponent as long as that stays short: 1.0E10 reads 10000000000, 5.0 reads 5.0. */
    static String plainNumber(JsonNode number) {
        var text = number.asText();
        if (text.indexOf('E') < 0 && text.indexOf('e') < 0) {
            return text;
        }
        var decimal = new BigDecimal(text);
        return Math.abs((long) decimal.precision() - decimal.scale()) + Math.abs((long) decimal.scale())
                        <= MAX_PLAIN_DIGITS
                ? decimal.toPlainString()
                : text;
    }
}
