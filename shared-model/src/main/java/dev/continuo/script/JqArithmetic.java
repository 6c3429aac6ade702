package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.util.Optional;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.exception.JsonQueryTypeException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;
import net.thisptr.jackson.jq.internal.operators.MinusOperator;

/**
 * An operator of the library with bounds, and with exact numbers: sums, differences and products of numbers of up to 34
 * digits are those of decimals, and a whole number stays one. Beyond that they are those of doubles, as in jq.
 */
record JqArithmetic(BinaryOperator operator) implements BinaryOperator {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_DIGITS = 34;
    private static final int MAX_EXPONENT = 300;
    private static final int ELEMENTS_PER_STEP = 16;

    @Override
    public JsonNode apply(ObjectMapper mapper, JsonNode left, JsonNode right) throws JsonQueryException {
        var meter = JqMeter.current();
        meter.steps(1 + (left.size() + right.size()) / ELEMENTS_PER_STEP);
        if (left.isNumber() && right.isNumber()) {
            var exact = exact(left, right);
            if (exact.isPresent()) {
                return exact.get();
            }
        } else {
            bound(meter, left, right);
        }
        return operator.apply(mapper, left, right);
    }

    private void bound(JqMeter meter, JsonNode left, JsonNode right) {
        switch (image()) {
            case "+" -> {
                if (left.isTextual() && right.isTextual()) {
                    meter.chars(
                            (long) left.textValue().length() + right.textValue().length());
                }
            }
            case "*" -> {
                boundRepetition(meter, left, right);
                boundRepetition(meter, right, left);
            }
            case "/", "-" -> meter.work(left, right);
            default -> meter.step();
        }
    }

    private static void boundRepetition(JqMeter meter, JsonNode text, JsonNode count) {
        if (text.isTextual() && count.isNumber()) {
            meter.chars((long) Math.min(text.textValue().length() * Math.max(0, count.asDouble()), Long.MAX_VALUE));
        }
    }

    private Optional<JsonNode> exact(JsonNode left, JsonNode right) {
        var image = image();
        if (image.equals("%") || image.length() != 1 || !exact(left) || !exact(right)) {
            return Optional.empty();
        }
        if (left.canConvertToLong()
                && right.canConvertToLong()
                && left.isIntegralNumber()
                && right.isIntegralNumber()) {
            var whole = whole(image, left.longValue(), right.longValue());
            if (whole.isPresent()) {
                return whole;
            }
        }
        var a = left.decimalValue();
        var b = right.decimalValue();
        return switch (image) {
            case "+" -> number(a.add(b));
            case "-" -> number(a.subtract(b));
            case "*" -> number(a.multiply(b));
            case "/" -> quotient(a, b);
            default -> Optional.empty();
        };
    }

    /** Empty on overflow, and for a quotient that is no whole number. */
    private static Optional<JsonNode> whole(String image, long a, long b) {
        try {
            return switch (image) {
                case "+" -> Optional.of(number(Math.addExact(a, b)));
                case "-" -> Optional.of(number(Math.subtractExact(a, b)));
                case "*" -> Optional.of(number(Math.multiplyExact(a, b)));
                default -> Optional.empty();
            };
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> quotient(BigDecimal a, BigDecimal b) {
        boolean divides = b.signum() != 0 && a.remainder(b).signum() == 0;
        return divides ? number(a.divideToIntegralValue(b)) : Optional.empty();
    }

    static JsonNode negated(JsonNode value) throws JsonQueryException {
        if (!value.isNumber()) {
            throw new JsonQueryTypeException("%s cannot be negated", value);
        }
        return new JqArithmetic(new MinusOperator()).apply(MAPPER, IntNode.valueOf(0), value);
    }

    private static boolean exact(JsonNode number) {
        if (number.isInt() || number.isLong()) {
            return true;
        }
        if (number.isFloatingPointNumber() && !number.isBigDecimal() && !Double.isFinite(number.doubleValue())) {
            return false;
        }
        var value = number.decimalValue();
        return value.precision() <= 2 * MAX_DIGITS && Math.abs(value.scale()) <= MAX_EXPONENT;
    }

    private static Optional<JsonNode> number(BigDecimal value) {
        var stripped = value.stripTrailingZeros();
        if (stripped.precision() > MAX_DIGITS || Math.abs(stripped.scale()) > MAX_EXPONENT) {
            return Optional.empty();
        }
        if (stripped.scale() > 0) {
            return Optional.of(DecimalNode.valueOf(stripped));
        }
        var whole = stripped.toBigIntegerExact();
        return Optional.of(whole.bitLength() < Long.SIZE ? number(whole.longValue()) : BigIntegerNode.valueOf(whole));
    }

    private static JsonNode number(long value) {
        return (int) value == value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    @Override
    public String image() {
        return operator.image();
    }
}
