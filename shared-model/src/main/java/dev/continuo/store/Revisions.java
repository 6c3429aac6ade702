package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Dialect;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Snapshots of definitions, stored under ids that their contents give: one that is the same is stored once. */
public final class Revisions {
    private static final String INSERT = """
            INSERT INTO definition_revision (revision_id, definition_id, dialect, document, created_at)
            VALUES ($1, $2, $3, $4, now())
            ON CONFLICT (revision_id) DO NOTHING
            """;

    private final SqlClient client;

    public Revisions(SqlClient client) {
        this.client = client;
    }

    /**
     * @param text what is stored
     */
    public record Revision(UUID id, UUID definitionId, String text) {}

    /** A snapshot of the definition with this name. */
    public static Revision of(Dialect dialect, String namespace, String name, JsonNode document) {
        String text = Json.write(document);
        String definition = dialect + "\n" + namespace + "\n" + name;
        return new Revision(hashed(definition + "\n" + text), hashed(definition), text);
    }

    /** A UUID of version 8, whose bits are those of a SHA-256. */
    private static UUID hashed(String text) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            long most = hash.getLong() & 0xffff_ffff_ffff_0fffL | 0x8000L;
            long least = hash.getLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
            return new UUID(most, least);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    public Future<Void> insert(Dialect dialect, Revision revision) {
        Future<Void> inserted = client.preparedQuery(INSERT)
                .execute(Tuple.of(revision.id(), revision.definitionId(), dialect.code(), revision.text()))
                .mapEmpty();
        return StoreFailures.named(inserted, "insert revision " + revision.id());
    }
}
