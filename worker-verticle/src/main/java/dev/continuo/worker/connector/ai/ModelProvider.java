package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.Cancellation;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** A service that runs language models. Used from one event loop only; calls run side by side. */
public interface ModelProvider {

    /** {@code claude}, {@code openai} or {@code replicate}. */
    String name();

    /**
     * Asks for one answer, which is received as a stream where the provider has one. Fails with {@link ProviderFailure}
     * alone, and soon after the cancellation.
     *
     * @param progress hears how many characters of text there are so far, each time some came
     */
    Future<Completion> complete(CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation);

    /** Fails with {@link ProviderFailure} alone; always, where the provider has no embeddings. */
    Future<Embeddings> embed(EmbeddingRequest request, Cancellation cancellation);
}
