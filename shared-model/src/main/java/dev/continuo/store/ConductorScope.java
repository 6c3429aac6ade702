package dev.continuo.store;

import dev.continuo.model.Dialect;

/**
 * Which runs the conductor dialect shows: its own, and those of agents. The indexes of searches have the same condition;
 * Postgres uses them for a query that says it in the same words.
 */
final class ConductorScope {
    /** Of a table that is called {@code run}. */
    static final String RUN = of("run");

    private ConductorScope() {}

    /** @param run what the table is called */
    static String of(String run) {
        return "%s.dialect IN (%d, %d)".formatted(run, Dialect.CONDUCTOR.code(), Dialect.AGENTS.code());
    }
}
