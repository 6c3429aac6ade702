package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.JsTree.Operator;
import java.util.Set;

/** Evaluates the tree of a simple expression against one input. */
final class JsInterpreter {

    private static final int MAX_TEXT = 4 << 20;

    private static final int BELOW = -1;
    private static final int ABOVE = 1;

    /** NaN is on either side. */
    private static final int UNORDERED = 2;

    /** What a member that an object lacks is found as: only an engine has these. */
    private static final Set<String> INHERITED = Set.of(
            "__defineGetter__",
            "__defineSetter__",
            "__lookupGetter__",
            "__lookupSetter__",
            "__proto__",
            "constructor",
            "hasOwnProperty",
            "isPrototypeOf",
            "propertyIsEnumerable",
            "toLocaleString",
            "toString",
            "valueOf");

    private final JsonNode input;

    JsInterpreter(JsonNode input) {
        this.input = input;
    }

    JsonNode value(JsTree tree) throws NeedsEngine {
        return switch (tree) {
            case JsTree.Literal(var value) -> value;
            case JsTree.Input root -> JsValues.finite(input);
            case JsTree.Member(var object, var key) -> JsValues.finite(member(value(object), key));
            case JsTree.Unary(var sign, var operand) -> unary(sign, value(operand));
            case JsTree.Binary(var operator, var left, var right) -> binary(operator, left, right);
            case JsTree.Choice(var condition, var yes, var no) -> value(Truth.javascript(value(condition)) ? yes : no);
        };
    }

    private JsonNode member(JsonNode object, JsTree key) throws NeedsEngine {
        var name = JsValues.text(value(key));
        if (JsValues.nullish(object) && !(key instanceof JsTree.Literal)) {
            throw new NeedsEngine();
        }
        return switch (object.getNodeType()) {
            case NULL, MISSING ->
                throw new ScriptFailure(
                        ScriptFailure.Kind.ERROR,
                        "TypeError: Cannot read property '" + name + "' of " + JsValues.text(object));
            case OBJECT -> {
                var found = object.path(name);
                if (found.isMissingNode() && INHERITED.contains(name)) {
                    throw new NeedsEngine();
                }
                yield found;
            }
            case ARRAY -> name.equals("length") ? IntNode.valueOf(object.size()) : object.path(index(name));
            case STRING -> {
                var text = object.textValue();
                if (name.equals("length")) {
                    yield IntNode.valueOf(text.length());
                }
                int index = index(name);
                yield index < text.length()
                        ? TextNode.valueOf(text.substring(index, index + 1))
                        : MissingNode.getInstance();
            }
            case NUMBER, BOOLEAN, BINARY, POJO -> throw new NeedsEngine();
        };
    }

    private static int index(String name) throws NeedsEngine {
        if (name.isEmpty() || name.length() > 9 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new NeedsEngine();
        }
        if (name.length() > 1 && name.charAt(0) == '0') {
            throw new NeedsEngine();
        }
        return Integer.parseInt(name);
    }

    private static JsonNode unary(JsTree.Sign sign, JsonNode operand) throws NeedsEngine {
        return switch (sign) {
            case NOT -> BooleanNode.valueOf(!Truth.javascript(operand));
            case MINUS -> DoubleNode.valueOf(-JsValues.number(operand));
            case PLUS -> DoubleNode.valueOf(JsValues.number(operand));
        };
    }

    private JsonNode binary(Operator operator, JsTree leftTree, JsTree rightTree) throws NeedsEngine {
        var left = value(leftTree);
        return switch (operator) {
            case OR -> Truth.javascript(left) ? left : value(rightTree);
            case AND -> Truth.javascript(left) ? value(rightTree) : left;
            case EQUAL -> BooleanNode.valueOf(JsValues.equal(left, value(rightTree)));
            case UNEQUAL -> BooleanNode.valueOf(!JsValues.equal(left, value(rightTree)));
            case SAME -> BooleanNode.valueOf(JsValues.same(left, value(rightTree)));
            case NOT_SAME -> BooleanNode.valueOf(!JsValues.same(left, value(rightTree)));
            case LESS -> BooleanNode.valueOf(order(left, value(rightTree)) == BELOW);
            case LESS_OR_EQUAL -> BooleanNode.valueOf(order(left, value(rightTree)) <= 0);
            case GREATER -> BooleanNode.valueOf(order(left, value(rightTree)) == ABOVE);
            case GREATER_OR_EQUAL -> {
                int order = order(left, value(rightTree));
                yield BooleanNode.valueOf(order == 0 || order == ABOVE);
            }
            case ADD -> sum(left, value(rightTree));
            case SUBTRACT -> DoubleNode.valueOf(JsValues.number(left) - JsValues.number(value(rightTree)));
            case MULTIPLY -> DoubleNode.valueOf(JsValues.number(left) * JsValues.number(value(rightTree)));
            case DIVIDE -> DoubleNode.valueOf(JsValues.number(left) / JsValues.number(value(rightTree)));
            case REMAINDER -> DoubleNode.valueOf(JsValues.number(left) % JsValues.number(value(rightTree)));
        };
    }

    private static int order(JsonNode left, JsonNode right) throws NeedsEngine {
        if (left.isTextual() && right.isTextual()) {
            return Integer.signum(left.textValue().compareTo(right.textValue()));
        }
        double first = JsValues.number(left);
        double second = JsValues.number(right);
        if (first < second) {
            return BELOW;
        }
        return first > second ? ABOVE : first == second ? 0 : UNORDERED;
    }

    private static JsonNode sum(JsonNode left, JsonNode right) throws NeedsEngine {
        if (!left.isTextual() && !right.isTextual()) {
            return DoubleNode.valueOf(JsValues.number(left) + JsValues.number(right));
        }
        var start = JsValues.text(left);
        var end = JsValues.text(right);
        if ((long) start.length() + end.length() > MAX_TEXT) {
            throw new ScriptFailure(
                    ScriptFailure.Kind.RESULT_TOO_LARGE, "a text is longer than " + MAX_TEXT + " characters");
        }
        return TextNode.valueOf(start + end);
    }
}
