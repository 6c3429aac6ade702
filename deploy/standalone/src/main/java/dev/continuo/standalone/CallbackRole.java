package dev.continuo.standalone;

import dev.continuo.engine.AgentDocuments;
import dev.continuo.engine.Engine;
import dev.continuo.engine.Settings;
import dev.continuo.webhook.TaskDocuments.Document;
import dev.continuo.worker.webhook.SenderSettings;
import dev.continuo.worker.webhook.WebhookParts;
import dev.continuo.worker.webhook.WebhookVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.UUID;

/** Sends the callbacks of agents' tasks. */
final class CallbackRole {
    /** Statements under claims and looks; none of them waits for another's. */
    private static final int CONNECTIONS = 4;

    private CallbackRole() {}

    /** Completes when callbacks are sent. */
    static Future<Void> start(Vertx vertx, Engine engine) {
        Settings.Callbacks callbacks = engine.settings().callbacks();
        WebhookVerticle sender = new WebhookVerticle(
                new WebhookParts(
                        () -> engine.connections(CONNECTIONS),
                        id -> document(engine, id, callbacks.bodyBytes()),
                        engine.sealer(),
                        engine.registry()),
                SenderSettings.of(
                        callbacks.privateAddresses(),
                        callbacks.concurrency(),
                        callbacks.perNamespace(),
                        callbacks.perHost(),
                        callbacks.bodyBytes(),
                        userAgent()));
        engine.agents().news().tell(sender);
        return vertx.deployVerticle(sender).mapEmpty();
    }

    private static Future<Optional<Document>> document(Engine engine, UUID id, int mostBytes) {
        return engine.agents()
                .task(id)
                .map(found -> found.map(task ->
                        new Document(task.version(), task.status().terminal(), AgentDocuments.of(task, mostBytes))));
    }

    private static String userAgent() {
        return Optional.ofNullable(CallbackRole.class.getPackage().getImplementationVersion())
                .map(version -> "Continuo/" + version)
                .orElse("Continuo");
    }
}
