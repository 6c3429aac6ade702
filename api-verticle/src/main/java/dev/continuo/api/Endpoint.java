package dev.continuo.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

/**
 * One operation.
 *
 * @param path as OpenAPI writes it, parameters in braces
 */
public record Endpoint(HttpMethod method, String path, Action action) {

    public sealed interface Action {
        /** Takes no body; one that is sent is not read. */
        record Plain(PlainAction action) implements Action {}

        /** Takes a JSON object. */
        record WithBody(BodyAction action) implements Action {}
    }

    @FunctionalInterface
    public interface PlainAction {
        Future<Answer> answer(Call call);
    }

    @FunctionalInterface
    public interface BodyAction {
        Future<Answer> answer(Call call, ObjectNode body);
    }

    public static Endpoint get(String path, PlainAction action) {
        return new Endpoint(HttpMethod.GET, path, new Action.Plain(action));
    }

    public static Endpoint delete(String path, PlainAction action) {
        return new Endpoint(HttpMethod.DELETE, path, new Action.Plain(action));
    }

    public static Endpoint post(String path, BodyAction action) {
        return new Endpoint(HttpMethod.POST, path, new Action.WithBody(action));
    }

    public static Endpoint put(String path, BodyAction action) {
        return new Endpoint(HttpMethod.PUT, path, new Action.WithBody(action));
    }

    /** The path as the router writes it. */
    String routerPath() {
        return path.replace("{", ":").replace("}", "");
    }
}
