package dev.continuo.expression;

/** Leaves the evaluation of a simple expression from any depth; never seen outside {@link SimpleExpression}. */
final class NeedsEngine extends Exception {
    NeedsEngine() {
        super(null, null, false, false);
    }
}
