package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * LLM_GENERATE_EMBEDDINGS: the vector of a text, or a list of those of a list of texts. The output is {@code {result,
 * model, promptTokens, completionTokens, tokenUsed}}.
 */
public final class EmbeddingsConnector extends LlmConnector {
    /** As OpenAI has it. */
    private static final int MAX_TEXTS = 2_048;

    public EmbeddingsConnector(Providers providers, InstantSource clock) {
        super(providers, clock);
    }

    @Override
    public String type() {
        return LlmTypes.GenerateEmbeddings.NAME;
    }

    @Override
    Future<ConnectorResult> answered(ConnectorTask task, TaskLog log) {
        JsonNode input = task.input();
        LlmInput common = LlmInput.parse(input, providers, log);
        boolean several = input.path("text").isArray();
        EmbeddingRequest request = new EmbeddingRequest(
                common.model(), common.apiKey(), texts(input, several), LlmInput.whole(input, "dimensions"));
        log.info("Asking " + common.provider().name() + " for " + common.model());
        return common.provider().embed(request, task.cancellation()).map(embeddings -> {
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            embeddings.vectors().forEach(all::add);
            output.set("result", several ? all : embeddings.vectors().getFirst());
            output.put("model", embeddings.model());
            return new ConnectorResult.Completed(CompletionOutput.usage(output, embeddings.usage()));
        });
    }

    private static List<String> texts(JsonNode input, boolean several) {
        if (!several) {
            return List.of(LlmInput.required(input, "text"));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : input.path("text")) {
            texts.add(LlmInput.optional(text).orElseThrow(() -> new InvalidInput("no text may be empty")));
        }
        if (texts.isEmpty() || texts.size() > MAX_TEXTS) {
            throw new InvalidInput("text must have 1 to " + MAX_TEXTS + " elements");
        }
        return texts;
    }
}
