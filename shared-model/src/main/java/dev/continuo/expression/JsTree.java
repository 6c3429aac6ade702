package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The syntax tree of a simple expression. Values are JSON nodes; undefined is the missing node. */
sealed interface JsTree {

    record Literal(JsonNode value) implements JsTree {}

    /** {@code $} */
    enum Input implements JsTree {
        INPUT
    }

    record Member(JsTree object, JsTree key) implements JsTree {}

    record Unary(Sign sign, JsTree operand) implements JsTree {}

    record Binary(Operator operator, JsTree left, JsTree right) implements JsTree {}

    record Choice(JsTree condition, JsTree yes, JsTree no) implements JsTree {}

    enum Sign {
        NOT("!"),
        MINUS("-"),
        PLUS("+");

        private final String symbol;

        Sign(String symbol) {
            this.symbol = symbol;
        }

        String symbol() {
            return symbol;
        }
    }

    /** With the precedence of JavaScript: a higher one binds tighter. */
    enum Operator {
        OR("||", 1),
        AND("&&", 2),
        EQUAL("==", 3),
        UNEQUAL("!=", 3),
        SAME("===", 3),
        NOT_SAME("!==", 3),
        LESS("<", 4),
        LESS_OR_EQUAL("<=", 4),
        GREATER(">", 4),
        GREATER_OR_EQUAL(">=", 4),
        ADD("+", 5),
        SUBTRACT("-", 5),
        MULTIPLY("*", 6),
        DIVIDE("/", 6),
        REMAINDER("%", 6);

        private static final Map<String, Operator> BY_SYMBOL =
                Arrays.stream(values()).collect(Collectors.toMap(operator -> operator.symbol, operator -> operator));

        private final String symbol;
        private final int precedence;

        Operator(String symbol, int precedence) {
            this.symbol = symbol;
            this.precedence = precedence;
        }

        static Optional<Operator> of(String symbol) {
            return Optional.ofNullable(BY_SYMBOL.get(symbol));
        }

        int precedence() {
            return precedence;
        }
    }
}
