package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Dialect;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The stored definitions of one dialect, as their users see them, and the immutable revisions that runs execute. Each
 * method is one statement.
 */
public final class Definitions {
    private static final String HEAD =
            "id, namespace, shared_with, name, user_type, version, revision_id, created_at, updated_at, created_by,"
                    + " updated_by";

    private final SqlClient client;
    private final Dialect dialect;

    public Definitions(Pool pool, Dialect dialect) {
        this.client = pool;
        this.dialect = dialect;
    }

    /**
     * @param namespace the owner, to which secrets in the document are bound
     * @param sharedWith further namespaces that the definition belongs to
     * @param version 1 at first, one more with every update
     * @param document as submitted, secrets sealed, without what the server adds
     */
    public record Definition(
            UUID id,
            String namespace,
            List<String> sharedWith,
            String name,
            Optional<String> userType,
            int version,
            UUID revisionId,
            JsonNode document,
            Audit audit) {}

    public record Audit(Instant createdAt, Instant updatedAt, String createdBy, String updatedBy) {
        static Audit of(Row row) {
            return new Audit(
                    instant(row, "created_at"),
                    instant(row, "updated_at"),
                    row.getString("created_by"),
                    row.getString("updated_by"));
        }
    }

    /** One version of a definition, in whatever dialect. */
    public record StoredRevision(Dialect dialect, JsonNode document) {}

    /** What a user writes. */
    public record Draft(
            UUID revisionId, List<String> sharedWith, String name, Optional<String> userType, JsonNode document) {}

    /**
     * @param name a part of the name, in letters of any case
     */
    public record Filter(Optional<String> name, Optional<String> userType) {}

    public Future<Listed<Definition>> list(String namespace, Filter filter, Order order, Paging paging) {
        Listing listing = new Listing("definition", HEAD + ", document", "octet_length(document)", namespace, true)
                .and("dialect = ?", dialect.code());
        filter.name().ifPresent(part -> listing.andContains("name", part));
        filter.userType().ifPresent(type -> listing.and("user_type = ?", type));
        return listing.fetch(client, order, paging, Listing.Decoration.NONE, Definitions::definition);
    }

    public Future<Optional<Definition>> find(String namespace, UUID id) {
        String sql = "SELECT " + HEAD + ", document FROM definition"
                + " WHERE id = $1 AND dialect = $2 AND (namespace = $3 OR shared_with @> ARRAY[$3::text])";
        return one(sql, Tuple.of(id, dialect.code(), namespace), "read definition " + id);
    }

    public Future<Definition> insert(UUID id, String namespace, Draft draft, String by) {
        String sql = """
                WITH revision AS (
                    INSERT INTO definition_revision (revision_id, definition_id, dialect, document, created_at)
                    VALUES ($2, $1, $3, $8, now()))
                INSERT INTO definition (id, revision_id, dialect, namespace, shared_with, name, user_type, document,
                                        version, created_at, updated_at, created_by, updated_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, now(), now(), $9, $9)
                RETURNING %s, document
                """.formatted(HEAD);
        Tuple values = Tuple.of(id, draft.revisionId(), dialect.code(), namespace)
                .addArrayOfString(sharedColumn(draft.sharedWith()))
                .addString(draft.name())
                .addString(draft.userType().orElse(null))
                .addString(Json.write(draft.document()))
                .addString(by);
        return one(sql, values, "insert definition " + id).map(Optional::orElseThrow);
    }

    /**
     * Writes a new version. Empty when the definition is not at {@code version} any more: somebody else has changed or
     * deleted it since the caller read it.
     */
    public Future<Optional<Definition>> update(String namespace, UUID id, int version, Draft draft, String by) {
        String sql = """
                WITH changed AS (
                    UPDATE definition
                       SET revision_id = $5, shared_with = $6, name = $7, user_type = $8, document = $9,
                           version = version + 1, updated_at = now(), updated_by = $10
                     WHERE id = $1 AND dialect = $2 AND (namespace = $3 OR shared_with @> ARRAY[$3::text])
                       AND version = $4
                 RETURNING *),
                revision AS (
                    INSERT INTO definition_revision (revision_id, definition_id, dialect, document, created_at)
                    SELECT revision_id, id, dialect, document, updated_at FROM changed)
                SELECT %s, document FROM changed
                """.formatted(HEAD);
        Tuple values = Tuple.of(id, dialect.code(), namespace, version, draft.revisionId())
                .addArrayOfString(sharedColumn(draft.sharedWith()))
                .addString(draft.name())
                .addString(draft.userType().orElse(null))
                .addString(Json.write(draft.document()))
                .addString(by);
        return one(sql, values, "update definition " + id);
    }

    /** False when there is no such definition. Its revisions stay, for the runs that execute them. */
    public Future<Boolean> delete(String namespace, UUID id) {
        String sql = "DELETE FROM definition"
                + " WHERE id = $1 AND dialect = $2 AND (namespace = $3 OR shared_with @> ARRAY[$3::text])";
        Future<Boolean> deleted = client.preparedQuery(sql)
                .execute(Tuple.of(id, dialect.code(), namespace))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(deleted, "delete definition " + id);
    }

    /**
     * Revisions, of any dialect. A revision has no namespace of its own: only ask for revisions of runs or definitions
     * that were read within one.
     */
    public Future<Map<UUID, StoredRevision>> revisions(Collection<UUID> revisionIds) {
        if (revisionIds.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Future<Map<UUID, StoredRevision>> revisions = client.preparedQuery(
                        "SELECT revision_id, dialect, document FROM definition_revision WHERE revision_id = ANY($1)")
                .execute(Tuple.of(revisionIds.toArray(UUID[]::new)))
                .map(rows -> {
                    Map<UUID, StoredRevision> byId = new HashMap<>();
                    rows.forEach(row -> byId.put(
                            row.getUUID("revision_id"),
                            new StoredRevision(
                                    Dialect.ofCode(row.getShort("dialect")), Json.read(row.getString("document")))));
                    return byId;
                });
        return StoreFailures.named(revisions, "read definition revisions");
    }

    private Future<Optional<Definition>> one(String sql, Tuple values, String what) {
        Future<Optional<Definition>> found = client.preparedQuery(sql)
                .execute(values)
                .map(rows -> first(rows).map(Definitions::definition));
        return StoreFailures.named(found, what);
    }

    private static Definition definition(Row row) {
        return new Definition(
                row.getUUID("id"),
                row.getString("namespace"),
                sharedWith(row),
                row.getString("name"),
                Optional.ofNullable(row.getString("user_type")),
                row.getInteger("version"),
                row.getUUID("revision_id"),
                Json.read(row.getString("document")),
                Audit.of(row));
    }

    static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    static List<String> sharedWith(Row row) {
        String[] shared = row.getArrayOfStrings("shared_with");
        return shared == null ? List.of() : List.of(shared);
    }

    private static String[] sharedColumn(List<String> sharedWith) {
        return sharedWith.isEmpty() ? null : sharedWith.toArray(String[]::new);
    }

    static Instant instant(Row row, String column) {
        OffsetDateTime at = row.getOffsetDateTime(column);
        return at.toInstant();
    }
}
