package dev.continuo.standalone;

import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.engine.Engine;
import dev.continuo.engine.Settings;
import dev.continuo.events.DeadLetters;
import dev.continuo.worker.ConnectorFactory;
import dev.continuo.worker.InFlight;
import dev.continuo.worker.WorkerEngine;
import dev.continuo.worker.WorkerParts;
import dev.continuo.worker.WorkerSettings;
import dev.continuo.worker.WorkerVerticle;
import dev.continuo.worker.connector.ai.AiSettings;
import dev.continuo.worker.connector.ai.Teams;
import dev.continuo.worker.connector.ai.TeamsFile;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.kafka.PublishSettings;
import dev.continuo.worker.connector.script.PgScriptSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Executes tasks, and sends callbacks. */
final class WorkerRole {
    private WorkerRole() {}

    /**
     * Completes when all workers consume.
     *
     * @throws IOException when the file of the teams is not what it should be
     */
    static Future<Void> start(Vertx vertx, Engine engine) throws IOException {
        Settings.Worker worker = engine.settings().worker();
        WorkerParts parts = new WorkerParts(
                WorkerEngine.of(
                        engine.committer(),
                        engine.claims(),
                        engine.logs(),
                        engine.conductor().secretInputs(),
                        task -> {
                            if (AgentCompiler.executes(task.type())) {
                                engine.agents().news().moved(task.runId());
                            }
                        }),
                engine.kafka(),
                engine.topics(),
                new DeadLetters(engine.publisher()),
                ConnectorFactory.standard(
                        ExchangeSettings.DEFAULTS.withMaxResponseBytes(worker.responseBytes()),
                        new ConnectorFactory.Scripting(
                                engine.scriptPool(),
                                new PgScriptSource(engine.pool()),
                                engine.settings().scripts().timeout()),
                        PublishSettings.of(engine.kafka(), engine.topics(), worker.publishServers()),
                        models(engine)),
                engine.sealer(),
                new InFlight(),
                engine.registry());
        // The process id alone would come again after a restart, or on another machine.
        String process = ManagementFactory.getRuntimeMXBean().getName() + "/"
                + UUID.randomUUID().toString().substring(0, 8);
        List<Future<String>> deployed = new ArrayList<>();
        for (int i = 0; i < worker.instances(); i++) {
            deployed.add(vertx.deployVerticle(
                    new WorkerVerticle(parts, WorkerSettings.of(process + "/" + i, worker.concurrency()))));
        }
        return Future.all(deployed).compose(all -> CallbackRole.start(vertx, engine));
    }

    private static ConnectorFactory.Models models(Engine engine) throws IOException {
        Settings.Ai ai = engine.settings().ai();
        Optional<Path> file = ai.teamsFile();
        return ConnectorFactory.Models.of(engine)
                .with(
                        new AiSettings(
                                service(ai.anthropic()), service(ai.openai()), service(ai.replicate()), ai.silence()),
                        file.isPresent() ? TeamsFile.read(file.get()) : Teams.NONE);
    }

    private static AiSettings.Service service(Settings.ModelService service) {
        return new AiSettings.Service(service.baseUrl(), service.key());
    }
}
