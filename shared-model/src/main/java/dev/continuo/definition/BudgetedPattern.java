package dev.continuo.definition;

import java.util.regex.Pattern;

/**
 * A regular expression that somebody else wrote, matched with a bounded amount of work: Java's matcher can need
 * exponential time, and answers are checked where nothing may block.
 */
record BudgetedPattern(Pattern pattern) {
    static final int MAX_CHARS = 500;
    private static final int BUDGET = 50_000;

    /** False as well when the match would cost too much. */
    boolean find(String text) {
        try {
            return pattern.matcher(new Counted(text, new int[] {BUDGET})).find();
        } catch (Exhausted | StackOverflowError tooMuch) {
            // Groups under a quantifier recurse once per repetition: a long text can exhaust the stack before the
            // budget.
            return false;
        }
    }

    private static final class Exhausted extends RuntimeException {
        private Exhausted() {
            super(null, null, false, false);
        }
    }

    /** The matcher reads one character per step, so reads measure its work. */
    private record Counted(CharSequence text, int[] left) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new Exhausted();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
