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
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.kafka.PublishSettings;
import dev.continuo.worker.connector.script.PgScriptSource;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Executes tasks, and sends callbacks. */
final class WorkerRole {
    private WorkerRole() {}

    /** Completes when all workers consume. */
    static Future<Void> start(Vertx vertx, Engine engine) {
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
                        PublishSettings.of(engine.kafka(), engine.topics(), worker.publishServers())),
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
}
