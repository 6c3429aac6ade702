package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.DefinitionCompiler;
import dev.continuo.definition.Plan;
import dev.continuo.model.Dialect;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Compiled plans by the revision they were made of: a bounded cache, and Postgres behind it. Safe for any thread. */
public final class Plans {
    static final String SELECT = """
            SELECT revision_id, definition_id, dialect, document FROM definition_revision WHERE revision_id = ANY($1)
            """;

    private final Map<Dialect, DefinitionCompiler> compilers;
    private final Map<UUID, Plan> cache;

    public Plans(Map<Dialect, DefinitionCompiler> compilers, int maxPlans) {
        this.compilers = Map.copyOf(compilers);
        this.cache = new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Plan> eldest) {
                return size() > maxPlans;
            }
        };
    }

    /** The plan of a revision, compiled off the event loop; empty when there is no such revision. */
    public Future<Optional<Plan>> plan(Vertx vertx, Pool pool, UUID revisionId) {
        Optional<Plan> known = cached(revisionId);
        if (known.isPresent()) {
            return Future.succeededFuture(known);
        }
        return pool.preparedQuery(SELECT)
                .execute(Tuple.tuple().addArrayOfUUID(new UUID[] {revisionId}))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : vertx.executeBlocking(
                                () -> Optional.of(compiled(rows.iterator().next())), false));
    }

    public synchronized void put(Plan plan) {
        cache.put(plan.revisionId(), plan);
    }

    public synchronized Optional<Plan> cached(UUID revisionId) {
        return Optional.ofNullable(cache.get(revisionId));
    }

    Plan compiled(Row row) {
        return compiled(
                Dialect.ofCode(row.getShort("dialect")),
                row.getUUID("definition_id"),
                row.getUUID("revision_id"),
                Json.read(row.getString("document")));
    }

    /** Compiles, and keeps what came of it; not for an event loop. */
    public Plan compiled(Dialect dialect, UUID definitionId, UUID revisionId, JsonNode document) {
        Plan plan = compilers.get(dialect).compile(definitionId, revisionId, document);
        put(plan);
        return plan;
    }
}
