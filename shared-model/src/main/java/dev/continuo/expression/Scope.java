package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;

/** What references resolve against. It knows the values of one run, and nothing of the process around it. */
@FunctionalInterface
public interface Scope {

    /**
     * The value, or {@link com.fasterxml.jackson.databind.node.MissingNode} when there is none. The value becomes part
     * of the rendered tree without being copied.
     */
    JsonNode resolve(Reference reference);
}
