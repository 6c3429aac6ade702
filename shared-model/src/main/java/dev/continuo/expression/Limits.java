package dev.continuo.expression;

/**
 * What a template may cost.
 *
 * @param maxDepth nesting of objects and arrays, and of references within references
 * @param maxTextChars length of one string or member name, in UTF-16 units
 * @param maxReferences references of the whole template
 * @param maxSegments steps of one reference
 * @param maxRenderedChars size of the rendered tree as JSON text, counted approximately in UTF-16 units
 * @param maxQuerySteps work of all queries (conductor: JSONPath) of one rendering: about one step per value touched,
 *     more for long texts and for lists that are compared
 */
public record Limits(
        int maxDepth, int maxTextChars, int maxReferences, int maxSegments, int maxRenderedChars, int maxQuerySteps) {

    private static final int DEFAULT_QUERY_STEPS = 1 << 20;

    public static final Limits DEFAULT = new Limits(64, 1 << 20, 5_000, 64, 4 << 20);

    public Limits {
        if (maxDepth < 1
                || maxTextChars < 1
                || maxReferences < 1
                || maxSegments < 1
                || maxRenderedChars < 1
                || maxQuerySteps < 1) {
            throw new IllegalArgumentException("every limit of a template is at least 1");
        }
    }

    public Limits(int maxDepth, int maxTextChars, int maxReferences, int maxSegments, int maxRenderedChars) {
        this(maxDepth, maxTextChars, maxReferences, maxSegments, maxRenderedChars, DEFAULT_QUERY_STEPS);
    }
}
