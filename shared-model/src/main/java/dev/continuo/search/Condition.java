package dev.continuo.search;

import java.util.List;
import java.util.UUID;

/** What a search is to find. */
public sealed interface Condition {

    record Everything() implements Condition {}

    /** @param parts at least two */
    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    /** @param parts at least two */
    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    record Compare(SearchField field, Operator operator, Value value) implements Condition {}

    /** @param values at least one */
    record OneOf(SearchField field, boolean negated, List<Value> values) implements Condition {
        public OneOf {
            values = List.copyOf(values);
        }
    }

    enum Operator {
        EQUAL("="),
        NOT_EQUAL("!="),
        LESS("<"),
        GREATER(">"),
        AT_MOST("<="),
        AT_LEAST(">=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    /** A value as its field takes it. */
    sealed interface Value {
        /** {@code *} stands for any text where equality is asked for. Of an id, too, when it is none as a whole. */
        record Text(String text) implements Value {
            public boolean pattern() {
                return text.indexOf('*') >= 0;
            }
        }

        record Id(UUID id) implements Value {}

        /** Of a number, or of a time: in ms since 1970. */
        record Number(long number) implements Value {}

        /** Of a status, as it is stored. */
        record Code(short code) implements Value {}
    }
}
