package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A refusal (RFC 9457, {@code application/problem+json}). Its type is {@code about:blank}, so the title is the status in
 * words; {@code message} repeats the detail for clients that look there.
 *
 * @param errors each single thing that is wrong, where there may be several
 * @param retryAfter when trying again makes sense
 */
public record Problem(int status, String detail, List<Flaw> errors, Optional<Duration> retryAfter) implements Answer {

    public static final String CONTENT_TYPE = "application/problem+json";

    /** One thing that is wrong with a request. */
    public sealed interface Flaw {
        String message();

        /** In the body, at a JSON Pointer (RFC 6901). */
        record InBody(String pointer, String message) implements Flaw {}

        /**
         * In the body.
         *
         * @param path as the dialect writes it
         * @param value what stands there; a null or missing node for nothing, or for what is not shown
         */
        record AtPath(String path, String message, JsonNode value) implements Flaw {}

        record InQuery(String parameter, String message) implements Flaw {}
    }

    public static Problem of(int status, String detail) {
        return new Problem(status, detail, List.of(), Optional.empty());
    }

    public static Problem badRequest(String detail) {
        return of(400, detail);
    }

    /** One flaw tells the whole story; several are counted and listed. */
    public static Problem flawed(String what, List<? extends Flaw> flaws) {
        String detail = flaws.size() == 1
                ? flaws.getFirst().message()
                : what + " has " + flaws.size() + " faults; the first: "
                        + flaws.getFirst().message();
        return new Problem(400, detail, List.copyOf(flaws), Optional.empty());
    }

    public static Problem flawed(Flaw flaw) {
        return flawed("The request", List.of(flaw));
    }

    public Problem retryAfter(Duration wait) {
        return new Problem(status, detail, errors, Optional.of(wait));
    }

    /** @param instance the path that was asked for */
    ObjectNode body(String instance) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank");
        body.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        body.put("status", status);
        body.put("detail", detail);
        // A 404 must not tell an id that never was from one that is somebody else's, so it repeats nothing.
        if (status != 404) {
            body.put("instance", instance);
        }
        body.put("message", detail);
        if (!errors.isEmpty()) {
            ArrayNode list = body.putArray("errors");
            for (Flaw flaw : errors) {
                ObjectNode entry = list.addObject();
                switch (flaw) {
                    case Flaw.InBody(String pointer, String message) -> entry.put("pointer", pointer);
                    case Flaw.AtPath(String path, String message, JsonNode value) -> entry.put("path", path);
                    case Flaw.InQuery(String parameter, String message) -> entry.put("parameter", parameter);
                }
                entry.put("message", flaw.message());
            }
        }
        return body;
    }
}
