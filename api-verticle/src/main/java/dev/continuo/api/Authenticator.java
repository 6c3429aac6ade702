package dev.continuo.api;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** Finds out who sends a request, before anything else is done with it. One serves all event loops of a process. */
@FunctionalInterface
public interface Authenticator {
    Authenticator OPEN = request -> Future.succeededFuture(Principal.ANONYMOUS);

    /**
     * Fails with {@link Refused} when the sender is not let in. Completes on the caller's event loop, and does not touch
     * the request's body.
     */
    Future<Principal> authenticate(HttpServerRequest request);
}
