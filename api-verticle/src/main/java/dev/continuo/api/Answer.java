package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;

/** What a request is answered with. */
public sealed interface Answer permits Answer.Json, Answer.Text, Problem {

    record Json(int status, JsonNode body) implements Answer {}

    /** Answered with 200. */
    record Text(String contentType, String body) implements Answer {}

    static Answer ok(JsonNode body) {
        return new Json(200, body);
    }

    static Answer created(JsonNode body) {
        return new Json(201, body);
    }

    default Future<Answer> now() {
        return Future.succeededFuture(this);
    }
}
