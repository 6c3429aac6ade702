package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/**
 * Payloads that clients leave here instead of sending them along (conductor: external payload storage). A place is only
 * written once, and forgotten after {@value #KEPT_DAYS} days.
 */
public final class ExternalPayloads {
    public static final int KEPT_DAYS = 7;

    /** A namespace has so many places at most. */
    static final int MOST = 10_000;

    private static final int FORGOTTEN_AT_ONCE = 100;

    private final SqlClient client;

    public ExternalPayloads(Pool pool) {
        this.client = pool;
    }

    /** A place to write to; empty when there are as many as there may be. */
    public Future<Optional<UUID>> reserve(String namespace) {
        String sql = """
                WITH forgotten AS (
                    DELETE FROM external_payload WHERE id IN (
                        SELECT id FROM external_payload
                         WHERE namespace = $1 AND created_at < now() - interval '%d days'
                         ORDER BY created_at LIMIT %d FOR UPDATE SKIP LOCKED))
                INSERT INTO external_payload (id, namespace, created_at)
                SELECT $2, $1, now()
                 WHERE (SELECT count(*) FROM external_payload WHERE namespace = $1) < %d
                RETURNING id
                """.formatted(KEPT_DAYS, FORGOTTEN_AT_ONCE, MOST);
        Future<Optional<UUID>> reserved = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, Ids.next()))
                .map(rows -> Definitions.first(rows).map(row -> row.getUUID("id")));
        return StoreFailures.named(reserved, "reserve a place for a payload");
    }

    /** False when there is no such place, or it is written already. */
    public Future<Boolean> put(String namespace, UUID id, String content) {
        Future<Boolean> put = client.preparedQuery(
                        "UPDATE external_payload SET content = $3 WHERE id = $2 AND namespace = $1 AND content IS NULL")
                .execute(Tuple.of(namespace, id, content))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(put, "write payload " + id);
    }

    public Future<Optional<String>> find(String namespace, UUID id) {
        Future<Optional<String>> found = client.preparedQuery(
                        "SELECT content FROM external_payload WHERE id = $2 AND namespace = $1 AND content IS NOT NULL")
                .execute(Tuple.of(namespace, id))
                .map(rows -> Definitions.first(rows).map(row -> row.getString("content")));
        return StoreFailures.named(found, "read payload " + id);
    }
}
