package dev.continuo.worker.connector.ai;

import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** Providers on an event loop, before a server that answers what a test wants. */
public final class ProviderFixture implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    public static final String SERVER_KEY = "key-of-the-server";
    public static final List<String> NAMES = List.of("claude", "openai", "replicate");

    public final ConnectorFixture connectors = new ConnectorFixture();
    public final List<Integer> progress = new CopyOnWriteArrayList<>();
    /** What was counted. */
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Optional<SampleProvider> server = Optional.empty();
    private Optional<Providers> providers = Optional.empty();

    public ProviderFixture answering(SampleAnswer answer) {
        return answering(question -> answer);
    }

    public ProviderFixture answering(Function<SampleQuestion, SampleAnswer> answers) {
        return answering(answers, true, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
    }

    public ProviderFixture answering(
            Function<SampleQuestion, SampleAnswer> answers, boolean streams, ExchangeSettings http, Duration silence) {
        try {
            SampleProvider started = SampleProvider.start(answers, Duration.ZERO, streams);
            server = Optional.of(started);
            return at(started.url(), http, silence);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Before another server. */
    public ProviderFixture at(String url, ExchangeSettings http, Duration silence) {
        Optional<String> key = Optional.of(SERVER_KEY);
        AiSettings settings = new AiSettings(
                new AiSettings.Service(url, key),
                new AiSettings.Service(url + "/v1", key),
                new AiSettings.Service(url, key),
                silence);
        providers = Optional.of(connectors.on(() -> Future.succeededFuture(Providers.of(
                AiTools.of(
                        connectors.vertx,
                        http,
                        settings,
                        new Receiving(http.maxReceivingBytes()),
                        InstantSource.fixed(NOW)),
                registry))));
        return this;
    }

    public SampleProvider server() {
        return server.orElseThrow();
    }

    public Providers providers() {
        return providers.orElseThrow();
    }

    /** The only request, or the first of several. */
    public SampleQuestion asked() {
        return server().questions().getFirst();
    }

    /** What the provider comes to: a completion or its failure. */
    public Object complete(String provider, CompletionRequest request) {
        return complete(provider, request, progress::add);
    }

    public Object complete(String provider, CompletionRequest request, Consumer<Integer> heard) {
        return connectors.<Object>on(() -> providers()
                .find(provider)
                .orElseThrow()
                .complete(request, heard, connectors.cancellation)
                .<Object>map(completion -> completion)
                .otherwise(failure -> failure));
    }

    public static CompletionRequest ask(String text) {
        return new CompletionRequest(
                "owner/model",
                Optional.empty(),
                Optional.empty(),
                List.of(new Message.User(text)),
                List.of(),
                Sampling.DEFAULTS,
                false);
    }

    public static SampleAnswer status(int status, String body, String... headers) {
        return new SampleAnswer.Status(status, headers.length == 0 ? Map.of() : Map.of(headers[0], headers[1]), body);
    }

    @Override
    public void close() {
        // The server first: who waits for it would wait for ever.
        server.ifPresent(SampleProvider::close);
        connectors.close();
    }
}
