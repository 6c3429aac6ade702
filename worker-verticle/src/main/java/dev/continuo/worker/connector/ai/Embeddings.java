package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;

/** @param vectors arrays of numbers, one for each text, in the order of the texts */
public record Embeddings(List<ArrayNode> vectors, Usage usage, String model) {
    public Embeddings {
        vectors = List.copyOf(vectors);
    }
}
