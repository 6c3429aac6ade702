package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The documents of the tasks that runs brought themselves, as they are shown. */
public final class RunParts {
    private final SqlClient client;

    public RunParts(Pool pool) {
        this.client = pool;
    }

    /** @param number see {@link dev.continuo.model.Task.Label#part()}; never 0 */
    public record Part(UUID runId, int number) {}

    /** Numbers that change whenever the part of a run that has begun again is another one; none for what is not there. */
    public Future<Map<Part, Long>> versions(Collection<Part> parts) {
        String sql = """
                SELECT f.run_id, f.part, f.xmin::text::bigint AS version
                  FROM unnest($1::uuid[], $2::int[]) AS wanted(run_id, part) JOIN run_fragment f USING (run_id, part)
                """;
        Future<Map<Part, Long>> versions = client.preparedQuery(sql)
                .execute(arguments(parts))
                .map(rows -> {
                    Map<Part, Long> known = new HashMap<>();
                    rows.forEach(row ->
                            known.put(new Part(row.getUUID("run_id"), row.getInteger("part")), row.getLong("version")));
                    return known;
                });
        return StoreFailures.named(versions, "look for parts of runs");
    }

    public Future<Map<Part, JsonNode>> documents(Collection<Part> parts) {
        if (parts.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        String sql = """
                SELECT f.run_id, f.part, f.document
                  FROM unnest($1::uuid[], $2::int[]) AS wanted(run_id, part) JOIN run_fragment f USING (run_id, part)
                """;
        Future<Map<Part, JsonNode>> documents = client.preparedQuery(sql)
                .execute(arguments(parts))
                .map(rows -> {
                    Map<Part, JsonNode> known = new HashMap<>();
                    rows.forEach(row -> known.put(
                            new Part(row.getUUID("run_id"), row.getInteger("part")),
                            Json.read(row.getString("document"))));
                    return known;
                });
        return StoreFailures.named(documents, "read parts of runs");
    }

    private static Tuple arguments(Collection<Part> parts) {
        return Tuple.tuple()
                .addArrayOfUUID(parts.stream().map(Part::runId).toArray(UUID[]::new))
                .addArrayOfInteger(parts.stream().map(Part::number).toArray(Integer[]::new));
    }
}
