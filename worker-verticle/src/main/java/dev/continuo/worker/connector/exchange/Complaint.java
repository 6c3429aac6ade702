package dev.continuo.worker.connector.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import java.util.function.UnaryOperator;

/** A response that is no success, in words: its status, who gave it, and the beginning of its body. */
public final class Complaint {
    private static final int SNIPPET_CHARS = 500;
    /** Longer than what is shown by more than the longest secret that a header can hold. */
    private static final int LOOKED_AT_CHARS = 128 << 10;

    private Complaint() {}

    /**
     * @param from the target that answered, after redirects
     * @param body the response's, decoded
     * @param masked takes secrets out of a text: before the text is cut, which could leave a part of one
     */
    public static String about(
            Exchange.Reply reply, HttpMethod method, Target from, JsonNode body, UnaryOperator<String> masked) {
        String because = Statuses.isRedirect(reply.status()) ? " (a redirect that was not followed)" : "";
        String snippet = snippet(reply, body, masked);
        return reply.shownStatus() + because + " from " + method + " " + from.shown()
                + (snippet.isEmpty() ? "" : ": " + snippet);
    }

    private static String snippet(Exchange.Reply reply, JsonNode body, UnaryOperator<String> masked) {
        if (body.isNull()) {
            return "";
        }
        if (body.path("_base64").isTextual()) {
            return reply.body().length() + " bytes of "
                    + body.path("_contentType").asText();
        }
        String whole = body.isTextual() ? body.textValue() : body.toString();
        String text = masked.apply(whole.substring(0, Math.min(whole.length(), LOOKED_AT_CHARS)));
        String flat = text.substring(0, Math.min(text.length(), SNIPPET_CHARS + 1))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return text.length() > SNIPPET_CHARS ? flat + "…" : flat;
    }
}
