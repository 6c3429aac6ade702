package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts endpoints on a router: finds the one that is asked for, reads the body, asks who is calling, writes the answer,
 * turns failures into problems and words them as the dialect does.
 */
final class Routes {
    private static final String FOUND = Routes.class.getName();
    private static final String PRINCIPAL = Principal.class.getName();
    private static final Problem MALFORMED = Problem.badRequest("The request's path or query is malformed");
    private static final Problem NOTHING = Problem.of(404, "There is nothing at this path");

    private final HttpMeters meters;
    private final EventStreams streams;
    private final int maxBodyBytes;
    private final PathTree<Served> tree = new PathTree<>();
    private final List<Root> roots = new ArrayList<>();

    private record Served(Endpoint endpoint, Wording wording, Authenticator authenticator) {}

    /** Whose the paths are that nothing serves: the dialect's with the longest such root. */
    private record Root(String path, Wording wording) {
        boolean above(String asked) {
            return asked.startsWith(path) && (asked.length() == path.length() || asked.charAt(path.length()) == '/');
        }
    }

    private record Found(Served served, Map<String, String> parameters) {}

    Routes(HttpMeters meters, EventStreams streams, int maxBodyBytes) {
        this.meters = meters;
        this.streams = streams;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** @throws IllegalArgumentException when another endpoint has the same method and path */
    Routes add(DialectApi dialect, List<Endpoint> endpoints) {
        roots.add(new Root(dialect.root(), dialect.wording()));
        return add(dialect.wording(), dialect.authenticator(), endpoints);
    }

    /** What is no dialect's, and open to everybody. */
    Routes add(List<Endpoint> endpoints) {
        return add(Wording.PROBLEM_JSON, Authenticator.OPEN, endpoints);
    }

    private Routes add(Wording wording, Authenticator authenticator, List<Endpoint> endpoints) {
        endpoints.forEach(
                endpoint -> tree.add(endpoint.method(), endpoint.path(), new Served(endpoint, wording, authenticator)));
        return this;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
        router.route().handler(context -> {
            meters.begun(context);
            find(context);
        });
        router.route().handler(this::authenticate);
        router.route().handler(context -> readBody(context, bodies));
        router.route().handler(this::serve);
        router.errorHandler(400, context -> write(context, MALFORMED));
        router.errorHandler(404, context -> write(context, NOTHING));
        router.errorHandler(
                413, context -> write(context, Problem.of(413, "The body is larger than " + maxBodyBytes + " bytes")));
        router.errorHandler(500, context -> {
            Throwable failure = Optional.ofNullable(context.failure())
                    .orElseGet(() -> new IllegalStateException("No handler answered"));
            write(context, Failures.problem(failure, name(context)));
        });
        return router;
    }

    private void find(RoutingContext context) {
        switch (tree.find(context.request().method(), context.normalizedPath())) {
            case PathTree.Found.Served<Served>(Served served, String path, Map<String, String> parameters) -> {
                HttpMeters.route(context, path);
                begin(context, served, parameters);
            }
            case PathTree.Found.OtherMethods<Served>(String path, Set<String> methods) -> {
                HttpMeters.route(context, path);
                String allowed = String.join(", ", methods);
                context.response().putHeader(HttpHeaders.ALLOW, allowed);
                write(context, Problem.of(405, "This path allows only " + allowed));
            }
            case PathTree.Found.Nothing<Served> nothing -> write(context, NOTHING);
        }
    }

    private void begin(RoutingContext context, Served served, Map<String, String> encoded) {
        Map<String, String> parameters = new HashMap<>();
        for (Map.Entry<String, String> entry : encoded.entrySet()) {
            Optional<String> decoded = decoded(entry.getValue(), served.wording.plusIsSpace());
            if (decoded.isEmpty()) {
                write(context, MALFORMED);
                return;
            }
            parameters.put(entry.getKey(), decoded.get());
        }
        context.put(FOUND, new Found(served, parameters));
        context.next();
    }

    /** Decoded after the path was cut into segments, so that a slash may be part of a name. */
    private static Optional<String> decoded(String parameter, boolean plusIsSpace) {
        if (parameter.indexOf('%') < 0 && (!plusIsSpace || parameter.indexOf('+') < 0)) {
            return Optional.of(parameter);
        }
        try {
            // In a path, unlike in a query, a plus is a plus, unless the dialect's clients see it otherwise.
            String form = plusIsSpace ? parameter : parameter.replace("+", "%2B");
            String text = URLDecoder.decode(form, StandardCharsets.UTF_8);
            // Postgres takes no NUL, and nothing that has a name has such characters in it.
            return text.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Before the body is read: nobody fills memory who is not let in. */
    private void authenticate(RoutingContext context) {
        Found found = context.get(FOUND);
        HttpServerRequest request = context.request();
        Future<Principal> principal = found.served.authenticator.authenticate(request);
        boolean waits = !principal.isComplete();
        if (waits) {
            request.pause();
        }
        principal.onComplete(known -> {
            if (known.succeeded()) {
                context.put(PRINCIPAL, known.result());
                context.next();
            } else {
                refuse(context, known.cause());
            }
            if (waits) {
                // Not before somebody reads the body: what comes then would be lost.
                request.resume();
            }
        });
    }

    private void refuse(RoutingContext context, Throwable failure) {
        write(
                context,
                failure instanceof Refused refused ? refused.answer() : Failures.problem(failure, name(context)));
    }

    private static void readBody(RoutingContext context, Handler<RoutingContext> bodies) {
        Found found = context.get(FOUND);
        if (found.served.endpoint.action() instanceof Endpoint.Action.Plain) {
            context.next();
        } else {
            bodies.handle(context);
        }
    }

    private void serve(RoutingContext context) {
        Found found = context.get(FOUND);
        Call call = new Call(context, context.get(PRINCIPAL), found.parameters);
        answer(context, found.served.endpoint, call)
                .onSuccess(answer -> write(context, answer))
                .onFailure(failure -> write(context, Failures.problem(failure, name(context))));
    }

    private static Future<Answer> answer(RoutingContext context, Endpoint endpoint, Call call) {
        return switch (endpoint.action()) {
            case Endpoint.Action.Plain(Endpoint.PlainAction action) -> action.answer(call);
            case Endpoint.Action.WithBody(Endpoint.BodyAction action) ->
                parsed(context, JsonBody.Kind.OBJECT, body -> action.answer(call, (ObjectNode) body));
            case Endpoint.Action.WithJson(Endpoint.JsonAction action) ->
                parsed(context, JsonBody.Kind.ANY, body -> action.answer(call, body));
            case Endpoint.Action.WithOptionalJson(Endpoint.JsonAction action) ->
                text(context).isEmpty()
                        ? action.answer(call, MissingNode.getInstance())
                        : parsed(context, JsonBody.Kind.ANY, body -> action.answer(call, body));
            case Endpoint.Action.WithText(Endpoint.TextAction action) -> action.answer(call, text(context));
        };
    }

    private static Future<Answer> parsed(
            RoutingContext context, JsonBody.Kind kind, Function<JsonNode, Future<Answer>> action) {
        Optional<String> contentType = Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
        return switch (JsonBody.parse(contentType, context.body().buffer(), kind)) {
            case JsonBody.Parsed.Ok(JsonNode body) -> action.apply(body);
            case JsonBody.Parsed.Bad(Problem problem) -> problem.now();
        };
    }

    private static String text(RoutingContext context) {
        Buffer body = context.body().buffer();
        return body == null ? "" : body.toString(StandardCharsets.UTF_8);
    }

    private void write(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        switch (answer) {
            case Answer.Json(int status, JsonNode body) ->
                end(context, status, "application/json", JsonBody.bytes(body));
            case Answer.Text(int status, String contentType, String body) ->
                end(context, status, contentType, Buffer.buffer(body));
            case Answer.Empty(int status) -> response.setStatusCode(status).end();
            case Answer.Headed(String name, String value, Answer headed) -> {
                response.putHeader(name, value);
                write(context, headed);
            }
            case Answer.Stream(Consumer<EventSink> begin) -> stream(context, begin);
            case Problem problem -> {
                Wording wording = wording(context);
                problem.retryAfter()
                        .ifPresent(wait -> response.putHeader(
                                HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
                String path = context.request().path();
                end(context, problem.status(), wording.contentType(), JsonBody.bytes(wording.body(problem, path)));
            }
        }
    }

    private void stream(RoutingContext context, Consumer<EventSink> begin) {
        if (context.request().method().equals(HttpMethod.HEAD)) {
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, EventStream.CONTENT_TYPE)
                    .end();
        } else {
            streams.open(context, begin).ifPresent(refusal -> write(context, refusal));
        }
    }

    private Wording wording(RoutingContext context) {
        Found found = context.get(FOUND);
        if (found != null) {
            return found.served.wording;
        }
        String path = Optional.ofNullable(context.request().path()).orElse("");
        return roots.stream()
                .filter(root -> root.above(path))
                .max(Comparator.comparingInt(root -> root.path.length()))
                .map(Root::wording)
                .orElse(Wording.PROBLEM_JSON);
    }

    private static void end(RoutingContext context, int status, String contentType, Buffer body) {
        HttpServerResponse response = context.response();
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            response.end();
        } else {
            response.end(body);
        }
    }

    private static String name(RoutingContext context) {
        HttpServerRequest request = context.request();
        return request.method() + " " + request.path();
    }
}
