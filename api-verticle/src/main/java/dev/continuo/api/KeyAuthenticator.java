package dev.continuo.api;

import dev.continuo.engine.AccessKeys;
import dev.continuo.identity.Access;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Lets in who has an API key, in the header {@value #HEADER} (agents: authentication). */
public final class KeyAuthenticator implements Authenticator {
    public static final String HEADER = "apikey";

    /** What RFC 9110 wants with a 401; there is no registered name for this way of asking. */
    private static final String CHALLENGE = "ApiKey realm=\"continuo\"";

    private final AccessKeys keys;

    public KeyAuthenticator(AccessKeys keys) {
        this.keys = keys;
    }

    @Override
    public Future<Principal> authenticate(HttpServerRequest request) {
        String given = request.getHeader(HEADER);
        Future<Optional<Access>> access =
                given == null ? Future.succeededFuture(Optional.empty()) : keys.check(given.strip());
        return access.compose(found -> found.map(KeyAuthenticator::letIn).orElseGet(KeyAuthenticator::refuse));
    }

    /** The sender as the key tells it. */
    public static Principal principal(Access access) {
        return Principal.of(access.owner(), new Principal.Grant(access.keyId(), access.namespace(), access.role()));
    }

    private static Future<Principal> letIn(Access access) {
        return Future.succeededFuture(principal(access));
    }

    /** The same for every reason: nobody learns whether a key has been one. */
    private static Future<Principal> refuse() {
        Problem problem = Problem.of(401, "Unauthorized. API key is invalid");
        return Future.failedFuture(new Refused(problem.with("WWW-Authenticate", CHALLENGE)));
    }
}
