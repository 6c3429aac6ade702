package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** The outcome of {@link Template#render}. */
public sealed interface RenderResult {

    record Rendered(JsonNode value) implements RenderResult {}

    /** The tree would be larger than {@link Limits#maxRenderedChars()}. */
    record TooLarge(int maxChars) implements RenderResult {}

    /** A reference costs more than {@link Limits#maxQuerySteps()}, or came out as one that is not allowed. */
    record Refused(Reference reference, String message) implements RenderResult {}

    /** A reference found nothing under {@link Missing#REFUSE}. */
    record Unresolved(Reference reference) implements RenderResult {}
}
