package dev.continuo.expression;

/** What the queries of one rendering may still cost. */
final class QuerySteps {

    /** Unchecked because it passes through the evaluator of JSONPath; never seen outside the rendering. */
    static final class Exceeded extends RuntimeException {
        private Exceeded() {
            super(null, null, false, false);
        }
    }

    private long left;

    QuerySteps(int max) {
        left = max;
    }

    void spend(long steps) {
        left -= steps;
        if (left < 0) {
            throw new Exceeded();
        }
    }
}
