package dev.continuo.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts endpoints on a router: reads the body, asks who is calling, writes the answer, turns failures into problems. */
final class Routes {
    private final Authenticator authenticator;
    private final HttpMeters meters;
    private final int maxBodyBytes;

    Routes(Authenticator authenticator, HttpMeters meters, int maxBodyBytes) {
        this.authenticator = authenticator;
        this.meters = meters;
        this.maxBodyBytes = maxBodyBytes;
    }

    Router router(Vertx vertx, List<Endpoint> endpoints) {
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            meters.begun(context);
            context.next();
        });
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
        for (Endpoint endpoint : endpoints) {
            Route route = on(router.route(endpoint.routerPath()), endpoint);
            route.handler(context -> {
                HttpMeters.route(context, endpoint.path());
                context.next();
            });
            Route serving = on(router.route(endpoint.routerPath()), endpoint);
            if (endpoint.action() instanceof Endpoint.Action.WithBody) {
                serving.handler(bodies);
            }
            serving.handler(context -> serve(context, endpoint));
        }
        refuseOtherMethods(router, endpoints);
        router.errorHandler(
                400, context -> write(context, Problem.badRequest("The request's path or query is malformed")));
        router.errorHandler(404, context -> write(context, Problem.of(404, "There is nothing at this path")));
        router.errorHandler(
                413, context -> write(context, Problem.of(413, "The body is larger than " + maxBodyBytes + " bytes")));
        router.errorHandler(500, context -> {
            Throwable failure = Optional.ofNullable(context.failure())
                    .orElseGet(() -> new IllegalStateException("No handler answered"));
            write(context, Failures.problem(failure, name(context)));
        });
        return router;
    }

    /** What can be got can be asked for its head alone (RFC 9110, 9.3.2). */
    private static Route on(Route route, Endpoint endpoint) {
        return endpoint.method().equals(HttpMethod.GET)
                ? route.method(HttpMethod.GET).method(HttpMethod.HEAD)
                : route.method(endpoint.method());
    }

    private static void refuseOtherMethods(Router router, List<Endpoint> endpoints) {
        List<String> paths = endpoints.stream().map(Endpoint::path).distinct().toList();
        for (String path : paths) {
            List<Endpoint> there = endpoints.stream()
                    .filter(endpoint -> endpoint.path().equals(path))
                    .toList();
            String allowed = there.stream()
                    .map(endpoint -> endpoint.method().name())
                    .flatMap(method -> method.equals("GET") ? Stream.of(method, "HEAD") : Stream.of(method))
                    .collect(Collectors.collectingAndThen(
                            Collectors.toCollection(TreeSet::new), names -> String.join(", ", names)));
            router.route(there.getFirst().routerPath()).handler(context -> {
                HttpMeters.route(context, path);
                context.response().putHeader(HttpHeaders.ALLOW, allowed);
                write(context, Problem.of(405, "This path allows only " + allowed));
            });
        }
    }

    private void serve(RoutingContext context, Endpoint endpoint) {
        authenticate(context)
                .compose(principal -> answer(context, endpoint, new Call(context, principal)))
                .onSuccess(answer -> write(context, answer))
                .onFailure(failure -> write(context, Failures.problem(failure, name(context))));
    }

    private Future<Principal> authenticate(RoutingContext context) {
        return authenticator.authenticate(context.request());
    }

    private static Future<Answer> answer(RoutingContext context, Endpoint endpoint, Call call) {
        return switch (endpoint.action()) {
            case Endpoint.Action.Plain(Endpoint.PlainAction action) -> action.answer(call);
            case Endpoint.Action.WithBody(Endpoint.BodyAction action) -> {
                Optional<String> contentType =
                        Optional.ofNullable(context.request().getHeader(HttpHeaders.CONTENT_TYPE));
                yield switch (JsonBody.parse(contentType, context.body().buffer())) {
                    case JsonBody.Parsed.Ok(var body) -> action.answer(call, body);
                    case JsonBody.Parsed.Bad(Problem problem) -> problem.now();
                };
            }
        };
    }

    private static void write(RoutingContext context, Answer answer) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        switch (answer) {
            case Answer.Json(int status, var body) -> {
                response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
                end(context, JsonBody.bytes(body));
            }
            case Answer.Text(String contentType, String body) -> {
                response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
                end(context, Buffer.buffer(body));
            }
            case Problem problem -> {
                response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
                problem.retryAfter()
                        .ifPresent(wait -> response.putHeader(
                                HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
                end(context, JsonBody.bytes(problem.body(context.request().path())));
            }
        }
    }

    private static void end(RoutingContext context, Buffer body) {
        HttpServerResponse response = context.response();
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
