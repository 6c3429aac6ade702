package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.store.Definitions.Audit;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The workflow definitions of the conductor dialect, by name and version. Each method is one statement. */
public final class ConductorDefinitions {
    private static final String COLUMNS = "name, version, document, created_at, updated_at, created_by, updated_by";
    private static final String ROWS = """
            SELECT $1, row.name, row.version, row.document, now(), now(), $2, $2
              FROM unnest($3::text[], $4::int[], $5::text[]) AS row (name, version, document)
            """;
    private static final String TARGET = "INSERT INTO workflow_def (namespace, " + COLUMNS + ") ";

    private final SqlClient client;

    public ConductorDefinitions(Pool pool) {
        this.client = pool;
    }

    /** What a user writes. The version counts, whatever the document says. */
    public record Draft(String name, int version, ObjectNode document) {
        public Key key() {
            return new Key(name, version);
        }
    }

    /** What a definition is found by. */
    public record Key(String name, int version) {}

    /** @param document as submitted, but with the version that it is stored under */
    public record WorkflowDef(String name, int version, ObjectNode document, Audit audit) {}

    /** A definition without its document. */
    public record Version(String name, int version, Instant createdAt, Instant updatedAt) {}

    /**
     * What is listed.
     *
     * @param name the one definition whose versions are listed
     * @param latest only the latest version of each definition
     */
    public record Filter(Optional<String> name, boolean latest) {}

    /** Writes all of them, or none and answers false when one of them exists. Each name and version is there once. */
    public Future<Boolean> insert(String namespace, List<Draft> drafts, String by) {
        Future<Boolean> inserted = client.preparedQuery(TARGET + ROWS)
                .execute(values(namespace, drafts, by))
                .map(rows -> true)
                .recover(ConductorDefinitions::falseForDuplicate);
        return StoreFailures.named(inserted, "insert workflow definitions");
    }

    /** Writes those that do not exist, and tells which these are. Each name and version is there once. */
    public Future<Set<Key>> insertMissing(String namespace, List<Draft> drafts, String by) {
        String sql = TARGET + ROWS + " ON CONFLICT DO NOTHING RETURNING name, version";
        Future<Set<Key>> inserted = client.preparedQuery(sql)
                .execute(values(namespace, drafts, by))
                .map(rows -> {
                    Set<Key> keys = new HashSet<>();
                    rows.forEach(row -> keys.add(new Key(row.getString("name"), row.getInteger("version"))));
                    return keys;
                });
        return StoreFailures.named(inserted, "insert workflow definitions");
    }

    /** Writes all of them, in place of those that exist. Each name and version is there once. */
    public Future<Void> upsert(String namespace, List<Draft> drafts, String by) {
        String sql = TARGET + ROWS + """
                 ON CONFLICT (namespace, name, version) DO UPDATE
                SET document = excluded.document, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                """;
        Future<Void> upserted =
                client.preparedQuery(sql).execute(values(namespace, drafts, by)).mapEmpty();
        return StoreFailures.named(upserted, "write workflow definitions");
    }

    /**
     * Writes each under the version after its latest one. False when somebody else has taken such a version meanwhile; then
     * nothing is written. Each name is there once.
     */
    public Future<Boolean> insertNext(String namespace, List<Draft> drafts, String by) {
        String sql = TARGET + """
                SELECT $1, row.name,
                       1 + coalesce((SELECT max(version) FROM workflow_def WHERE namespace = $1 AND name = row.name), 0),
                       row.document, now(), now(), $2, $2
                  FROM unnest($3::text[], $4::int[], $5::text[]) AS row (name, version, document)
                """;
        Future<Boolean> inserted = client.preparedQuery(sql)
                .execute(values(namespace, drafts, by))
                .map(rows -> true)
                .recover(ConductorDefinitions::falseForDuplicate);
        return StoreFailures.named(inserted, "insert the next versions of workflow definitions");
    }

    /** @param version the latest when empty */
    public Future<Optional<WorkflowDef>> find(String namespace, String name, Optional<Integer> version) {
        String sql = "SELECT " + COLUMNS + " FROM workflow_def"
                + " WHERE namespace = $1 AND name = $2 AND ($3::int IS NULL OR version = $3)"
                + " ORDER BY version DESC LIMIT 1";
        Future<Optional<WorkflowDef>> found = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, name, version.orElse(null)))
                .map(rows -> Definitions.first(rows).map(ConductorDefinitions::definition));
        return StoreFailures.named(found, "read workflow definition " + name);
    }

    /** Whole definitions by name and version, in one page. */
    public Future<Listed<WorkflowDef>> list(String namespace, Filter filter) {
        String selected = filter.latest() ? "DISTINCT ON (name) " : "";
        String sql = "SELECT " + selected + COLUMNS + " FROM workflow_def"
                + " WHERE namespace = $1 AND ($2::text IS NULL OR name = $2)"
                + " ORDER BY name, version" + (filter.latest() ? " DESC" : "");
        return Weighed.fetch(
                client,
                sql,
                Tuple.of(namespace, filter.name().orElse(null)),
                "name, version",
                ConductorDefinitions::definition);
    }

    /** All versions of all definitions, or of one, by name and version; the first of them when there are more. */
    public Future<List<Version>> versions(String namespace, Optional<String> name) {
        String sql = "SELECT name, version, created_at, updated_at FROM workflow_def"
                + " WHERE namespace = $1 AND ($2::text IS NULL OR name = $2) ORDER BY name, version LIMIT "
                + Listed.MAX_TOTAL;
        Future<List<Version>> versions = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, name.orElse(null)))
                .map(rows -> {
                    List<Version> list = new ArrayList<>(rows.size());
                    rows.forEach(row -> list.add(new Version(
                            row.getString("name"),
                            row.getInteger("version"),
                            Definitions.instant(row, "created_at"),
                            Definitions.instant(row, "updated_at"))));
                    return List.copyOf(list);
                });
        return StoreFailures.named(versions, "list versions of workflow definitions");
    }

    /** False when there is no such version. Runs of it go on: they execute a snapshot. */
    public Future<Boolean> delete(String namespace, String name, int version) {
        Future<Boolean> deleted = client.preparedQuery(
                        "DELETE FROM workflow_def WHERE namespace = $1 AND name = $2 AND version = $3")
                .execute(Tuple.of(namespace, name, version))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(deleted, "delete workflow definition " + name);
    }

    private static Tuple values(String namespace, List<Draft> drafts, String by) {
        return Tuple.of(namespace, by)
                .addArrayOfString(drafts.stream().map(Draft::name).toArray(String[]::new))
                .addArrayOfInteger(drafts.stream().map(Draft::version).toArray(Integer[]::new))
                .addArrayOfString(drafts.stream()
                        .map(draft -> Json.write(draft.document()))
                        .toArray(String[]::new));
    }

    private static Future<Boolean> falseForDuplicate(Throwable failure) {
        return failure instanceof PgException refusal && PgErrors.duplicate(refusal)
                ? Future.succeededFuture(false)
                : Future.failedFuture(failure);
    }

    private static WorkflowDef definition(Row row) {
        ObjectNode document = (ObjectNode) Json.read(row.getString("document"));
        int version = row.getInteger("version");
        return new WorkflowDef(row.getString("name"), version, document.put("version", version), Audit.of(row));
    }
}
