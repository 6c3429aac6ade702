package dev.continuo.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Finds out who sends a request, before anything else is done with it. */
@FunctionalInterface
public interface Authenticator {
    Authenticator OPEN = request -> Future.succeededFuture(Principal.ANONYMOUS);

    Future<Principal> authenticate(HttpServerRequest request);
}
