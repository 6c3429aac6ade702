package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.store.Definitions.Audit;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The task definitions of the conductor dialect, by name. Each method is one statement. */
public final class ConductorTaskDefs {
    private static final String COLUMNS = "name, document, created_at, updated_at, created_by, updated_by";

    private final SqlClient client;

    public ConductorTaskDefs(Pool pool) {
        this.client = pool;
    }

    /** What a user writes. */
    public record Draft(String name, ObjectNode document) {}

    /** @param document as submitted */
    public record TaskDef(String name, ObjectNode document, Audit audit) {}

    /** Writes all of them, in place of those that exist. Each name is there once. */
    public Future<Void> upsert(String namespace, List<Draft> drafts, String by) {
        String sql = "INSERT INTO task_def (namespace, " + COLUMNS + ") " + """
                SELECT $1, row.name, row.document, now(), now(), $2, $2
                  FROM unnest($3::text[], $4::text[]) AS row (name, document)
                ON CONFLICT (namespace, name) DO UPDATE
                SET document = excluded.document, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                """;
        Tuple values = Tuple.of(namespace, by)
                .addArrayOfString(drafts.stream().map(Draft::name).toArray(String[]::new))
                .addArrayOfString(drafts.stream()
                        .map(draft -> Json.write(draft.document()))
                        .toArray(String[]::new));
        Future<Void> upserted = client.preparedQuery(sql).execute(values).mapEmpty();
        return StoreFailures.named(upserted, "write task definitions");
    }

    /** False when there is no such definition. */
    public Future<Boolean> update(String namespace, Draft draft, String by) {
        String sql = "UPDATE task_def SET document = $3, updated_at = now(), updated_by = $4"
                + " WHERE namespace = $1 AND name = $2";
        Future<Boolean> updated = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, draft.name(), Json.write(draft.document()), by))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(updated, "update task definition " + draft.name());
    }

    public Future<Optional<TaskDef>> find(String namespace, String name) {
        Future<Optional<TaskDef>> found = client.preparedQuery(
                        "SELECT " + COLUMNS + " FROM task_def WHERE namespace = $1 AND name = $2")
                .execute(Tuple.of(namespace, name))
                .map(rows -> Definitions.first(rows).map(ConductorTaskDefs::definition));
        return StoreFailures.named(found, "read task definition " + name);
    }

    /** Those that exist, by name, in one page. */
    public Future<Listed<TaskDef>> find(String namespace, Collection<String> names) {
        String sql = "SELECT " + COLUMNS + " FROM task_def WHERE namespace = $1 AND name = ANY($2)";
        Tuple values = Tuple.of(namespace).addArrayOfString(names.toArray(String[]::new));
        return Weighed.fetch(client, sql, values, "name", ConductorTaskDefs::definition);
    }

    /** All of them by name, in one page. */
    public Future<Listed<TaskDef>> list(String namespace) {
        String sql = "SELECT " + COLUMNS + " FROM task_def WHERE namespace = $1";
        return Weighed.fetch(client, sql, Tuple.of(namespace), "name", ConductorTaskDefs::definition);
    }

    /** False when there is no such definition. */
    public Future<Boolean> delete(String namespace, String name) {
        Future<Boolean> deleted = client.preparedQuery("DELETE FROM task_def WHERE namespace = $1 AND name = $2")
                .execute(Tuple.of(namespace, name))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(deleted, "delete task definition " + name);
    }

    private static TaskDef definition(Row row) {
        return new TaskDef(row.getString("name"), (ObjectNode) Json.read(row.getString("document")), Audit.of(row));
    }
}
