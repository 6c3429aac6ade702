package dev.continuo.worker.connector.ai;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * @param apiKey in plain text; empty for the server's own
 * @param texts at least one
 * @param dimensions of each vector; empty for the model's own
 */
public record EmbeddingRequest(String model, Optional<String> apiKey, List<String> texts, OptionalInt dimensions) {
    public EmbeddingRequest {
        texts = List.copyOf(texts);
    }

    /** Without the key and what users wrote. */
    @Override
    public String toString() {
        return "EmbeddingRequest[model=" + model + ", texts=" + texts.size() + "]";
    }
}
