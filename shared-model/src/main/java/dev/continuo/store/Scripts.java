package dev.continuo.store;

import dev.continuo.store.Definitions.Audit;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** The scripts that SCRIPT_EXECUTION tasks call, each in one namespace. */
public final class Scripts {
    private static final String COLUMNS =
            "id, namespace, user_type, name, version, source, created_at, updated_at, created_by, updated_by";
    private static final String UNIQUE_VIOLATION = "23505";

    private final SqlClient client;

    public Scripts(Pool pool) {
        this.client = pool;
    }

    /**
     * @param version 1 at first, one more with every update
     */
    public record StoredScript(
            UUID id, String namespace, String userType, String name, int version, String source, Audit audit) {}

    /** What a user writes. The name is unique among those of the same user type in the namespace. */
    public record Draft(String userType, String name, String source) {}

    public sealed interface Written {
        record Stored(StoredScript script) implements Written {}

        /** Another script of the namespace has the same name and user type. */
        record NameTaken() implements Written {}

        record NotFound() implements Written {}
    }

    /**
     * @param name a part of the name, in letters of any case
     */
    public record Filter(Optional<String> name, Optional<String> userType) {}

    public Future<Listed<StoredScript>> list(String namespace, Filter filter, Order order, Paging paging) {
        Listing listing = new Listing("script", COLUMNS, "octet_length(source)", namespace, false);
        filter.name().ifPresent(part -> listing.andContains("name", part));
        filter.userType().ifPresent(type -> listing.and("user_type = ?", type));
        return listing.fetch(client, order, paging, Listing.Decoration.NONE, Scripts::script);
    }

    public Future<Optional<StoredScript>> find(String namespace, UUID id) {
        return one(
                "SELECT " + COLUMNS + " FROM script WHERE id = $1 AND namespace = $2",
                Tuple.of(id, namespace),
                "read script " + id);
    }

    /** The script that a task names. */
    public Future<Optional<StoredScript>> find(String namespace, String userType, String name) {
        return one(
                "SELECT " + COLUMNS + " FROM script WHERE namespace = $1 AND user_type = $2 AND name = $3",
                Tuple.of(namespace, userType, name),
                "read script " + name);
    }

    public Future<Written> insert(UUID id, String namespace, Draft draft, String by) {
        String sql = """
                INSERT INTO script (id, namespace, user_type, name, source, version,
                                    created_at, updated_at, created_by, updated_by)
                VALUES ($1, $2, $3, $4, $5, 1, now(), now(), $6, $6)
                RETURNING %s
                """.formatted(COLUMNS);
        Tuple values = Tuple.of(id, namespace, draft.userType(), draft.name(), draft.source(), by);
        return written(sql, values, "insert script " + id);
    }

    public Future<Written> update(String namespace, UUID id, Draft draft, String by) {
        String sql = """
                UPDATE script
                   SET user_type = $3, name = $4, source = $5, version = version + 1, updated_at = now(),
                       updated_by = $6
                 WHERE id = $1 AND namespace = $2
                RETURNING %s
                """.formatted(COLUMNS);
        Tuple values = Tuple.of(id, namespace, draft.userType(), draft.name(), draft.source(), by);
        return written(sql, values, "update script " + id);
    }

    /** False when there is no such script. */
    public Future<Boolean> delete(String namespace, UUID id) {
        Future<Boolean> deleted = client.preparedQuery("DELETE FROM script WHERE id = $1 AND namespace = $2")
                .execute(Tuple.of(id, namespace))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(deleted, "delete script " + id);
    }

    private Future<Written> written(String sql, Tuple values, String what) {
        Future<Written> written = client.preparedQuery(sql)
                .execute(values)
                .<Written>map(rows -> Definitions.first(rows)
                        .<Written>map(row -> new Written.Stored(script(row)))
                        .orElseGet(Written.NotFound::new))
                .recover(failure ->
                        failure instanceof PgException refusal && UNIQUE_VIOLATION.equals(refusal.getSqlState())
                                ? Future.succeededFuture(new Written.NameTaken())
                                : Future.failedFuture(failure));
        return StoreFailures.named(written, what);
    }

    private Future<Optional<StoredScript>> one(String sql, Tuple values, String what) {
        Future<Optional<StoredScript>> found = client.preparedQuery(sql)
                .execute(values)
                .map(rows -> Definitions.first(rows).map(Scripts::script));
        return StoreFailures.named(found, what);
    }

    private static StoredScript script(Row row) {
        return new StoredScript(
                row.getUUID("id"),
                row.getString("namespace"),
                row.getString("user_type"),
                row.getString("name"),
                row.getInteger("version"),
                row.getString("source"),
                Audit.of(row));
    }
}
