package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rows of a table that holds texts by namespace and name. Each method is one statement. */
final class NamedValues {
    /** A namespace has so many at most: they are listed as a whole. */
    static final int MOST = 10_000;

    private final SqlClient client;
    private final String table;

    NamedValues(SqlClient client, String table) {
        this.client = client;
        this.table = table;
    }

    /** False when it would be one more than {@link #MOST}; then nothing is written. */
    Future<Boolean> put(String namespace, String name, String value, String by) {
        String sql = """
                INSERT INTO %1$s (namespace, name, value, created_at, updated_at, created_by, updated_by)
                SELECT $1, $2, $3, now(), now(), $4, $4
                 WHERE EXISTS (SELECT 1 FROM %1$s WHERE namespace = $1 AND name = $2)
                    OR (SELECT count(*) FROM %1$s WHERE namespace = $1) < %2$d
                ON CONFLICT (namespace, name) DO UPDATE
                SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                """.formatted(table, MOST);
        Future<Boolean> put = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, name, value, by))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(put, "write " + table + " " + name);
    }

    Future<List<String>> names(String namespace) {
        Future<List<String>> names = client.preparedQuery(
                        "SELECT name FROM " + table + " WHERE namespace = $1 ORDER BY name")
                .execute(Tuple.of(namespace))
                .map(rows -> {
                    List<String> list = new ArrayList<>(rows.size());
                    rows.forEach(row -> list.add(row.getString("name")));
                    return List.copyOf(list);
                });
        return StoreFailures.named(names, "list " + table + " names");
    }

    /** All of them, by name. */
    Future<Map<String, String>> all(String namespace) {
        Future<Map<String, String>> all = client.preparedQuery(
                        "SELECT name, value FROM " + table + " WHERE namespace = $1 ORDER BY name")
                .execute(Tuple.of(namespace))
                .map(rows -> {
                    Map<String, String> values = new LinkedHashMap<>();
                    rows.forEach(row -> values.put(row.getString("name"), row.getString("value")));
                    return values;
                });
        return StoreFailures.named(all, "list " + table + " rows");
    }

    /** Those that exist. */
    Future<Map<String, String>> some(String namespace, Collection<String> names) {
        if (names.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Future<Map<String, String>> some = client.preparedQuery(
                        "SELECT name, value FROM " + table + " WHERE namespace = $1 AND name = ANY($2)")
                .execute(Tuple.of(namespace).addArrayOfString(names.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, String> values = new HashMap<>();
                    rows.forEach(row -> values.put(row.getString("name"), row.getString("value")));
                    return values;
                });
        return StoreFailures.named(some, "read " + table + " rows");
    }

    /** False when there is no such name. */
    Future<Boolean> delete(String namespace, String name) {
        Future<Boolean> deleted = client.preparedQuery("DELETE FROM " + table + " WHERE namespace = $1 AND name = $2")
                .execute(Tuple.of(namespace, name))
                .map(rows -> rows.rowCount() > 0);
        return StoreFailures.named(deleted, "delete " + table + " " + name);
    }
}
