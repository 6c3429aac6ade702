package dev.continuo.store;

import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The durable queue of callbacks. One process at a time sends for a run, under a claim that ends; what is written under a
 * claim that was lost is refused, and the answer tells so: false.
 */
public final class WebhookQueue {
    /** Messages of a run that are kept. */
    public static final int MOST_MESSAGES = 100;

    /** Bytes of bodies of a run that are kept, the latest one's aside; older ones cannot be sent again. */
    public static final int MOST_BYTES = 4 << 20;

    private static final int MOST_REASON = 500;

    /**
     * How much a process may claim.
     *
     * @param limit claims at once
     * @param perNamespace claims that a namespace may hold in all
     * @param perHost of these, to the same host
     */
    public record Room(int limit, int perNamespace, int perHost, Duration lease) {}

    /** A namespace's receivers on a host. */
    public record HostKey(String namespace, String host) {}

    /** What a look found: the last run that was looked at, to go on behind it, and whether any of them has news. */
    public record Looked(Optional<UUID> last, int seen, int woken) {}

    /** What a claim says is to be sent. */
    public record Stored(String id, boolean isFinal, int number, Message.Body body) {}

    private final Pool pool;

    public WebhookQueue(Pool pool) {
        this.pool = pool;
    }

    /**
     * How many callbacks of each namespace that are due are looked at. Those of a host that is at its limit are passed over,
     * and may be many.
     */
    public enum Depth {
        /** Enough nearly always, and cheap. */
        USUAL(2_000),
        /** For now and then, so that callbacks behind thousands to a host that hangs are found. */
        WHOLE(1_000_000);

        private final int rows;

        Depth(int rows) {
            this.rows = rows;
        }
    }

    /** @param flying what this process holds already */
    public Future<List<CallbackClaim>> claim(Room room, Map<HostKey, Integer> flying) {
        return claim(room, flying, Depth.USUAL);
    }

    public Future<List<CallbackClaim>> claim(Room room, Map<HostKey, Integer> flying, Depth depth) {
        Map<String, Integer> spaces = new TreeMap<>();
        flying.forEach((key, count) -> spaces.merge(key.namespace(), count, Integer::sum));
        List<HostKey> hosts = List.copyOf(flying.keySet());
        Tuple tuple = Tuple.of(room.limit, room.perNamespace, room.perHost, room.lease.toMillis())
                .addArrayOfString(spaces.keySet().toArray(String[]::new))
                .addArrayOfInteger(spaces.values().toArray(Integer[]::new))
                .addArrayOfString(hosts.stream().map(HostKey::namespace).toArray(String[]::new))
                .addArrayOfString(hosts.stream().map(HostKey::host).toArray(String[]::new))
                .addArrayOfInteger(hosts.stream().map(flying::get).toArray(Integer[]::new))
                .addInteger(depth.rows);
        Future<List<CallbackClaim>> claimed = pool.preparedQuery(WebhookSql.CLAIM)
                .execute(tuple)
                .map(rows -> {
                    List<CallbackClaim> claims = new ArrayList<>();
                    rows.forEach(row -> claims.add(claimOf(row)));
                    return claims;
                });
        return StoreFailures.named(claimed, "claim callbacks");
    }

    private static CallbackClaim claimOf(Row row) {
        return new CallbackClaim(
                row.getUUID("run_id"),
                row.getString("namespace"),
                row.getString("url"),
                row.getString("host"),
                row.getInteger("claim"),
                Optional.ofNullable(row.getString("current")),
                Optional.ofNullable(row.getString("redeliver")),
                row.getBoolean("open"),
                Optional.ofNullable(row.getBuffer("sent_digest")).map(Buffer::getBytes),
                row.getInteger("failures"),
                Duration.ofMillis(Optional.ofNullable(row.getLong("failing_ms")).orElse(0L)));
    }

    /** A message with its body; empty when it or its body is not kept any more. */
    public Future<Optional<Stored>> find(UUID runId, String id) {
        Future<Optional<Stored>> found = pool.preparedQuery(WebhookSql.FIND)
                .execute(Tuple.of(id, runId))
                .map(rows -> Definitions.first(rows)
                        .filter(row -> row.getString("body") != null)
                        .map(row -> new Stored(
                                row.getString("id"),
                                row.getBoolean("final"),
                                row.getInteger("number"),
                                new Message.Body(row.getString("body")))));
        return StoreFailures.named(found, "read a message");
    }

    /** Writes a message down before it is sent; one that waited is merged into it. Its number; empty for a lost claim. */
    public Future<OptionalInt> make(CallbackClaim claim, Message message) {
        return make(claim, message, Optional.of(message.body().text()), Optional.empty());
    }

    /** Writes down that a message was not sent, and why. */
    public Future<Boolean> refuse(CallbackClaim claim, Message message, String reason) {
        return make(claim, message, Optional.empty(), Optional.of(reason)).map(OptionalInt::isPresent);
    }

    private Future<OptionalInt> make(
            CallbackClaim claim, Message message, Optional<String> body, Optional<String> refusal) {
        Tuple tuple = held(claim)
                .addInteger(message.version())
                .addBuffer(Buffer.buffer(message.body().digest()))
                .addString(message.id())
                .addBoolean(message.isFinal())
                .addString(body.orElse(null))
                .addInteger(message.body().bytes().length)
                .addInteger(MOST_MESSAGES)
                .addLong((long) MOST_BYTES)
                .addString(refusal.orElse(null));
        Future<OptionalInt> made = pool.preparedQuery(WebhookSql.MAKE)
                .execute(tuple)
                .map(rows -> Definitions.first(rows)
                        .map(row -> OptionalInt.of(row.getInteger("number")))
                        .orElseGet(OptionalInt::empty));
        return StoreFailures.named(made, "write a message of run " + claim.runId());
    }

    /** There was nothing to send; the run was looked at in this version. */
    public Future<Boolean> rest(CallbackClaim claim, int version) {
        return under(
                claim,
                "end a claim",
                WebhookSql.REST,
                held(claim).addInteger(version).addBoolean(false));
    }

    /** There is no such run, or not yet. */
    public Future<Boolean> idle(CallbackClaim claim) {
        return under(
                claim,
                "end a claim",
                WebhookSql.REST,
                held(claim).addInteger(-1).addBoolean(true));
    }

    /** Gives the claim back: what was to be done is done later. */
    public Future<Boolean> postpone(CallbackClaim claim, Duration wait) {
        return under(
                claim, "give a claim back", WebhookSql.POSTPONE, held(claim).addLong(wait.toMillis()));
    }

    /**
     * What came of an attempt.
     *
     * @param retry when a failed message is tried again; empty to give it up
     */
    public Future<Boolean> attempted(CallbackClaim claim, String id, Attempted attempted, Optional<Duration> retry) {
        return switch (attempted) {
            case Attempted.Taken(int status) ->
                under(
                        claim,
                        "end a delivery",
                        WebhookSql.TAKEN,
                        held(claim).addString(id).addInteger(status));
            case Attempted.Gone gone -> gone(claim, id);
            case Attempted.Failed failed ->
                under(
                        claim,
                        "end a delivery",
                        WebhookSql.FAILED,
                        failure(claim, id, failed)
                                .addLong(retry.map(Duration::toMillis).orElse(null))
                                .addLong(failed.notBefore()
                                        .map(Duration::toMillis)
                                        .orElse(null)));
        };
    }

    /** What came of sending a message again. It is tried once, and the messages that wait go on as before. */
    public Future<Boolean> redelivered(CallbackClaim claim, String id, Attempted attempted) {
        return switch (attempted) {
            case Attempted.Taken taken -> attempted(claim, id, taken, Optional.empty());
            case Attempted.Gone gone -> gone(claim, id);
            case Attempted.Failed failed ->
                under(claim, "end a redelivery", WebhookSql.NOT_REDELIVERED, failure(claim, id, failed));
        };
    }

    private Future<Boolean> gone(CallbackClaim claim, String id) {
        return under(
                claim,
                "end a callback",
                WebhookSql.GONE,
                held(claim).addString(id).addInteger(Attempted.GONE));
    }

    private static Tuple failure(CallbackClaim claim, String id, Attempted.Failed failed) {
        // It may repeat what the receiver sent, and Postgres takes no NUL: a message that is tried again because its
        // failure cannot be written down would be tried for ever.
        String reason = failed.reason().replaceAll("\\p{Cntrl}", " ");
        return held(claim)
                .addString(id)
                .addInteger(failed.status().isPresent() ? failed.status().getAsInt() : null)
                .addString(reason.length() > MOST_REASON ? reason.substring(0, MOST_REASON) : reason);
    }

    private static Tuple held(CallbackClaim claim) {
        return Tuple.tuple().addUUID(claim.runId()).addInteger(claim.claim());
    }

    private Future<Boolean> under(CallbackClaim claim, String what, String sql, Tuple tuple) {
        return StoreFailures.named(
                pool.preparedQuery(sql).execute(tuple).map(rows -> rows.rowCount() > 0),
                what + " of run " + claim.runId());
    }

    /** These runs have something new to tell. */
    public Future<Void> hint(Collection<UUID> runIds) {
        Future<Void> hinted = pool.preparedQuery(WebhookSql.HINT)
                .execute(Tuple.tuple().addArrayOfUUID(runIds.toArray(UUID[]::new)))
                .mapEmpty();
        return StoreFailures.named(hinted, "hint at callbacks");
    }

    /** Looks at some open callbacks for news that nobody hinted at. */
    public Future<Looked> look(UUID after, int most) {
        Future<Looked> looked = pool.preparedQuery(WebhookSql.LOOK)
                .execute(Tuple.of(after, most))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Looked(
                            Optional.ofNullable(row.getUUID("last")),
                            row.getLong("seen").intValue(),
                            row.getLong("woken").intValue());
                });
        return StoreFailures.named(looked, "look for news of callbacks");
    }

    /** The age of the oldest message that is neither delivered nor given up; zero when there is none. */
    public Future<Duration> oldest() {
        Future<Duration> oldest = pool.preparedQuery(WebhookSql.OLDEST)
                .execute()
                .map(rows -> Duration.ofMillis(
                        Optional.ofNullable(rows.iterator().next().getLong(0)).orElse(0L)));
        return StoreFailures.named(oldest, "look for the oldest message");
    }
}
