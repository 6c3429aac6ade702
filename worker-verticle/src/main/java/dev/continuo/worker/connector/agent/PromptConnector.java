package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorResult.Failed;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.ai.Completion;
import dev.continuo.worker.connector.ai.CompletionOutput;
import dev.continuo.worker.connector.ai.CompletionRequest;
import dev.continuo.worker.connector.ai.Message;
import dev.continuo.worker.connector.ai.ModelProvider;
import dev.continuo.worker.connector.ai.Progress;
import dev.continuo.worker.connector.ai.ProviderFailure;
import dev.continuo.worker.connector.ai.Providers;
import dev.continuo.worker.connector.ai.Sampling;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * AGENT_PROMPT: asks a model once. The output is {@code {result, finishReason, model, promptTokens, completionTokens,
 * tokenUsed}}. The log is part of what users of agents see: it tells how a long answer comes along, and nothing of how it
 * is brought about.
 */
public final class PromptConnector implements Connector {
    private final Providers providers;
    private final RunVariables variables;
    private final InstantSource clock;

    public PromptConnector(Providers providers, RunVariables variables, InstantSource clock) {
        this.providers = providers;
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public String type() {
        return AgentCompiler.PROMPT;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        return LateText.of(variables, task, log)
                .compose(late -> asked(task, late, log))
                .recover(failure -> switch (failure) {
                    case ProviderFailure refused -> Future.succeededFuture(refused.asResult());
                    case InvalidInput invalid ->
                        Future.succeededFuture(Failed.forGood(log.redact(invalid.getMessage())));
                    default -> Future.failedFuture(failure);
                });
    }

    private Future<ConnectorResult> asked(ConnectorTask task, LateText late, TaskLog log) {
        JsonNode input = task.input();
        ModelProvider provider = providers.named(input.path("llm").asText(), "llm");
        CompletionRequest request = new CompletionRequest(
                input.path("model").asText().strip(),
                late.text(input.path("apikey"), "apikey"),
                text(input.path("system")),
                List.of(new Message.User(text(input.path("user"))
                        .orElseThrow(() -> new InvalidInput("user is empty, so there is nothing to ask")))),
                List.of(),
                sampling(input),
                false);
        return provider.complete(request, new Progress(log, clock), task.cancellation())
                .map(completion -> completed(completion, log));
    }

    private static ConnectorResult completed(Completion completion, TaskLog log) {
        CompletionOutput.remark(completion, log);
        return new ConnectorResult.Completed(CompletionOutput.of(completion));
    }

    private static Sampling sampling(JsonNode input) {
        JsonNode temperature = input.path("temperature");
        JsonNode maxTokens = input.path("maxTokens");
        return new Sampling(
                temperature.isNumber() ? OptionalDouble.of(temperature.doubleValue()) : OptionalDouble.empty(),
                OptionalDouble.empty(),
                maxTokens.isNumber() ? OptionalInt.of(maxTokens.intValue()) : OptionalInt.empty(),
                List.of());
    }

    /** A template that is nothing but one variable has that variable's type. */
    private static Optional<String> text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        String text = value.isTextual() ? value.textValue() : value.toString();
        return Optional.of(text).filter(shown -> !shown.isBlank());
    }
}
