package dev.continuo.standalone;

import dev.continuo.engine.Engine;
import dev.continuo.engine.Settings;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** API, worker or both, on one engine, in this process. */
public final class Standalone implements Node {
    private static final Logger LOG = LoggerFactory.getLogger(Standalone.class);
    private static final Duration VERTICLES_LIMIT = Duration.ofMillis(2_000);
    private static final Duration VERTX_LIMIT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Engine engine;
    private final int port;

    private Standalone(Vertx vertx, Engine engine, int port) {
        this.vertx = vertx;
        this.engine = engine;
        this.port = port;
    }

    /** See {@link NodeStarter}. */
    public static Standalone start(Settings settings, CompletionStage<Void> kafkaServing) throws Exception {
        return start(settings, kafkaServing, true, true);
    }

    /** The API alone, as one of many processes. */
    public static Standalone startApi(Settings settings, CompletionStage<Void> kafkaServing) throws Exception {
        return start(settings, kafkaServing, true, false);
    }

    /** Workers alone, as one of many processes. */
    public static Standalone startWorker(Settings settings, CompletionStage<Void> kafkaServing) throws Exception {
        return start(settings, kafkaServing, false, true);
    }

    private static Standalone start(Settings settings, CompletionStage<Void> kafkaServing, boolean api, boolean worker)
            throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        Vertx vertx = Vertx.vertx(new VertxOptions());
        Optional<Engine> engine = Optional.empty();
        try {
            engine = Optional.of(Engine.open(vertx, settings, registry));
            int port = ApiRole.start(vertx, engine.get(), registry, api).port();
            kafkaServing.toCompletableFuture().get();
            Future<Void> topics = engine.get().ensureTopics();
            if (worker) {
                topics.await();
                engine.get().consumeCommands().await();
                WorkerRole.start(vertx, engine.get()).await();
            }
            return new Standalone(vertx, engine.get(), port);
        } catch (Exception e) {
            engine.ifPresent(Engine::close);
            within("Vert.x", VERTX_LIMIT, vertx.close());
            throw e;
        }
    }

    @Override
    public int port() {
        return port;
    }

    /** First what takes work, then what finishes it, then what it runs on: a result must find its lane open. */
    @Override
    public void close() {
        List<Future<Void>> undeployed =
                vertx.deploymentIDs().stream().map(vertx::undeploy).toList();
        within("The verticles", VERTICLES_LIMIT, Future.join(undeployed).mapEmpty());
        engine.close();
        within("Vert.x", VERTX_LIMIT, vertx.close());
    }

    private static void within(String what, Duration limit, Future<Void> closing) {
        try {
            closing.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("{} did not close within {} ms", what, limit.toMillis());
        }
    }
}
