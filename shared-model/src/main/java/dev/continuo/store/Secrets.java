package dev.continuo.store;

import dev.continuo.secret.Sealer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code ${workflow.secrets.NAME}} stands for. Values are sealed before they are stored, bound to the namespace. */
public final class Secrets {
    private final NamedValues rows;
    private final Sealer sealer;

    public Secrets(Pool pool, Sealer sealer) {
        this.rows = new NamedValues(pool, "secret");
        this.sealer = sealer;
    }

    /** False when the namespace has as many as it may; then nothing is written. */
    public Future<Boolean> put(String namespace, String name, String value, String by) {
        return rows.put(namespace, name, sealer.seal(value, namespace), by);
    }

    /** Sorted. */
    public Future<List<String>> names(String namespace) {
        return rows.names(namespace);
    }

    public Future<Boolean> exists(String namespace, String name) {
        return rows.some(namespace, List.of(name)).map(found -> !found.isEmpty());
    }

    /**
     * The values, in plain text, of those that exist: for who executes a task, and for nobody else. Fails with an
     * {@link dev.continuo.secret.UnsealFailure} when one was sealed with a key that is not configured here.
     */
    public Future<Map<String, String>> values(String namespace, Collection<String> names) {
        return rows.some(namespace, names).map(found -> {
            Map<String, String> values = new HashMap<>();
            found.forEach((name, value) -> values.put(name, sealer.unseal(value, namespace)));
            return values;
        });
    }

    /** False when there is no such secret. */
    public Future<Boolean> delete(String namespace, String name) {
        return rows.delete(namespace, name);
    }
}
