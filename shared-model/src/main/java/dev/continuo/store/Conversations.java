package dev.continuo.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Conversations with models. A conversation is bounded in turns and in bytes, the oldest turns go first; a namespace has a
 * bounded number of conversations, those go first that were not used for the longest time.
 */
public final class Conversations {
    /** Of a namespace. */
    public static final int MOST = 10_000;

    private static final int FORGOTTEN_AT_ONCE = 100;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param team that the conversation is with: its id means another conversation with another team */
    public record Key(String namespace, String team, String id) {
        private Tuple tuple() {
            return Tuple.of(namespace, team, id);
        }
    }

    /**
     * @param task that asked; it has one turn, however often it is executed
     * @param assistant what the model answered
     */
    public record Turn(UUID task, String user, String assistant) {
        private int bytes() {
            return user.getBytes(StandardCharsets.UTF_8).length + assistant.getBytes(StandardCharsets.UTF_8).length;
        }
    }

    /** @param bytes of all texts of a conversation, in UTF-8 */
    public record Bounds(int turns, int bytes) {}

    private final Pool pool;

    public Conversations(Pool pool) {
        this.pool = pool;
    }

    /** The oldest turn first; none, when there is no such conversation. */
    public Future<List<Turn>> read(Key key) {
        Future<List<Turn>> read = pool.preparedQuery(
                        "SELECT turns FROM conversation WHERE namespace = $1 AND team = $2 AND id = $3")
                .execute(key.tuple())
                .map(rows -> {
                    for (Row row : rows) {
                        return parse(row.getString("turns"));
                    }
                    return List.of();
                });
        return StoreFailures.named(read, "read a conversation");
    }

    /**
     * Adds a turn behind those that others may have added since the conversation was read; a turn of the same task is
     * replaced.
     *
     * @return whether it is kept: not, when it alone is longer than a conversation may be
     */
    public Future<Boolean> add(Key key, Turn turn, Bounds bounds) {
        Future<Boolean> added = pool.withTransaction(connection -> begun(connection, key)
                .compose(isNew -> connection.preparedQuery("""
                                SELECT turns FROM conversation
                                 WHERE namespace = $1 AND team = $2 AND id = $3 FOR UPDATE""").execute(key.tuple()))
                .compose(rows -> {
                    List<Turn> turns = with(parse(rows.iterator().next().getString("turns")), turn, bounds);
                    return connection
                            .preparedQuery("""
                                    UPDATE conversation SET turns = $4, updated_at = now()
                                     WHERE namespace = $1 AND team = $2 AND id = $3""")
                            .execute(key.tuple().addString(shown(turns)))
                            .map(turns.contains(turn));
                }));
        return StoreFailures.named(added, "write a conversation");
    }

    private static Future<Boolean> begun(SqlClient client, Key key) {
        return client.preparedQuery("""
                        INSERT INTO conversation (namespace, team, id, turns, updated_at) VALUES ($1, $2, $3, '[]', now())
                        ON CONFLICT DO NOTHING""")
                .execute(key.tuple())
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : forget(client, key.namespace).map(true));
    }

    /** The place is found apart from the deletion: rows that an offset passes over would all be locked. */
    private static Future<Void> forget(SqlClient client, String namespace) {
        return client.preparedQuery("""
                        DELETE FROM conversation WHERE (namespace, team, id) IN (
                            SELECT namespace, team, id FROM conversation
                             WHERE namespace = $1 AND updated_at <= (
                                 SELECT updated_at FROM conversation WHERE namespace = $1
                                  ORDER BY updated_at DESC OFFSET %d LIMIT 1)
                             ORDER BY updated_at LIMIT %d FOR UPDATE SKIP LOCKED)""".formatted(MOST, FORGOTTEN_AT_ONCE))
                .execute(Tuple.of(namespace))
                .mapEmpty();
    }

    static List<Turn> with(List<Turn> before, Turn turn, Bounds bounds) {
        List<Turn> turns = new ArrayList<>();
        boolean replaced = false;
        for (Turn old : before) {
            boolean same = old.task.equals(turn.task);
            turns.add(same ? turn : old);
            replaced |= same;
        }
        if (!replaced) {
            turns.add(turn);
        }
        int bytes = turns.stream().mapToInt(Turn::bytes).sum();
        while (turns.size() > bounds.turns || bytes > bounds.bytes) {
            bytes -= turns.removeFirst().bytes();
        }
        return turns;
    }

    private static String shown(List<Turn> turns) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(turns.size());
        for (Turn turn : turns) {
            // PostgreSQL has no text with a NUL in it.
            array.addObject()
                    .put("task", turn.task.toString())
                    .put("user", turn.user.replace('\0', ' '))
                    .put("assistant", turn.assistant.replace('\0', ' '));
        }
        return array.toString();
    }

    private static List<Turn> parse(String json) {
        try {
            List<Turn> turns = new ArrayList<>();
            for (JsonNode turn : JSON.readTree(json)) {
                turns.add(new Turn(
                        UUID.fromString(turn.path("task").asText()),
                        turn.path("user").asText(),
                        turn.path("assistant").asText()));
            }
            return turns;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A conversation is no JSON", e);
        }
    }
}
