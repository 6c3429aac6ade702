package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** What a request is answered with. */
public sealed interface Answer permits Answer.Json, Answer.Text, Answer.Empty, Answer.Headed, Answer.Stream, Problem {

    String PLAIN_TEXT = "text/plain; charset=utf-8";

    record Json(int status, JsonNode body) implements Answer {}

    record Text(int status, String contentType, String body) implements Answer {
        /** Answered with 200. */
        public Text(String contentType, String body) {
            this(200, contentType, body);
        }
    }

    /** A status without a body. */
    record Empty(int status) implements Answer {}

    /** An answer with one more header. */
    record Headed(String name, String value, Answer answer) implements Answer {}

    /**
     * Server-sent events, over time, with 200.
     *
     * @param begin gets what takes the events, on the event loop; not called when nobody is to get any
     */
    record Stream(Consumer<EventSink> begin) implements Answer {}

    static Answer ok(JsonNode body) {
        return new Json(200, body);
    }

    static Answer created(JsonNode body) {
        return new Json(201, body);
    }

    /** Text as it is, such as a bare id, with 200. */
    static Answer text(String body) {
        return new Text(PLAIN_TEXT, body);
    }

    /** 200 without a body. */
    static Answer done() {
        return new Empty(200);
    }

    /** 204. */
    static Answer nothing() {
        return new Empty(204);
    }

    default Answer with(String header, String value) {
        return new Headed(header, value, this);
    }

    default Future<Answer> now() {
        return Future.succeededFuture(this);
    }
}
