package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.exchange.Target;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Chat completions and embeddings as OpenAI has them, and every server that is compatible with it. */
final class OpenAiProvider implements ModelProvider {
    static final String NAME = "openai";

    private final ApiClient client;

    OpenAiProvider(AiTools tools) {
        this.client = new ApiClient(NAME, tools.settings().openai(), tools);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Future<Completion> complete(
            CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        return ApiClient.guarded(() -> asked(request, progress, cancellation));
    }

    @Override
    public Future<Embeddings> embed(EmbeddingRequest request, Cancellation cancellation) {
        return ApiClient.guarded(() -> embedded(request, cancellation));
    }

    private Future<Completion> asked(CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        Optional<String> key = client.key(request.apiKey());
        AnswerBuilder answer = new AnswerBuilder(NAME, request.model(), progress);
        OpenAiStream stream = new OpenAiStream(client, answer, key);
        Target target = client.target("/chat/completions");
        return client.events(
                        call(target, key, OpenAiBody.of(request, target)), stream::heard, stream::whole, cancellation)
                .map(over -> answer.built());
    }

    private Future<Embeddings> embedded(EmbeddingRequest request, Cancellation cancellation) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", request.model());
        ArrayNode input = body.putArray("input");
        request.texts().forEach(input::add);
        body.put("encoding_format", "float");
        request.dimensions().ifPresent(dimensions -> body.put("dimensions", dimensions));
        return client.json(call(client.target("/embeddings"), client.key(request.apiKey()), body), cancellation)
                .map(answer -> embeddings(answer, request));
    }

    private static ApiClient.Call call(Target target, Optional<String> key, JsonNode body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        key.ifPresent(secret -> headers.set("authorization", "Bearer " + secret));
        return new ApiClient.Call(HttpMethod.POST, target, headers, key, Optional.of(body));
    }

    private static Embeddings embeddings(JsonNode answer, EmbeddingRequest request) {
        int wanted = request.texts().size();
        List<Optional<ArrayNode>> vectors = new ArrayList<>(Collections.nCopies(wanted, Optional.empty()));
        int position = 0;
        for (JsonNode one : answer.path("data")) {
            int index = one.path("index").asInt(position++);
            if (one.path("embedding") instanceof ArrayNode vector && index >= 0 && index < wanted) {
                vectors.set(index, Optional.of(vector));
            }
        }
        if (vectors.stream().anyMatch(Optional::isEmpty)) {
            throw ProviderFailure.forNow(NAME + " did not answer with an embedding for each text");
        }
        return new Embeddings(
                vectors.stream().map(Optional::orElseThrow).toList(),
                new Usage(answer.at("/usage/prompt_tokens").asLong(), 0),
                answer.path("model").asText(request.model()));
    }
}
