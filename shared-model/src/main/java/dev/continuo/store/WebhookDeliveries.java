package dev.continuo.store;

import dev.continuo.webhook.DeliveryState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The log of what was sent for a run, as its owner reads it. Who may read it is the caller's matter. */
public final class WebhookDeliveries {
    private static final String LIST = """
            SELECT d.id, d.number, d.bytes, d.final, d.state, d.attempts, d.created_at, d.last_at, d.last_status,
                   d.last_error, d.body IS NOT NULL AS kept,
                   CASE WHEN w.claimed_until IS NULL AND w.current = d.id THEN w.due_at END AS next_at
              FROM webhook_delivery d JOIN webhook w ON w.run_id = d.run_id
             WHERE d.run_id = $1 ORDER BY d.number DESC LIMIT $2
            """;

    /**
     * One at a time: the callback does nothing else until this one has been sent. The fence is raised, so that whoever had a
     * claim that has ended cannot end this one with it.
     */
    private static final String REDELIVER = """
            WITH asked AS (
                SELECT body IS NOT NULL AS kept FROM webhook_delivery WHERE run_id = $1 AND id = $2),
            taken AS (
                UPDATE webhook SET redeliver = $2, due_at = now(), claim = claim + 1, claimed_until = NULL
                 WHERE run_id = $1 AND redeliver IS NULL AND (claimed_until IS NULL OR claimed_until <= now())
                   AND EXISTS (SELECT 1 FROM asked WHERE kept)
                RETURNING run_id)
            SELECT kept, EXISTS (SELECT 1 FROM taken) AS taken FROM asked
            """;

    private final Pool pool;

    public WebhookDeliveries(Pool pool) {
        this.pool = pool;
    }

    /**
     * A message and what has become of it.
     *
     * @param number counts the messages of the run, from 1
     * @param bytes of its body
     * @param isFinal whether none comes after it
     * @param kept whether it can be sent again
     * @param attempts that have ended
     * @param lastStatus of the last answer
     * @param lastError why the last attempt failed
     */
    public record Delivery(
            String id,
            int number,
            int bytes,
            boolean isFinal,
            boolean kept,
            DeliveryState state,
            int attempts,
            Instant createdAt,
            Optional<Instant> lastAt,
            OptionalInt lastStatus,
            Optional<String> lastError) {}

    /** What became of the wish to send a message again. */
    public enum Redelivery {
        ACCEPTED,
        /** There is no such message. */
        UNKNOWN,
        /** A message of the run is being sent at this moment, or waits to be sent again. */
        BUSY,
        /** Its body is not kept any more. */
        BODY_GONE
    }

    /** The latest first, so many at most. */
    public Future<List<Delivery>> list(UUID runId, int most) {
        Future<List<Delivery>> listed = pool.preparedQuery(LIST)
                .execute(Tuple.of(runId, most))
                .map(rows -> {
                    List<Delivery> deliveries = new ArrayList<>();
                    rows.forEach(row -> deliveries.add(delivery(row)));
                    return deliveries;
                });
        return StoreFailures.named(listed, "list the messages of a run");
    }

    private static Delivery delivery(Row row) {
        Integer status = row.getInteger("last_status");
        return new Delivery(
                row.getString("id"),
                row.getInteger("number"),
                row.getInteger("bytes"),
                row.getBoolean("final"),
                row.getBoolean("kept"),
                DeliveryState.ofCode(row.getShort("state"), instant(row, "next_at")),
                row.getInteger("attempts"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row, "last_at"),
                status == null ? OptionalInt.empty() : OptionalInt.of(status),
                Optional.ofNullable(row.getString("last_error")));
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    /**
     * Has a message sent again, at once and once: the same id and body, a new time and signature. What waits goes on
     * afterwards as it would have.
     */
    public Future<Redelivery> redeliver(UUID runId, String id) {
        Future<Redelivery> asked = pool.preparedQuery(REDELIVER)
                .execute(Tuple.of(runId, id))
                .map(rows -> Definitions.first(rows)
                        .map(row -> !row.getBoolean("kept")
                                ? Redelivery.BODY_GONE
                                : row.getBoolean("taken") ? Redelivery.ACCEPTED : Redelivery.BUSY)
                        .orElse(Redelivery.UNKNOWN));
        return StoreFailures.named(asked, "send a message again");
    }
}
