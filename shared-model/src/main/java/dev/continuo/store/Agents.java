package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.Dialect;
import dev.continuo.store.Definitions.Audit;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Agents, by the ids that their users choose, and the immutable revisions that their tasks execute. One that is being
 * removed is there for nobody, but keeps its id and its name until it is gone. Each method is one statement.
 */
public final class Agents {
    /** The most agents that a search finds (agents: List all Agents). */
    public static final int MAX_FOUND = 5;

    private static final String COLUMNS =
            "namespace, id, name, definition_id, version, document, created_at, updated_at, created_by, updated_by";
    private static final String PRIMARY_KEY = "agent_pkey";

    private final SqlClient client;

    public Agents(Pool pool) {
        this.client = pool;
    }

    /**
     * @param definitionId tells this agent from one of the same id that was removed before
     * @param version 1 at first, one more with every update
     * @param document as it may be stored: with its secrets sealed
     */
    public record Agent(
            String namespace,
            String id,
            String name,
            UUID definitionId,
            int version,
            ObjectNode document,
            Audit audit) {}

    /** One whose removal was begun. */
    public record Removed(String namespace, String id, UUID definitionId, String by) {}

    public sealed interface Written {
        record Stored(Agent agent) implements Written {}

        /**
         * Another agent of the namespace has the same.
         *
         * @param member {@code id} or {@code name}
         */
        record Duplicate(String member) implements Written {}

        /** The agent is not at the version that was read, or not there any more. */
        record Changed() implements Written {}
    }

    /** @param document gives id, name and description */
    public Future<Written> insert(String namespace, ObjectNode document, String by) {
        String sql = """
                WITH revision AS (
                    INSERT INTO definition_revision (revision_id, definition_id, dialect, document, created_at)
                    VALUES ($6, $5, %d, $7, now()))
                INSERT INTO agent (namespace, id, name, description, definition_id, revision_id, version, document,
                                   created_at, updated_at, created_by, updated_by)
                VALUES ($1, $2, $3, $4, $5, $6, 1, $7, now(), now(), $8, $8)
                RETURNING %s
                """.formatted(Dialect.AGENTS.code(), COLUMNS);
        String id = text(document, "id");
        Tuple values = Tuple.of(namespace, id, text(document, "name"), text(document, "description"))
                .addUUID(Ids.next())
                .addUUID(Ids.next())
                .addString(Json.write(document))
                .addString(by);
        return written(sql, values, "insert agent " + id);
    }

    /** Writes a new version of an agent that is still at {@code version}. */
    public Future<Written> update(Agent agent, ObjectNode document, String by) {
        String sql = """
                WITH changed AS (
                    UPDATE agent
                       SET name = $5, description = $6, revision_id = $7, document = $8, version = version + 1,
                           updated_at = now(), updated_by = $9
                     WHERE namespace = $1 AND id = $2 AND definition_id = $3 AND version = $4 AND removed_at IS NULL
                 RETURNING *),
                revision AS (
                    INSERT INTO definition_revision (revision_id, definition_id, dialect, document, created_at)
                    SELECT revision_id, definition_id, %d, document, updated_at FROM changed)
                SELECT %s FROM changed
                """.formatted(Dialect.AGENTS.code(), COLUMNS);
        Tuple values = Tuple.of(agent.namespace(), agent.id(), agent.definitionId(), agent.version())
                .addString(text(document, "name"))
                .addString(text(document, "description"))
                .addUUID(Ids.next())
                .addString(Json.write(document))
                .addString(by);
        return written(sql, values, "update agent " + agent.id());
    }

    public Future<Optional<Agent>> find(String namespace, String id) {
        String sql = "SELECT " + COLUMNS + " FROM agent WHERE namespace = $1 AND id = $2 AND removed_at IS NULL";
        return one(sql, Tuple.of(namespace, id), "read agent " + id);
    }

    /** The revision that a task of this agent would execute now. */
    public Future<Optional<UUID>> revision(String namespace, String id) {
        String sql = "SELECT revision_id FROM agent WHERE namespace = $1 AND id = $2 AND removed_at IS NULL";
        Future<Optional<UUID>> found = client.preparedQuery(sql)
                .execute(Tuple.of(namespace, id))
                .map(rows -> Definitions.first(rows).map(row -> row.getUUID("revision_id")));
        return StoreFailures.named(found, "read the revision of agent " + id);
    }

    /** @param after only agents whose ids come behind this one: in the order of ids, which is that of their bytes */
    public Future<Listed<Agent>> list(String namespace, Optional<String> after, int limit) {
        String sql = "SELECT " + COLUMNS + " FROM agent WHERE namespace = $1 AND removed_at IS NULL"
                + " AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3";
        return Weighed.fetch(client, sql, Tuple.of(namespace, after.orElse(null), limit), "id", Agents::agent);
    }

    /**
     * The agents whose descriptions contain all of the words, in letters of any case: first those that contain the phrase,
     * then those that were changed last. At most {@link #MAX_FOUND}.
     */
    public Future<Listed<Agent>> search(String namespace, String phrase, List<String> words) {
        String sql = """
                SELECT %s, position(lower($2) IN lower(description)) = 0 AS loose
                  FROM agent
                 WHERE namespace = $1 AND removed_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM unnest($3::text[]) AS word
                                    WHERE position(lower(word) IN lower(description)) = 0)
                 ORDER BY loose, updated_at DESC, id LIMIT %d
                """.formatted(COLUMNS, MAX_FOUND);
        Tuple values = Tuple.of(namespace, phrase).addArrayOfString(words.toArray(String[]::new));
        return Weighed.fetch(client, sql, values, "loose, updated_at DESC, id", Agents::agent);
    }

    /** From now on nobody finds the agent; empty when there is none. */
    public Future<Optional<Agent>> beginRemoval(String namespace, String id, String by) {
        String sql = "UPDATE agent SET removed_at = now(), updated_by = $3"
                + " WHERE namespace = $1 AND id = $2 AND removed_at IS NULL RETURNING " + COLUMNS;
        return one(sql, Tuple.of(namespace, id, by), "begin to remove agent " + id);
    }

    /** Ends a removal that was begun: the id and the name are free then. Revisions stay. */
    public Future<Void> endRemoval(Removed agent) {
        Future<Void> ended = client.preparedQuery("DELETE FROM agent WHERE namespace = $1 AND id = $2"
                        + " AND definition_id = $3 AND removed_at IS NOT NULL")
                .execute(Tuple.of(agent.namespace(), agent.id(), agent.definitionId()))
                .mapEmpty();
        return StoreFailures.named(ended, "remove agent " + agent.id());
    }

    /** Those whose removal was begun that long ago, and has not ended. */
    public Future<List<Removed>> removedBefore(Duration age, int limit) {
        String sql = """
                SELECT namespace, id, definition_id, updated_by FROM agent
                 WHERE removed_at < now() - make_interval(secs => $1) ORDER BY removed_at LIMIT $2
                """;
        Future<List<Removed>> left = client.preparedQuery(sql)
                .execute(Tuple.of((double) age.toSeconds(), limit))
                .map(rows -> {
                    List<Removed> list = new ArrayList<>(rows.size());
                    rows.forEach(row -> list.add(new Removed(
                            row.getString("namespace"),
                            row.getString("id"),
                            row.getUUID("definition_id"),
                            row.getString("updated_by"))));
                    return List.copyOf(list);
                });
        return StoreFailures.named(left, "list agents that are being removed");
    }

    private Future<Written> written(String sql, Tuple values, String what) {
        Future<Written> written = client.preparedQuery(sql)
                .execute(values)
                .<Written>map(rows -> Definitions.first(rows)
                        .<Written>map(row -> new Written.Stored(agent(row)))
                        .orElseGet(Written.Changed::new))
                .recover(failure -> failure instanceof PgException refusal && PgErrors.duplicate(refusal)
                        ? Future.succeededFuture(new Written.Duplicate(duplicated(refusal)))
                        : Future.failedFuture(failure));
        return StoreFailures.named(written, what);
    }

    private static String duplicated(PgException refusal) {
        return PRIMARY_KEY.equals(refusal.getConstraint()) ? "id" : "name";
    }

    private Future<Optional<Agent>> one(String sql, Tuple values, String what) {
        Future<Optional<Agent>> found = client.preparedQuery(sql)
                .execute(values)
                .map(rows -> Definitions.first(rows).map(Agents::agent));
        return StoreFailures.named(found, what);
    }

    private static String text(ObjectNode document, String member) {
        return document.path(member).textValue();
    }

    private static Agent agent(Row row) {
        return new Agent(
                row.getString("namespace"),
                row.getString("id"),
                row.getString("name"),
                row.getUUID("definition_id"),
                row.getInteger("version"),
                (ObjectNode) Json.read(row.getString("document")),
                Audit.of(row));
    }
}
