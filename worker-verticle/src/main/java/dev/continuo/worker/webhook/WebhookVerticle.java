package dev.continuo.worker.webhook;

import dev.continuo.store.WebhookQueue;
import dev.continuo.store.WebhookSecrets;
import dev.continuo.webhook.CallbackHints;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.UUID;

/** Sends callbacks. One for each process with workers; any number of processes may do so. */
public final class WebhookVerticle extends VerticleBase implements CallbackHints {
    private final WebhookParts parts;
    private final SenderSettings settings;
    private Pool pool;
    private HostResolver hosts;
    private HttpClient client;
    private volatile Optional<CallbackSender> sender = Optional.empty();

    public WebhookVerticle(WebhookParts parts, SenderSettings settings) {
        this.parts = parts;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        pool = parts.pool().get();
        return DnsHosts.open(vertx).map(this::begun);
    }

    private CallbackSender begun(DnsHosts opened) {
        hosts = opened;
        client = vertx.createHttpClient(Transmission.Via.options(settings), Transmission.Via.pool(settings));
        SenderMeters meters = new SenderMeters(parts.registry());
        WebhookQueue queue = new WebhookQueue(pool);
        Courier courier = new Courier(
                queue,
                new WebhookSecrets(pool, parts.sealer()),
                parts.documents(),
                new Transmission.Via(vertx, client, hosts, settings),
                meters);
        CallbackSender started = new CallbackSender(vertx, queue, courier, settings, meters);
        started.start();
        sender = Optional.of(started);
        return started;
    }

    @Override
    public void moved(UUID runId) {
        sender.ifPresent(started -> started.moved(runId));
    }

    @Override
    public Future<?> stop() {
        return sender.map(CallbackSender::stop)
                .orElseGet(Future::succeededFuture)
                .transform(stopped -> {
                    hosts.close();
                    return Future.join(client.close(), pool.close());
                });
    }
}
