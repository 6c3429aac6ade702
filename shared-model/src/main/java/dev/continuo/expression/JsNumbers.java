package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Numbers as JavaScript has them: one kind, IEEE 754 doubles, with rules of its own for text. */
final class JsNumbers {

    /** Possessive: a text is read once, whatever it is. */
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?+(?:Infinity|(?:\\d++(?:\\.\\d*+)?+|\\.\\d++)(?:[eE][+-]?+\\d++)?+)");

    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private JsNumbers() {}

    static double of(JsonNode number) {
        return number.isFloat() ? Double.parseDouble(number.asText()) : number.doubleValue();
    }

    /** Number(text) */
    static double parse(String text) throws NeedsEngine {
        var trimmed = JsValues.trim(text);
        if (trimmed.isEmpty()) {
            return 0;
        }
        if (trimmed.length() > 1 && trimmed.charAt(0) == '0' && Character.isLetter(trimmed.charAt(1))) {
            if ("xXoObB".indexOf(trimmed.charAt(1)) >= 0) {
                throw new NeedsEngine();
            }
        }
        return DECIMAL.matcher(trimmed).matches() ? Double.parseDouble(trimmed) : Double.NaN;
    }

    /** String(value) */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return "0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return Long.toString((long) value);
        }
        return value < 0 ? "-" + positive(-value) : positive(value);
    }

    private static String positive(double value) {
        var shortest = shortest(value).stripTrailingZeros();
        var digits = shortest.unscaledValue().toString();
        int count = digits.length();
        int point = count - shortest.scale();
        if (count <= point && point <= 21) {
            return digits + "0".repeat(point - count);
        }
        if (0 < point && point <= 21) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-6 < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        var exponent = (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
        return digits.charAt(0) + (count == 1 ? "" : "." + digits.substring(1)) + exponent;
    }

    /** Java prints at least two digits, and picks the closer of two where JavaScript is content with one. */
    private static BigDecimal shortest(double value) {
        var printed = new BigDecimal(Double.toString(value));
        if (printed.precision() == 2) {
            for (var rounding : new RoundingMode[] {RoundingMode.HALF_EVEN, RoundingMode.DOWN, RoundingMode.UP}) {
                var single = printed.setScale(printed.scale() - 1, rounding);
                if (single.doubleValue() == value) {
                    return single;
                }
            }
        }
        return printed;
    }

    /** The node that reading the number's JSON text gives. */
    static JsonNode json(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return NullNode.getInstance();
        }
        if (value == (int) value) {
            return IntNode.valueOf((int) value);
        }
        if (value != Math.rint(value) || Math.abs(value) >= 1e21) {
            return DoubleNode.valueOf(value);
        }
        var whole = new BigInteger(text(value));
        return whole.abs().compareTo(LONG_MAX) <= 0
                ? LongNode.valueOf(whole.longValue())
                : BigIntegerNode.valueOf(whole);
    }
}
