package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;

/** Conversions and comparisons of JavaScript on values that JSON can hold. */
final class JsValues {

    private JsValues() {}

    static boolean nullish(JsonNode value) {
        return value.isNull() || value.isMissingNode();
    }

    static double number(JsonNode value) throws NeedsEngine {
        return switch (value.getNodeType()) {
            case NUMBER -> JsNumbers.of(value);
            case STRING -> JsNumbers.parse(value.textValue());
            case BOOLEAN -> value.booleanValue() ? 1 : 0;
            case NULL -> 0;
            case MISSING -> Double.NaN;
            case OBJECT, ARRAY, BINARY, POJO -> throw new NeedsEngine();
        };
    }

    static String text(JsonNode value) throws NeedsEngine {
        return switch (value.getNodeType()) {
            case NUMBER -> JsNumbers.text(JsNumbers.of(value));
            case STRING -> value.textValue();
            case BOOLEAN -> value.booleanValue() ? "true" : "false";
            case NULL -> "null";
            case MISSING -> "undefined";
            case OBJECT, ARRAY, BINARY, POJO -> throw new NeedsEngine();
        };
    }

    /** {@code ===} */
    static boolean same(JsonNode left, JsonNode right) throws NeedsEngine {
        if (left.isContainerNode() && right.isContainerNode()) {
            throw new NeedsEngine();
        }
        if (left.getNodeType() != right.getNodeType()) {
            return false;
        }
        return switch (left.getNodeType()) {
            case NUMBER -> JsNumbers.of(left) == JsNumbers.of(right);
            case STRING -> left.textValue().equals(right.textValue());
            case BOOLEAN -> left.booleanValue() == right.booleanValue();
            case NULL, MISSING -> true;
            case OBJECT, ARRAY, BINARY, POJO -> throw new NeedsEngine();
        };
    }

    /** {@code ==} */
    static boolean equal(JsonNode left, JsonNode right) throws NeedsEngine {
        if (nullish(left) || nullish(right)) {
            return nullish(left) && nullish(right);
        }
        return left.getNodeType() == right.getNodeType() ? same(left, right) : number(left) == number(right);
    }

    /** The value as an engine returns it: numbers as JavaScript writes them, undefined and NaN as null. */
    static JsonNode toJson(JsonNode value) throws NeedsEngine {
        return switch (value.getNodeType()) {
            case NUMBER -> JsNumbers.json(JsNumbers.of(value));
            case MISSING -> NullNode.getInstance();
            case OBJECT -> {
                var object = JsonNodeFactory.instance.objectNode();
                for (var member : value.properties()) {
                    object.set(member.getKey(), toJson(finite(member.getValue())));
                }
                yield object;
            }
            case ARRAY -> {
                var array = JsonNodeFactory.instance.arrayNode(value.size());
                for (var element : value) {
                    array.add(toJson(finite(element)));
                }
                yield array;
            }
            case STRING, BOOLEAN, NULL -> value;
            case BINARY, POJO -> throw new NeedsEngine();
        };
    }

    /** A tree may hold numbers that JSON text does not have; what a script reads of them, the engine tells. */
    static JsonNode finite(JsonNode value) throws NeedsEngine {
        if (value.isNumber() && !Double.isFinite(JsNumbers.of(value))) {
            throw new NeedsEngine();
        }
        return value;
    }

    static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && space(text.charAt(start))) {
            start++;
        }
        while (end > start && space(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** White space and line ends of JavaScript. */
    static boolean space(char c) {
        return switch (c) {
            case '\t', '\n', '\u000B', '\f', '\r', ' ', '\u00A0', '\uFEFF', '\u2028', '\u2029' -> true;
            default -> c > 127 && Character.getType(c) == Character.SPACE_SEPARATOR;
        };
    }
}
