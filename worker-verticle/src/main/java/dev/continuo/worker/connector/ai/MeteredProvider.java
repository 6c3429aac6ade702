package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.Cancellation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Counts what a provider is asked, how long it takes, and the tokens that it charges. */
record MeteredProvider(ModelProvider provider, MeterRegistry registry) implements ModelProvider {
    @Override
    public String name() {
        return provider.name();
    }

    @Override
    public Future<Completion> complete(
            CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        return metered(provider.complete(request, progress, cancellation), Completion::usage);
    }

    @Override
    public Future<Embeddings> embed(EmbeddingRequest request, Cancellation cancellation) {
        return metered(provider.embed(request, cancellation), Embeddings::usage);
    }

    private <T> Future<T> metered(Future<T> answer, Function<T, Usage> usage) {
        long began = System.nanoTime();
        return answer.onComplete(
                answered -> {
                    asked("answered", began);
                    tokens("prompt", usage.apply(answered).promptTokens());
                    tokens("completion", usage.apply(answered).completionTokens());
                },
                failure -> asked("failed", began));
    }

    private void asked(String outcome, long began) {
        Timer.builder("continuo.model.requests")
                .description("Requests to providers of language models")
                .tag("provider", name())
                .tag("outcome", outcome)
                .register(registry)
                .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
    }

    private void tokens(String kind, long count) {
        registry.counter("continuo.model.tokens", "provider", name(), "kind", kind)
                .increment(count);
    }
}
