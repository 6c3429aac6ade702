package dev.continuo.worker;

import dev.continuo.engine.Engine;
import dev.continuo.engine.Settings;
import dev.continuo.events.DeadLetters;
import dev.continuo.secret.Keyring;
import dev.continuo.testing.Backends;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.kafka.PublishSettings;
import dev.continuo.worker.connector.script.PgScriptSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An engine on real servers, and workers of it. */
final class WorkFixture implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Engine engine;

    /**
     * @param dir where the master key may lie
     * @param name tells its topics from those of others
     */
    WorkFixture(Backends backends, Path dir, String name, int partitions) throws IOException {
        Path key = Files.writeString(dir.resolve("key"), Keyring.generate());
        Settings settings = new Settings(
                Settings.Postgres.parse(backends.pgUri()).orElseThrow(),
                new Settings.Kafka(backends.kafkaBootstrap(), backends.topicPrefix() + name + ".", partitions, 1),
                new Settings.Http("127.0.0.1", 0, 1 << 20, 1, 100),
                new Settings.Engine(1, 1000, 100, Duration.ofSeconds(3), Duration.ofSeconds(30)),
                new Settings.Worker(1, 16, 1 << 20, Set.of()),
                new Settings.Scripts(Duration.ofSeconds(5), 1 << 20),
                Settings.Dialects.DEFAULT,
                Optional.of(key));
        engine = Engine.open(vertx, settings, registry);
        await(engine.ensureTopics());
    }

    /** A worker that asks these models. */
    void work(ConnectorFactory.Models models) {
        await(vertx.deployVerticle(new WorkerVerticle(parts(models, new InFlight()), WorkerSettings.of("w", 16))));
    }

    WorkerParts parts(ConnectorFactory.Models models, InFlight inFlight) {
        return new WorkerParts(
                WorkerEngine.of(
                        engine.committer(),
                        engine.claims(),
                        engine.logs(),
                        engine.conductor().secretInputs(),
                        task -> {}),
                engine.kafka(),
                engine.topics(),
                new DeadLetters(engine.publisher()),
                ConnectorFactory.standard(
                        ExchangeSettings.DEFAULTS,
                        new ConnectorFactory.Scripting(
                                engine.scriptPool(), new PgScriptSource(engine.pool()), Duration.ofSeconds(5)),
                        PublishSettings.of(engine.kafka(), engine.topics(), Set.of()),
                        models),
                engine.sealer(),
                inFlight,
                registry);
    }

    /** The address of a server, without a slash at its end. */
    String upstream(Handler<HttpServerRequest> handler) {
        return "http://127.0.0.1:"
                + await(vertx.createHttpServer().requestHandler(handler).listen(0, "127.0.0.1"))
                        .actualPort();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within " + LIMIT, e);
        }
    }

    @Override
    public void close() {
        List.copyOf(vertx.deploymentIDs()).forEach(id -> await(vertx.undeploy(id)));
        engine.close();
        await(vertx.close());
    }
}
