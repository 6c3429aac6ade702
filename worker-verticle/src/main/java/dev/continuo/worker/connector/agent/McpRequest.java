package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.ai.CompletionRequest;
import dev.continuo.worker.connector.ai.Message;
import dev.continuo.worker.connector.ai.Sampling;
import dev.continuo.worker.connector.ai.Tool;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * What an mcp node asks for.
 *
 * @param apiKey in plain text
 * @param maxSteps calls of the model, at most
 */
record McpRequest(McpConfig config, String user, Optional<String> apiKey, String model, int maxSteps) {
    static final int DEFAULT_STEPS = 10;
    static final int MAX_STEPS = 50;

    /**
     * @param late puts secrets in
     * @throws InvalidInput when it cannot be done
     */
    static McpRequest of(JsonNode input, LateText late, String defaultModel) {
        String model = input.path("model").asText().strip();
        return new McpRequest(
                McpConfig.of(late.render(input.path("config"), "config")),
                user(input.path("user")),
                late.text(input.path("apikey"), "apikey"),
                model.isEmpty() ? defaultModel : model,
                steps(input.path("maxSteps")));
    }

    /** For the model, with the first message. */
    CompletionRequest first(List<Tool> tools) {
        return new CompletionRequest(
                model, apiKey, Optional.empty(), List.of(new Message.User(user)), tools, Sampling.DEFAULTS, false);
    }

    private static int steps(JsonNode value) {
        Optional<BigDecimal> steps = LooseValues.number(value, "maxSteps");
        boolean fits = steps.isEmpty()
                || steps.get().compareTo(BigDecimal.ONE) >= 0
                        && steps.get().compareTo(BigDecimal.valueOf(MAX_STEPS)) <= 0
                        && steps.get().stripTrailingZeros().scale() <= 0;
        if (!fits) {
            throw new InvalidInput("maxSteps must be a whole number from 1 to " + MAX_STEPS);
        }
        return steps.map(BigDecimal::intValueExact).orElse(DEFAULT_STEPS);
    }

    /** A template that is nothing but one variable has that variable's type. */
    private static String user(JsonNode value) {
        String text = value.isTextual() ? value.textValue() : value.isNull() ? "" : value.toString();
        if (text.isBlank()) {
            throw new InvalidInput("user is empty, so there is nothing to ask");
        }
        return text;
    }

    /** Without the key and what the user wrote. */
    @Override
    public String toString() {
        return "McpRequest[model=" + model + ", servers=" + config.servers().keySet() + ", maxSteps=" + maxSteps + "]";
    }
}
