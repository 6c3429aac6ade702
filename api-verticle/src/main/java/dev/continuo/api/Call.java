package dev.continuo.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** One request, as an action sees it. */
public final class Call {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final RoutingContext context;
    private final Principal principal;
    private final Map<String, String> parameters;

    /** @param parameters of the path, decoded */
    Call(RoutingContext context, Principal principal, Map<String, String> parameters) {
        this.context = context;
        this.principal = principal;
        this.parameters = Map.copyOf(parameters);
    }

    public Principal principal() {
        return principal;
    }

    /** An id in the path; empty when it is none, which is to be answered like an id that does not exist. */
    public Optional<UUID> id(String name) {
        return uuid(path(name));
    }

    /** A parameter of the path, decoded: not empty, without control characters. */
    public String path(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The path has no parameter " + name);
        }
        return value;
    }

    /** The first header of that name; empty when there is none or it is blank. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(context.request().getHeader(name)).filter(value -> !value.isBlank());
    }

    /** Scheme and host as the client, or the proxy in front of this server, names them. */
    public String origin() {
        HttpServerRequest request = context.request();
        String scheme = header("X-Forwarded-Proto").filter(SCHEMES::contains).orElse(request.scheme());
        String host = header("X-Forwarded-Host").orElseGet(() -> String.valueOf(request.authority()));
        return scheme + "://" + host;
    }

    /** Nobody reads the answer any more. */
    public boolean gone() {
        return context.response().closed();
    }

    /** Happens when the client goes before it has its answer. */
    public void whenGone(Runnable action) {
        context.response().closeHandler(closed -> action.run());
    }

    public static Optional<UUID> uuid(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** All query parameters, decoded, each with its values. */
    public Map<String, List<String>> parameters() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        context.queryParams().names().forEach(name -> all.put(name, context.queryParam(name)));
        return all;
    }

    /** A reader of query parameters, and of headers where a parameter is not there. */
    public QueryReader queryOrHeaders() {
        return new QueryReader(name -> {
            List<String> given = context.queryParam(name);
            return given.isEmpty() ? header(name).map(List::of).orElseGet(List::of) : given;
        });
    }

    /** Whether the path has a parameter of that name. */
    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** A fresh reader of the query parameters. */
    public QueryReader query() {
        return new QueryReader(context::queryParam);
    }
}
