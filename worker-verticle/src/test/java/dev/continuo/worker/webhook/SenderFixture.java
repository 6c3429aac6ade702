package dev.continuo.worker.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import dev.continuo.store.Ids;
import dev.continuo.store.WebhookDeliveries;
import dev.continuo.store.WebhookDeliveries.Delivery;
import dev.continuo.store.WebhookQueue;
import dev.continuo.store.WebhookSecrets;
import dev.continuo.store.Webhooks;
import dev.continuo.testing.Backends;
import dev.continuo.webhook.RetrySchedule;
import dev.continuo.webhook.SigningSecret;
import dev.continuo.webhook.TaskDocuments.Document;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.Flyway;

/** A real database with runs that tests move by hand, and senders on it. */
final class SenderFixture implements AutoCloseable {
    /** Never longer than a tenth of a second, for as long as a test may take. */
    static final RetrySchedule QUICK = new RetrySchedule(List.of(Duration.ofMillis(100)), Duration.ofHours(1));

    private static final String RUN = """
            INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq, priority,
                             input, variables, created_at, updated_at, created_by, updated_by)
            VALUES ($1, $2, 3, $1, $1, 'agent', 0, 0, 1, 0, '{}', '{}', now(), now(), 'tester', 'tester')
            """;

    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Sealer sealer = new Sealer(Keyring.parse(Keyring.generate()));
    final Pool pool;
    final WebhookQueue queue;
    final WebhookSecrets secrets;
    private final Webhooks webhooks;
    private final WebhookDeliveries deliveries;
    private final PgConnectOptions connect;
    private Optional<WebhookVerticle> latest = Optional.empty();

    SenderFixture(Backends backends) {
        connect = PgConnectOptions.fromUri(backends.pgUri());
        Flyway.configure()
                .dataSource(backends.pgJdbcUrl(), connect.getUser(), connect.getPassword())
                .load()
                .migrate();
        pool = connections();
        queue = new WebhookQueue(pool);
        secrets = new WebhookSecrets(pool, sealer);
        webhooks = new Webhooks(pool);
        deliveries = new WebhookDeliveries(pool);
        await(pool.query("TRUNCATE webhook, webhook_delivery, webhook_secret").execute());
    }

    private Pool connections() {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(new PgConnectOptions(connect).setCachePreparedStatements(true))
                .using(vertx)
                .build();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within 60 s", e);
        }
    }

    static SenderSettings settings() {
        return settings(QUICK, 8);
    }

    static SenderSettings settings(RetrySchedule schedule, int perNamespace) {
        return new SenderSettings(
                true,
                16,
                perNamespace,
                perNamespace,
                100_000,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Duration.ofMillis(50),
                schedule,
                "Continuo/test");
    }

    /** Another process's sender, as far as the database can tell. */
    String sender(SenderSettings settings) {
        WebhookVerticle verticle =
                new WebhookVerticle(new WebhookParts(this::connections, this::document, sealer, registry), settings);
        latest = Optional.of(verticle);
        return await(vertx.deployVerticle(verticle));
    }

    void stop(String sender) {
        await(vertx.undeploy(sender));
    }

    private Future<Optional<Document>> document(UUID runId) {
        return pool.preparedQuery("SELECT version, status, output FROM run WHERE id = $1")
                .execute(Tuple.of(runId))
                .map(rows -> {
                    Iterator<Row> all = rows.iterator();
                    return all.hasNext() ? Optional.of(document(runId, all.next())) : Optional.empty();
                });
    }

    private static Document document(UUID runId, Row row) {
        boolean ended = row.getShort("status") == 2;
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("id", runId.toString())
                .put("status", ended ? "complete" : "running")
                .put("version", row.getInteger("version"))
                .put("output", row.getString("output"));
        return new Document(row.getInteger("version"), ended, body);
    }

    UUID run(String namespace, String url) {
        UUID runId = Ids.next();
        await(webhooks.register(runId, namespace, url));
        await(pool.preparedQuery(RUN).execute(Tuple.of(runId, namespace)));
        return runId;
    }

    void move(UUID runId) {
        await(pool.preparedQuery("UPDATE run SET version = version + 1 WHERE id = $1")
                .execute(Tuple.of(runId)));
        latest.ifPresent(verticle -> verticle.moved(runId));
    }

    void end(UUID runId) {
        end(runId, "");
    }

    void end(UUID runId, String output) {
        await(pool.preparedQuery("""
                        UPDATE run SET version = version + 1, status = 2, ended_at = now(), output = $2 WHERE id = $1
                        """).execute(Tuple.of(runId, output)));
        latest.ifPresent(verticle -> verticle.moved(runId));
    }

    /** Newest first. */
    List<Delivery> log(UUID runId) {
        return await(deliveries.list(runId, 100));
    }

    WebhookDeliveries.Redelivery redeliver(UUID runId, String id) {
        return await(deliveries.redeliver(runId, id));
    }

    String secret(String namespace) {
        return await(secrets.signing(namespace)).getFirst().text();
    }

    List<String> secretsOf(String namespace) {
        return await(secrets.signing(namespace)).stream()
                .map(SigningSecret::text)
                .toList();
    }

    double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    @Override
    public void close() {
        List.copyOf(vertx.deploymentIDs()).forEach(this::stop);
        await(pool.close());
        await(vertx.close());
    }
}
