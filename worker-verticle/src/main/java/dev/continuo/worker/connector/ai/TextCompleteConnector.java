package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * LLM_TEXT_COMPLETE: one prompt, one answer. The output is {@code {result, finishReason, model, promptTokens,
 * completionTokens, tokenUsed}}.
 */
public final class TextCompleteConnector extends LlmConnector {
    public TextCompleteConnector(Providers providers, InstantSource clock) {
        super(providers, clock);
    }

    @Override
    public String type() {
        return LlmTypes.TextComplete.NAME;
    }

    @Override
    Future<ConnectorResult> answered(ConnectorTask task, TaskLog log) {
        JsonNode input = task.input();
        if (LooseValues.isAbsent(input.path("prompt")) && !LooseValues.isAbsent(input.path("promptName"))) {
            throw new InvalidInput(
                    "there are no stored prompts that promptName could name: write the text into prompt");
        }
        LlmInput common = LlmInput.parse(input, providers, log);
        String prompt = PromptVariables.putInto(LlmInput.required(input, "prompt"), input.path("promptVariables"));
        CompletionRequest request = new CompletionRequest(
                common.model(),
                common.apiKey(),
                Optional.empty(),
                List.of(new Message.User(prompt)),
                List.of(),
                common.sampling(),
                common.jsonOutput());
        return ask(common, request, task, log)
                .map(completion -> result(completion, common.jsonOutput(), CompletionOutput.of(completion)));
    }
}
