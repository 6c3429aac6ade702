package dev.continuo.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
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

/** Puts endpoints on a router: reads the body, asks who is calling, writes the answer, turns failures into problems. */
final class Routes {
    private final Authenticator authenticator;
    private final int maxBodyBytes;

    Routes(Authenticator authenticator, int maxBodyBytes) {
        this.authenticator = authenticator;
        this.maxBodyBytes = maxBodyBytes;
    }

    Router router(Vertx vertx, List<Endpoint> endpoints) {
        Router router = Router.router(vertx);
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
        for (Endpoint endpoint : endpoints) {
            Route route = router.route(endpoint.method(), endpoint.routerPath());
            if (endpoint.action() instanceof Endpoint.Action.WithBody) {
                route.handler(bodies);
            }
            route.handler(context -> serve(context, endpoint));
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

    private static void refuseOtherMethods(Router router, List<Endpoint> endpoints) {
        List<String> paths =
                endpoints.stream().map(Endpoint::routerPath).distinct().toList();
        for (String path : paths) {
            String allowed = endpoints.stream()
                    .filter(endpoint -> endpoint.routerPath().equals(path))
                    .map(endpoint -> endpoint.method().name())
                    .collect(Collectors.collectingAndThen(
                            Collectors.toCollection(TreeSet::new), names -> String.join(", ", names)));
            router.route(path).handler(context -> {
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
                response.end(JsonBody.bytes(body));
            }
            case Answer.Text(String contentType, String body) -> {
                response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
                response.end(body);
            }
            case Problem problem -> {
                response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
                problem.retryAfter()
                        .ifPresent(wait -> response.putHeader(
                                HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds()))));
                response.end(JsonBody.bytes(problem.body(context.request().path())));
            }
        }
    }

    private static String name(RoutingContext context) {
        HttpServerRequest request = context.request();
        return request.method() + " " + request.path();
    }
}
