package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.webhook.Message;
import dev.continuo.webhook.TaskDocuments.Document;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs, as rows, that tests move by hand, and their callbacks. */
final class WebhookFixture {
    static final WebhookQueue.Room ROOM = new WebhookQueue.Room(100, 100, 100, Duration.ofMinutes(1));

    private static final String RUN = """
            INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq, priority,
                             input, variables, created_at, updated_at, created_by, updated_by)
            VALUES ($1, $2, 3, $1, $1, 'agent', 0, 0, 1, 0, '{}', '{}', now(), now(), 'tester', 'tester')
            """;

    final Pool pool;
    final Webhooks webhooks;
    final WebhookQueue queue;

    WebhookFixture(Pool pool) {
        this.pool = pool;
        this.webhooks = new Webhooks(pool);
        this.queue = new WebhookQueue(pool);
        // Callbacks of other tests on the same database would be claimed by this one.
        await(pool.query("TRUNCATE webhook, webhook_delivery").execute());
    }

    UUID run(String namespace, String url) {
        UUID runId = Ids.next();
        await(webhooks.register(runId, namespace, url));
        await(pool.preparedQuery(RUN).execute(Tuple.of(runId, namespace)));
        return runId;
    }

    void move(UUID runId, int version) {
        await(pool.preparedQuery("UPDATE run SET version = $2 WHERE id = $1").execute(Tuple.of(runId, version)));
    }

    void end(UUID runId, int version) {
        await(pool.preparedQuery("UPDATE run SET version = $2, status = 2, ended_at = now() WHERE id = $1")
                .execute(Tuple.of(runId, version)));
    }

    List<CallbackClaim> claim() {
        return await(queue.claim(ROOM, Map.of()));
    }

    CallbackClaim claimOne(UUID runId) {
        return claim().stream()
                .filter(claim -> claim.runId().equals(runId))
                .findAny()
                .orElseThrow(() -> new AssertionError("Nothing is due for " + runId));
    }

    /** As if the process that holds the claim had been paused for longer than it lasts. */
    void endClaim(UUID runId) {
        await(pool.preparedQuery(
                        "UPDATE webhook SET claimed_until = now() - interval '1 s', due_at = now() WHERE run_id = $1")
                .execute(Tuple.of(runId)));
    }

    void makeDue(UUID runId) {
        await(pool.preparedQuery("UPDATE webhook SET due_at = now() WHERE run_id = $1")
                .execute(Tuple.of(runId)));
    }

    Future<Void> remove(List<UUID> runIds) {
        return pool.withTransaction(connection -> Webhooks.remove(connection, runIds));
    }

    static Message message(int version, boolean ended) {
        JsonNode body = JsonNodeFactory.instance.objectNode().put("version", version);
        return Message.of(Ids.next(), new Document(version, ended, body), Json::write);
    }
}
