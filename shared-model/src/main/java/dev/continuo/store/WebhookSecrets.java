package dev.continuo.store;

import dev.continuo.secret.Sealer;
import dev.continuo.webhook.SigningSecret;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the messages of a namespace are signed with. Sealed before it is stored, bound to the namespace. */
public final class WebhookSecrets {
    /** Secrets of a namespace that sign at once. */
    public static final int MOST = 5;

    private static final String SIGNING = """
            SELECT id, secret, created_at, ends_at FROM webhook_secret
            WHERE namespace = $1 AND (ends_at IS NULL OR ends_at > now())
            ORDER BY ends_at DESC NULLS FIRST, id DESC
            """;

    /** Of two processes that make the first secret at once, the second one's is dropped. */
    private static final String FIRST = """
            INSERT INTO webhook_secret (id, namespace, secret, created_at) VALUES ($1, $2, $3, now())
            ON CONFLICT (namespace) WHERE ends_at IS NULL DO NOTHING
            """;

    /** Whoever makes a secret of a namespace takes turns. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('webhook_secret ' || $1, 0))";

    private static final String FORGET = "DELETE FROM webhook_secret WHERE namespace = $1 AND ends_at <= now()";

    private static final String END = """
            UPDATE webhook_secret SET ends_at = least(ends_at, now() + $2 * interval '1 millisecond')
            WHERE namespace = $1
            """;

    private final Pool pool;
    private final Sealer sealer;
    private final SecureRandom random = new SecureRandom();

    public WebhookSecrets(Pool pool, Sealer sealer) {
        this.pool = pool;
        this.sealer = sealer;
    }

    /** @param endsAt until when it signs beside its successor; empty for the newest one */
    public record Known(UUID id, Instant createdAt, Optional<Instant> endsAt) {}

    /** What became of the wish for a new secret. */
    public sealed interface Rotation {}

    /** The only moment at which the secret is shown. */
    public record Rotated(Known known, SigningSecret secret) implements Rotation {}

    /** So many sign at once already that there is no place for another one. */
    public record TooMany() implements Rotation {}

    /**
     * The secrets that sign now, the newest first; one is made when there is none. Fails with an
     * {@link dev.continuo.secret.UnsealFailure} when one was sealed with a key that is not configured here.
     */
    public Future<List<SigningSecret>> signing(String namespace) {
        return read(namespace)
                .compose(rows -> rows.size() == 0
                        ? first(namespace).compose(made -> read(namespace)).map(again -> opened(again, namespace))
                        : Future.succeededFuture(opened(rows, namespace)));
    }

    /** The secrets that sign now, the newest first, without what they are. */
    public Future<List<Known>> known(String namespace) {
        return read(namespace).map(rows -> {
            List<Known> known = new ArrayList<>();
            rows.forEach(row -> known.add(new Known(
                    row.getUUID("id"),
                    row.getOffsetDateTime("created_at").toInstant(),
                    Optional.ofNullable(row.getOffsetDateTime("ends_at")).map(OffsetDateTime::toInstant))));
            return known;
        });
    }

    /**
     * Makes a new secret.
     *
     * @param grace how long the ones before it go on signing; none of them signs for longer than it would have
     */
    public Future<Rotation> rotate(String namespace, Duration grace) {
        SigningSecret secret = SigningSecret.generate(random);
        Future<Rotation> rotated = pool.withTransaction(connection -> connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(namespace))
                .compose(locked -> connection.preparedQuery(END).execute(Tuple.of(namespace, grace.toMillis())))
                .compose(ended -> connection.preparedQuery(FORGET).execute(Tuple.of(namespace)))
                .compose(forgotten -> connection.preparedQuery(SIGNING).execute(Tuple.of(namespace)))
                .compose(left -> left.size() >= MOST
                        ? Future.<Rotation>failedFuture(new Full())
                        : replace(connection, namespace, secret)));
        return StoreFailures.named(
                rotated.recover(failure ->
                        failure instanceof Full ? Future.succeededFuture(new TooMany()) : Future.failedFuture(failure)),
                "make a webhook secret");
    }

    /** Rolls the transaction back. */
    private static final class Full extends RuntimeException {
        Full() {
            super("", null, false, false);
        }
    }

    private Future<Rotation> replace(SqlConnection connection, String namespace, SigningSecret secret) {
        UUID id = Ids.next();
        return connection
                .preparedQuery(FIRST + " RETURNING created_at")
                .execute(Tuple.of(id, namespace, sealer.seal(secret.text(), namespace)))
                .map(rows -> new Rotated(
                        new Known(
                                id,
                                rows.iterator()
                                        .next()
                                        .getOffsetDateTime("created_at")
                                        .toInstant(),
                                Optional.empty()),
                        secret));
    }

    private Future<Void> first(String namespace) {
        String sealed = sealer.seal(SigningSecret.generate(random).text(), namespace);
        Future<Void> made = pool.withTransaction(connection -> connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(namespace))
                .compose(locked -> connection.preparedQuery(FIRST).execute(Tuple.of(Ids.next(), namespace, sealed)))
                .mapEmpty());
        return StoreFailures.named(made, "make a webhook secret");
    }

    private Future<RowSet<Row>> read(String namespace) {
        return StoreFailures.named(
                pool.preparedQuery(SIGNING).execute(Tuple.of(namespace)), "read the webhook secrets");
    }

    private List<SigningSecret> opened(RowSet<Row> rows, String namespace) {
        List<SigningSecret> secrets = new ArrayList<>();
        for (Row row : rows) {
            secrets.add(SigningSecret.parse(sealer.unseal(row.getString("secret"), namespace))
                    .orElseThrow(() -> new IllegalStateException("A stored webhook secret is not one")));
        }
        return secrets;
    }
}
