package dev.continuo.expression;

/** How references are written. */
public enum Syntax {
    /**
     * {@code ${ref.output.x[0]['a b']}}; {@code $${x}} is the literal text {@code ${x}}; {@code ${}} is the empty text
     * (conductor: expressions).
     */
    DOLLAR,
    /** {@code {key}} without paths; {@code {{} and {@code }}} are literal braces (agents: templating). */
    BRACE
}
