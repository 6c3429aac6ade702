package dev.continuo.worker.connector.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;

/** A response that is no success, in words: its status, who gave it, and the beginning of its body. */
public final class Complaint {
    private static final int SNIPPET_CHARS = 500;

    private Complaint() {}

    /**
     * @param from the target that answered, after redirects
     * @param body the response's, decoded
     */
    public static String about(Exchange.Reply reply, HttpMethod method, Target from, JsonNode body) {
        String because = Statuses.isRedirect(reply.status()) ? " (a redirect that was not followed)" : "";
        String snippet = snippet(reply, body);
        return reply.shownStatus() + because + " from " + method + " " + from.shown()
                + (snippet.isEmpty() ? "" : ": " + snippet);
    }

    private static String snippet(Exchange.Reply reply, JsonNode body) {
        if (body.isNull()) {
            return "";
        }
        if (body.path("_base64").isTextual()) {
            return reply.body().length() + " bytes of "
                    + body.path("_contentType").asText();
        }
        String text = body.isTextual() ? body.textValue() : body.toString();
        String flat = text.substring(0, Math.min(text.length(), SNIPPET_CHARS + 1))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return text.length() > SNIPPET_CHARS ? flat + "…" : flat;
    }
}
