package dev.continuo.api.admin;

import dev.continuo.api.Authenticator;
import dev.continuo.api.KeyAuthenticator;
import dev.continuo.api.Principal;
import dev.continuo.api.Problem;
import dev.continuo.api.Refused;
import dev.continuo.engine.AccessKeys;
import dev.continuo.engine.Setting;
import dev.continuo.engine.Settings;
import dev.continuo.identity.Access;
import dev.continuo.identity.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets in who may administer: with the server's token or an API key of the role admin, as a bearer token (the key also in
 * the header {@value KeyAuthenticator#HEADER}); where it is open to this machine, its programs, too. Who comes without a
 * key may do everything, and has no {@link Principal.Grant}.
 */
final class AdminAuthenticator implements Authenticator {
    private static final String SCHEME = "bearer ";
    private static final String CHALLENGE = "Bearer realm=\"continuo admin\"";

    private final AccessKeys keys;
    private final Settings.Admin admin;

    AdminAuthenticator(AccessKeys keys, Settings.Admin admin) {
        this.keys = keys;
        this.admin = admin;
    }

    @Override
    public Future<Principal> authenticate(HttpServerRequest request) {
        Optional<String> given = given(request);
        if (given.isPresent()) {
            return isToken(given.get())
                    ? Future.succeededFuture(Principal.ANONYMOUS)
                    : keys.check(given.get()).compose(AdminAuthenticator::withKey);
        }
        if (admin.openToLoopback() && Loopback.direct(request)) {
            return Future.succeededFuture(Principal.ANONYMOUS);
        }
        return unauthorized(missing(request));
    }

    private static Optional<String> given(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            boolean bearer = authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME);
            return Optional.of(bearer ? authorization.substring(SCHEME.length()).strip() : authorization);
        }
        return Optional.ofNullable(request.getHeader(KeyAuthenticator.HEADER)).map(String::strip);
    }

    private boolean isToken(String given) {
        // How long the comparison takes tells nothing of the token but, at most, its length.
        return admin.token()
                .map(token -> MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8)))
                .orElse(false);
    }

    private static Future<Principal> withKey(Optional<Access> access) {
        if (access.isEmpty()) {
            return unauthorized("The admin token or API key is invalid");
        }
        return access.get().role() == Role.ADMIN
                ? Future.succeededFuture(KeyAuthenticator.principal(access.get()))
                : Future.failedFuture(new Refused(Problem.of(403, "This needs an API key with the role admin")));
    }

    private String missing(HttpServerRequest request) {
        String means = admin.token().isPresent()
                ? "Send the server's admin token"
                : "Set " + Setting.ADMIN_TOKEN.environmentVariable() + " for the server and send its value";
        String whyNotOpen = admin.openToLoopback() && Loopback.near(request)
                ? ". Programs of this machine need neither, but this request came through a browser or a proxy, or names"
                        + " another host"
                : "";
        return "The admin API needs a token. " + means + ", or an API key with the role admin, as Authorization: Bearer"
                + whyNotOpen;
    }

    private static Future<Principal> unauthorized(String detail) {
        Problem problem = Problem.of(401, detail);
        return Future.failedFuture(new Refused(problem.with("WWW-Authenticate", CHALLENGE)));
    }
}
