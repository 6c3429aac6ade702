package dev.continuo.api;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** One request, as an action sees it. */
public final class Call {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final RoutingContext context;
    private final Principal principal;

    Call(RoutingContext context, Principal principal) {
        this.context = context;
        this.principal = principal;
    }

    public Principal principal() {
        return principal;
    }

    /** An id in the path; empty when it is none, which is to be answered like an id that does not exist. */
    public Optional<UUID> id(String name) {
        return uuid(context.pathParam(name));
    }

    public static Optional<UUID> uuid(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** A fresh reader of the query parameters. */
    public QueryReader query() {
        return new QueryReader(context::queryParam);
    }
}
