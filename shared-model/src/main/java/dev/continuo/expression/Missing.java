package dev.continuo.expression;

/** What becomes of a reference that finds nothing, or a JSON null. As a whole value both become a JSON null. */
public enum Missing {
    /** Inside a text: nothing (workflowsvc). */
    NOTHING,
    /** Inside a text: the word {@code null} (conductor: expressions). */
    NULL_WORD,
    /** A reference that finds nothing refuses the rendering; a JSON null is nothing (agents: templating). */
    REFUSE
}
