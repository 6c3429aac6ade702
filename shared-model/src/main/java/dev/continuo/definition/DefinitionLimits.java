package dev.continuo.definition;

import dev.continuo.expression.Limits;

/**
 * What a definition may cost.
 *
 * @param maxTasks tasks at any depth
 * @param maxDepth containers (SWITCH, FORK_JOIN, DO_WHILE) within containers
 * @param maxChars size of the document as JSON text, counted approximately in UTF-16 units
 * @param maxFaults faults that are listed before validation stops
 * @param templates what the templates of one task may cost
 */
public record DefinitionLimits(int maxTasks, int maxDepth, int maxChars, int maxFaults, Limits templates) {

    public static final DefinitionLimits DEFAULT = new DefinitionLimits(1_000, 16, 1 << 20, 100, Limits.DEFAULT);

    public DefinitionLimits {
        if (maxTasks < 1 || maxDepth < 1 || maxChars < 1 || maxFaults < 1) {
            throw new IllegalArgumentException("every limit of a definition is at least 1");
        }
    }

    /** How deep the JSON of a document can be without breaking another limit. */
    int maxJsonDepth() {
        return 4 * maxDepth + templates.maxDepth() + 8;
    }
}
