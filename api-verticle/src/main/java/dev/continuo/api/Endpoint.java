package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

/**
 * One operation.
 *
 * @param path as OpenAPI writes it: a segment is literal or one parameter in braces
 */
public record Endpoint(HttpMethod method, String path, Action action) {

    public sealed interface Action {
        /** Takes no body; one that is sent is not read. */
        record Plain(PlainAction action) implements Action {}

        /** Takes a JSON object. */
        record WithBody(BodyAction action) implements Action {}

        /** Takes any JSON value. */
        record WithJson(JsonAction action) implements Action {}

        /** Takes any JSON value, a {@link com.fasterxml.jackson.databind.node.MissingNode} when there is no body. */
        record WithOptionalJson(JsonAction action) implements Action {}

        /** Takes the body as it is, whatever its content type, as UTF-8; empty when there is none. */
        record WithText(TextAction action) implements Action {}
    }

    @FunctionalInterface
    public interface PlainAction {
        Future<Answer> answer(Call call);
    }

    @FunctionalInterface
    public interface BodyAction {
        Future<Answer> answer(Call call, ObjectNode body);
    }

    @FunctionalInterface
    public interface JsonAction {
        Future<Answer> answer(Call call, JsonNode body);
    }

    @FunctionalInterface
    public interface TextAction {
        Future<Answer> answer(Call call, String body);
    }

    public static Endpoint get(String path, PlainAction action) {
        return plain(HttpMethod.GET, path, action);
    }

    public static Endpoint delete(String path, PlainAction action) {
        return plain(HttpMethod.DELETE, path, action);
    }

    public static Endpoint post(String path, BodyAction action) {
        return new Endpoint(HttpMethod.POST, path, new Action.WithBody(action));
    }

    public static Endpoint put(String path, BodyAction action) {
        return new Endpoint(HttpMethod.PUT, path, new Action.WithBody(action));
    }

    public static Endpoint plain(HttpMethod method, String path, PlainAction action) {
        return new Endpoint(method, path, new Action.Plain(action));
    }

    public static Endpoint json(HttpMethod method, String path, JsonAction action) {
        return new Endpoint(method, path, new Action.WithJson(action));
    }

    public static Endpoint optionalJson(HttpMethod method, String path, JsonAction action) {
        return new Endpoint(method, path, new Action.WithOptionalJson(action));
    }

    public static Endpoint text(HttpMethod method, String path, TextAction action) {
        return new Endpoint(method, path, new Action.WithText(action));
    }
}
