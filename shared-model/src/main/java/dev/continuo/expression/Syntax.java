package dev.continuo.expression;

/** How references are written. */
public enum Syntax {
    /**
     * {@code ${ref.output.x[0]['a b']}}; {@code $${x}} is the literal text {@code ${x}}; {@code ${}} is the empty text
     * (workflowsvc: Expressions). What cannot be read is a fault.
     */
    DOLLAR,
    /**
     * As {@link #DOLLAR}, and behind the plain steps any JSONPath ({@code ${ref.output.list[?(@.a > 1)].name}}); a
     * reference inside a reference stands for its text, wherever it is; an unclosed {@code ${} is plain text and what
     * cannot be read finds nothing; {@code ${workflow.secrets.NAME}} and {@code ${workflow.env.NAME}} stay as they are,
     * for {@link SecretReferences} (conductor: expressions).
     *
     * <p>Differences from conductor: objects and arrays inside a text are compact JSON; {@code m[name]} means {@code
     * m['name']}; filters by regular expression are refused, because their time has no bound, and so are filters that
     * read from the root {@code $}, because a reference in quotes does that: {@code [?(@.a == '${workflow.input.a}')]};
     * environment variables and properties of the process never resolve.
     */
    CONDUCTOR,
    /** {@code {key}} without paths; {@code {{} and {@code }}} are literal braces (agents: templating). */
    BRACE
}
