package dev.continuo.worker.connector.ai;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a model picks its words. What is empty is left to the provider.
 *
 * @param stopWords texts at which the answer ends
 */
public record Sampling(OptionalDouble temperature, OptionalDouble topP, OptionalInt maxTokens, List<String> stopWords) {
    public static final Sampling DEFAULTS =
            new Sampling(OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty(), List.of());

    public Sampling {
        stopWords = List.copyOf(stopWords);
    }
}
