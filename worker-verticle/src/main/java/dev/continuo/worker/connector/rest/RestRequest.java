package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.exchange.RequestText;
import dev.continuo.worker.connector.exchange.Target;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code _inputParams} ask for.
 *
 * @param timeout over everything: tokens, redirects and the body included
 * @param retryOn status codes that are retried although they would not be otherwise
 * @param toFile the response is wanted in the file service
 */
record RestRequest(
        HttpMethod method,
        Target target,
        MultiMap headers,
        Optional<Buffer> body,
        Auth auth,
        Duration timeout,
        Set<Integer> retryOn,
        boolean toFile) {
    static final int DEFAULT_TIMEOUT_SECONDS = 30;
    static final int MAX_TIMEOUT_SECONDS = 600;

    static RestRequest parse(JsonNode input) {
        JsonNode args = input.path("_args");
        if (!args.isMissingNode() && !args.isNull() && !args.isObject()) {
            throw new InvalidInput("_args must be an object");
        }
        HttpMethod method = RequestText.method(args.path("_method").asText("GET"), "_args._method");
        if (!input.path("_url").isTextual()) {
            throw new InvalidInput("_url must be a string");
        }
        Target target = Target.parse(input.path("_url").textValue(), "_url").withQuery(query(args), "_url");
        MultiMap headers = headers(args);
        Optional<Buffer> body = body(args, headers);
        return new RestRequest(
                method,
                target,
                headers,
                body,
                Auth.parse(input.path("_auth")),
                timeout(args.path("_timeoutSeconds")),
                retryOn(args.path("_retryOn")),
                toFile(input.path("_to")));
    }

    private static MultiMap headers(JsonNode args) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.set("accept", "application/json, */*;q=0.8");
        headers.set("user-agent", "continuo");
        for (String place : List.of("headers", "_headers")) {
            args.path(place)
                    .properties()
                    .forEach(header ->
                            RequestText.setHeader(headers, "_args." + place, header.getKey(), header.getValue()));
        }
        return headers;
    }

    private static String query(JsonNode args) {
        JsonNode query = args.path("_query");
        if (query.isTextual()) {
            throw new InvalidInput("_args._query must be an object; put a finished query string into _url");
        }
        return RequestText.pairs(query, "_args._query");
    }

    private static Optional<Buffer> body(JsonNode args, MultiMap headers) {
        JsonNode contentType = args.path("_contentType");
        if (contentType.isTextual()) {
            RequestText.setHeader(headers, "_args", "content-type", contentType);
        }
        JsonNode body = args.path("_body");
        if (body.isMissingNode() || body.isNull()) {
            return Optional.empty();
        }
        if (!headers.contains("content-type")) {
            headers.set("content-type", body.isTextual() ? "text/plain; charset=utf-8" : "application/json");
        }
        return Optional.of(RequestText.body(body, headers.get("content-type"), "_args._body"));
    }

    private static Duration timeout(JsonNode seconds) {
        if (seconds.isMissingNode() || seconds.isNull()) {
            return Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS);
        }
        double value = seconds.asDouble(-1);
        if (!(value > 0 && value <= MAX_TIMEOUT_SECONDS)) {
            throw new InvalidInput(
                    "_args._timeoutSeconds must be a number above 0 and not above " + MAX_TIMEOUT_SECONDS);
        }
        return Duration.ofMillis(Math.max(1, Math.round(value * 1000)));
    }

    private static Set<Integer> retryOn(JsonNode codes) {
        if (!codes.isMissingNode() && !codes.isNull() && !codes.isArray()) {
            throw new InvalidInput("_args._retryOn must be an array of status codes");
        }
        Set<Integer> set = new HashSet<>();
        for (JsonNode code : codes) {
            int value = code.asInt(-1);
            if (value < 300 || value > 599) {
                throw new InvalidInput("_args._retryOn must hold status codes from 300 to 599");
            }
            set.add(value);
        }
        return Set.copyOf(set);
    }

    private static boolean toFile(JsonNode to) {
        String place = to.isMissingNode() || to.isNull() ? "output" : to.asText();
        return switch (place) {
            case "output", "" -> false;
            case "file" -> true;
            default -> throw new InvalidInput("_to must be \"output\" or \"file\"");
        };
    }
}
