package dev.continuo.expression;

import java.util.List;

/** The outcome of {@link Template#parse}. */
public sealed interface ParseResult {

    record Parsed(Template template) implements ParseResult {}

    /** What is wrong, at most {@link #MAX} entries, in the order of the document. */
    record Faults(List<Fault> faults) implements ParseResult {
        public static final int MAX = 100;

        public Faults {
            faults = List.copyOf(faults);
        }
    }

    /**
     * @param pointer RFC 6901 pointer into the parsed value, empty for the value itself
     */
    record Fault(String pointer, String message) {}
}
