package dev.continuo.store;

import dev.continuo.model.Run;
import dev.continuo.store.LaneConnection.Call;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The starts of a batch that carry an idempotency key: whoever commits a key first owns it, in any process. */
final class IdempotentStarts {
    /** Sorted, so that two batches that share keys wait for each other in one order. */
    private static final String CLAIM = """
            INSERT INTO idempotency_key (namespace, key, run_id)
            SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
            ON CONFLICT DO NOTHING
            """;

    private static final String OWNERS = """
            SELECT k.namespace, k.key, k.run_id
            FROM unnest($1::text[], $2::text[]) AS u(namespace, key) JOIN idempotency_key k USING (namespace, key)
            """;

    private record Key(String namespace, String key) {}

    private final List<Pending.ToStart> keyed;
    private final Map<Key, UUID> owners = new HashMap<>();

    IdempotentStarts(List<Pending.ToStart> starts) {
        this.keyed = starts.stream()
                .filter(start -> key(start).isPresent())
                .sorted(Comparator.comparing(
                                (Pending.ToStart start) -> key(start).get().namespace())
                        .thenComparing(start -> key(start).get().key()))
                .toList();
    }

    boolean any() {
        return !keyed.isEmpty();
    }

    void claim(LaneConnection connection, Call begin) {
        String[] namespaces =
                keyed.stream().map(start -> key(start).get().namespace()).toArray(String[]::new);
        String[] keys = keyed.stream().map(start -> key(start).get().key()).toArray(String[]::new);
        UUID[] runs = keyed.stream().map(Pending.ToStart::runId).toArray(UUID[]::new);
        List<RowSet<Row>> results = connection.roundTrip(List.of(
                begin,
                new Call(
                        CLAIM,
                        Tuple.tuple()
                                .addArrayOfString(namespaces)
                                .addArrayOfString(keys)
                                .addArrayOfUUID(runs)),
                new Call(OWNERS, Tuple.tuple().addArrayOfString(namespaces).addArrayOfString(keys))));
        for (Row row : results.get(2)) {
            owners.put(new Key(row.getString("namespace"), row.getString("key")), row.getUUID("run_id"));
        }
    }

    /** The run that owns the start's key, when that is another one. */
    Optional<UUID> other(Pending.ToStart start) {
        return key(start).map(owners::get).filter(owner -> !owner.equals(start.runId()));
    }

    private static Optional<Key> key(Pending.ToStart start) {
        Run.Origin origin = start.run().start().origin();
        return origin.idempotencyKey().map(key -> new Key(origin.namespace(), stored(origin, key)));
    }

    /**
     * In the conductor dialect a key stands for a start of one workflow, in the agents dialect for one of an agent by one
     * user, in workflowsvc for one of any definition.
     */
    static String stored(Run.Origin origin, String key) {
        return switch (origin.dialect()) {
            case WORKFLOWSVC -> key;
            case CONDUCTOR -> ofWorkflow(origin.name(), key);
            case AGENTS ->
                String.join("\n", origin.createdBy(), origin.correlationId().orElse(""), key);
        };
    }

    static String ofWorkflow(String name, String key) {
        return name + '\n' + key;
    }
}
