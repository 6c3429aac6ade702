package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code ${workflow.env.NAME}} stands for. Not secret, and not the environment of this process. */
public final class EnvironmentVariables {
    private final NamedValues rows;

    public EnvironmentVariables(Pool pool) {
        this.rows = new NamedValues(pool, "environment_variable");
    }

    /** False when the namespace has as many as it may; then nothing is written. */
    public Future<Boolean> put(String namespace, String name, String value, String by) {
        return rows.put(namespace, name, value, by);
    }

    /** All of them, sorted by name. */
    public Future<Map<String, String>> all(String namespace) {
        return rows.all(namespace);
    }

    /** The values of those that exist, by name. */
    public Future<Map<String, String>> values(String namespace, Collection<String> names) {
        return rows.some(namespace, names);
    }

    public Future<Optional<String>> find(String namespace, String name) {
        return rows.some(namespace, List.of(name)).map(found -> Optional.ofNullable(found.get(name)));
    }

    /** False when there is no such variable. */
    public Future<Boolean> delete(String namespace, String name) {
        return rows.delete(namespace, name);
    }
}
