package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.TaskLog;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What all LLM tasks of Conductor take (conductor: AI tasks). */
record LlmInput(ModelProvider provider, String model, Optional<String> apiKey, Sampling sampling, boolean jsonOutput) {

    /** @throws InvalidInput when it makes no sense */
    static LlmInput parse(JsonNode input, Providers providers, TaskLog log) {
        ModelProvider provider =
                providers.named(input.path("llmProvider").asText("").strip(), "llmProvider");
        Optional<String> apiKey = optional(input.path("apiKey"));
        apiKey.ifPresent(log::hide);
        return new LlmInput(
                provider,
                required(input, "model"),
                apiKey,
                new Sampling(
                        real(input, "temperature"), real(input, "topP"), whole(input, "maxTokens"), stopWords(input)),
                LooseValues.flag(input.path("jsonOutput")));
    }

    static String required(JsonNode input, String name) {
        return optional(input.path(name)).orElseThrow(() -> new InvalidInput(name + " is required"));
    }

    /** A text; what is none is its compact JSON, since a template may have made anything of it. */
    static Optional<String> optional(JsonNode value) {
        if (LooseValues.isAbsent(value)) {
            return Optional.empty();
        }
        return Optional.of(value.isTextual() ? value.textValue() : value.toString());
    }

    static OptionalInt whole(JsonNode input, String name) {
        Optional<BigDecimal> number = LooseValues.number(input.path(name), name);
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        try {
            int value = number.get().intValueExact();
            if (value > 0) {
                return OptionalInt.of(value);
            }
        } catch (ArithmeticException e) {
            throw new InvalidInput(name + " must be a whole number");
        }
        throw new InvalidInput(name + " must be positive");
    }

    private static OptionalDouble real(JsonNode input, String name) {
        return LooseValues.number(input.path(name), name)
                .map(number -> OptionalDouble.of(number.doubleValue()))
                .orElseGet(OptionalDouble::empty);
    }

    /** A list or a text; newer versions of Conductor call them stopSequences. */
    private static List<String> stopWords(JsonNode input) {
        JsonNode given = input.has("stopWords") ? input.path("stopWords") : input.path("stopSequences");
        List<String> words = new ArrayList<>();
        if (given.isArray()) {
            given.forEach(word -> words.add(word.asText()));
        } else {
            optional(given).ifPresent(words::add);
        }
        words.removeIf(String::isEmpty);
        return words;
    }
}
