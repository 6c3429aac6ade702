package dev.continuo.store;

import dev.continuo.identity.Access;
import dev.continuo.identity.ApiKey;
import dev.continuo.identity.Role;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The API keys of all namespaces. Times are the database's. */
public final class ApiKeys {
    /** A namespace has so many at most, those included that ended and are not yet forgotten. */
    public static final int MOST = 10_000;

    /** How long one that was revoked or has expired can still be seen. */
    public static final int KEPT_DAYS = 90;

    private static final String COLUMNS = """
            id, namespace, role, owner, name, prefix, created_at, created_by, expires_at, revoked_at, last_used_at
            """;

    private static final String INSERT = """
            WITH forgotten AS (
                DELETE FROM api_key
                 WHERE namespace = $2 AND least(revoked_at, expires_at) < now() - interval '%1$d days'
                RETURNING id)
            INSERT INTO api_key (id, namespace, role, owner, name, hash, prefix, created_at, created_by, expires_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, now(), $8, now() + $9::bigint * interval '1 second'
             WHERE (SELECT count(*) FROM api_key WHERE namespace = $2) - (SELECT count(*) FROM forgotten) < %2$d
            RETURNING %3$s
            """.formatted(KEPT_DAYS, MOST, COLUMNS);

    private static final String OPEN = """
            SELECT id, namespace, role, owner,
                   (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::bigint AS millis_left
              FROM api_key
             WHERE hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
            """;

    private static final String LIST = "SELECT " + COLUMNS + """
            FROM api_key WHERE namespace = $1 ORDER BY id DESC OFFSET $2 LIMIT $3
            """;

    private static final String COUNT = "SELECT count(*) FROM api_key WHERE namespace = $1";

    private static final String REVOKE = """
            UPDATE api_key SET revoked_at = coalesce(revoked_at, now())
             WHERE id = $1 AND ($2::text IS NULL OR namespace = $2)
            RETURNING
            """ + COLUMNS;

    /** Skips keys that another process writes right now: it writes the same. */
    private static final String USED = """
            WITH free AS (
                SELECT id FROM api_key WHERE id = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED)
            UPDATE api_key AS known SET last_used_at = used.at
              FROM free JOIN unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) ON used.id = free.id
             WHERE known.id = free.id
               AND (known.last_used_at IS NULL OR known.last_used_at <= used.at - interval '1 minute')
            """;

    private final SqlClient client;

    public ApiKeys(Pool pool) {
        this.client = pool;
    }

    /**
     * A key to be made.
     *
     * @param lifetime whole seconds from now; without it, the key opens until it is revoked
     */
    public record Draft(
            String namespace, Role role, UUID owner, String name, Optional<Duration> lifetime, String createdBy) {}

    /** @param left of the key's life; empty when it has no end */
    public record Open(Access access, Optional<Duration> left) {}

    public record Page(long total, List<StoredApiKey> keys) {}

    /** Empty when the namespace has as many as it may; then nothing is written. */
    public Future<Optional<StoredApiKey>> insert(Draft draft, ApiKey key) {
        Tuple values = Tuple.of(
                Ids.next(),
                draft.namespace(),
                draft.role().word(),
                draft.owner(),
                draft.name(),
                Buffer.buffer(key.hash()),
                key.prefix(),
                draft.createdBy(),
                draft.lifetime().map(Duration::toSeconds).orElse(null));
        Future<Optional<StoredApiKey>> inserted = client.preparedQuery(INSERT)
                .execute(values)
                .map(rows -> Definitions.first(rows).map(ApiKeys::stored));
        return StoreFailures.named(inserted, "write an API key");
    }

    /** Empty for a key that is not known, was revoked or has expired. */
    public Future<Optional<Open>> open(ApiKey key) {
        Future<Optional<Open>> found = client.preparedQuery(OPEN)
                .execute(Tuple.of(Buffer.buffer(key.hash())))
                .map(rows -> Definitions.first(rows)
                        .map(row -> new Open(
                                access(row),
                                Optional.ofNullable(row.getLong("millis_left")).map(Duration::ofMillis))));
        return StoreFailures.named(found, "look up an API key");
    }

    /** The newest first, ended ones among them. */
    public Future<Page> list(String namespace, Paging paging) {
        Future<List<StoredApiKey>> keys = client.preparedQuery(LIST)
                .execute(Tuple.of(namespace, paging.offset(), paging.size()))
                .map(rows -> {
                    List<StoredApiKey> page = new ArrayList<>(rows.size());
                    rows.forEach(row -> page.add(stored(row)));
                    return List.copyOf(page);
                });
        Future<Long> total = client.preparedQuery(COUNT)
                .execute(Tuple.of(namespace))
                .map(rows -> rows.iterator().next().getLong(0));
        Future<Page> listed = keys.compose(page -> total.map(count -> new Page(count, page)));
        return StoreFailures.named(listed, "list API keys");
    }

    /**
     * Revoking twice changes nothing.
     *
     * @param namespace where the key must be; empty for any
     */
    public Future<Optional<StoredApiKey>> revoke(UUID id, Optional<String> namespace) {
        Future<Optional<StoredApiKey>> revoked = client.preparedQuery(REVOKE)
                .execute(Tuple.of(id, namespace.orElse(null)))
                .map(rows -> Definitions.first(rows).map(ApiKeys::stored));
        return StoreFailures.named(revoked, "revoke API key " + id);
    }

    /** Writes nothing for a key whose last use is written and less than a minute older. */
    public Future<Void> used(Map<UUID, Instant> uses) {
        Tuple arguments = new Columns<>(List.copyOf(uses.entrySet()))
                .uuids(Map.Entry::getKey)
                .times(use -> Optional.of(use.getValue()))
                .tuple();
        Future<Void> written = client.preparedQuery(USED).execute(arguments).mapEmpty();
        return StoreFailures.named(written, "note the use of API keys");
    }

    private static Access access(Row row) {
        Role role = Role.of(row.getString("role"))
                .orElseThrow(() -> new IllegalStateException("API key " + row.getUUID("id") + " has an unknown role"));
        return new Access(row.getUUID("id"), row.getString("namespace"), role, row.getUUID("owner"));
    }

    private static StoredApiKey stored(Row row) {
        return new StoredApiKey(
                access(row),
                row.getString("name"),
                row.getString("prefix"),
                TaskRows.instant(row, "created_at").orElseThrow(),
                row.getString("created_by"),
                TaskRows.instant(row, "expires_at"),
                TaskRows.instant(row, "revoked_at"),
                TaskRows.instant(row, "last_used_at"));
    }
}
