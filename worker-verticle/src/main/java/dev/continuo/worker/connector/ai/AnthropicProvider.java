package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.Cancellation;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.function.Consumer;

/** Anthropic's Messages API. */
final class AnthropicProvider implements ModelProvider {
    static final String NAME = "claude";

    private static final String API_VERSION = "2023-06-01";

    private final ApiClient client;

    AnthropicProvider(AiTools tools) {
        this.client = new ApiClient(NAME, tools.settings().claude(), tools);
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

    private Future<Completion> asked(CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        Optional<String> key = client.key(request.apiKey());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set("anthropic-version", API_VERSION)
                .set("accept", "text/event-stream");
        key.ifPresent(secret -> headers.set("x-api-key", secret));
        AnswerBuilder answer = new AnswerBuilder(NAME, request.model(), progress);
        AnthropicStream stream = new AnthropicStream(client, answer, key);
        return client.events(
                        new ApiClient.Call(
                                HttpMethod.POST,
                                client.target("/v1/messages"),
                                headers,
                                key,
                                Optional.of(AnthropicBody.of(request))),
                        stream::heard,
                        cancellation)
                .map(over -> answer.built());
    }

    @Override
    public Future<Embeddings> embed(EmbeddingRequest request, Cancellation cancellation) {
        return Future.failedFuture(ProviderFailure.forGood(NAME + " has no embeddings"));
    }
}
