package dev.continuo.model;

import com.fasterxml.jackson.databind.JsonNode;

/** About how much memory a payload takes; what bounds caches, queues and batches in bytes goes by it. */
public final class Weight {
    private static final int NODE = 40;
    private static final int LINK = 24;

    private Weight() {}

    /** In bytes. */
    public static long of(JsonNode node) {
        if (node.isTextual()) {
            return NODE + (long) node.textValue().length();
        }
        long sum = NODE;
        for (JsonNode child : node) {
            sum += LINK + of(child);
        }
        return sum;
    }
}
