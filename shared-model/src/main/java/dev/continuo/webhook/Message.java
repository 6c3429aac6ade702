package dev.continuo.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.webhook.TaskDocuments.Document;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * What is sent to a receiver: what a task was at some moment. All its attempts have the same id and body.
 *
 * @param version of the run that it shows
 * @param isFinal whether none will come after it
 */
public record Message(String id, int version, boolean isFinal, Body body) {
    private static final String PREFIX = "msg_";

    /** A text that no log shows, since it holds what a task brought about. */
    public static final class Body {
        private final String text;
        private final byte[] bytes;

        public Body(String text) {
            this.text = text;
            this.bytes = text.getBytes(StandardCharsets.UTF_8);
        }

        public String text() {
            return text;
        }

        /** Not to be changed. */
        public byte[] bytes() {
            return bytes;
        }

        /** By which two bodies are known to be the same. */
        public byte[] digest() {
            try {
                return MessageDigest.getInstance("SHA-256").digest(bytes);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("The Java runtime lacks SHA-256", e);
            }
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    public static Message of(UUID id, Document document, Function<JsonNode, String> json) {
        return new Message(
                PREFIX + id.toString().replace("-", ""),
                document.version(),
                document.ended(),
                new Body(json.apply(document.body())));
    }

    /** Whether it tells anything that the message with this digest did not. The final one always does. */
    public boolean isNews(Optional<byte[]> last) {
        return isFinal
                || last.filter(digest -> Arrays.equals(digest, body.digest())).isEmpty();
    }
}
