package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

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

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** What HTTP itself needs for its framing cannot be set by hand. */
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "upgrade", "keep-alive", "te", "trailer");

    static RestRequest parse(JsonNode input) {
        JsonNode args = input.path("_args");
        if (!args.isMissingNode() && !args.isNull() && !args.isObject()) {
            throw new InvalidInput("_args must be an object");
        }
        String method = args.path("_method").asText("GET").toUpperCase(Locale.ROOT);
        if (!TOKEN.matcher(method).matches() || method.equals("CONNECT")) {
            throw new InvalidInput("_args._method is not an HTTP method");
        }
        if (!input.path("_url").isTextual()) {
            throw new InvalidInput("_url must be a string");
        }
        Target target =
                Target.parse(input.path("_url").textValue()).withQuery(query(args.path("_query"), "_args._query"));
        MultiMap headers = headers(args);
        Optional<Buffer> body = body(args, headers);
        return new RestRequest(
                HttpMethod.valueOf(method),
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
                    .forEach(header -> set(headers, "_args." + place, header.getKey(), header.getValue()));
        }
        return headers;
    }

    private static void set(MultiMap headers, String place, String name, JsonNode value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new InvalidInput(place + " has a member that is no header name");
        }
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw new InvalidInput(place + " must not set " + name);
        }
        headers.remove(name);
        for (String text : texts(value, place + "." + name)) {
            if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f || c > 0xff)) {
                throw new InvalidInput(place + "." + name + " has a character that a header cannot carry");
            }
            headers.add(name, text);
        }
    }

    private static String query(JsonNode query, String where) {
        if (query.isTextual()) {
            throw new InvalidInput(where + " must be an object; put a finished query string into _url");
        }
        StringJoiner encoded = new StringJoiner("&");
        query.properties().forEach(member -> {
            for (String text : texts(member.getValue(), where + "." + member.getKey())) {
                encoded.add(encode(member.getKey()) + "=" + encode(text));
            }
        });
        return encoded.toString();
    }

    /** A scalar is one text, an array as many as it has elements, null none. */
    private static List<String> texts(JsonNode value, String where) {
        if (value.isNull()) {
            return List.of();
        }
        if (value.isValueNode()) {
            return List.of(value.asText());
        }
        List<String> texts = value.valueStream()
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .toList();
        if (!value.isArray() || texts.size() != value.size()) {
            throw new InvalidInput(where + " must be a string, number, boolean, or an array of those");
        }
        return texts;
    }

    private static Optional<Buffer> body(JsonNode args, MultiMap headers) {
        JsonNode contentType = args.path("_contentType");
        if (contentType.isTextual()) {
            set(headers, "_args", "content-type", contentType);
        }
        JsonNode body = args.path("_body");
        if (body.isMissingNode() || body.isNull()) {
            return Optional.empty();
        }
        if (!headers.contains("content-type")) {
            headers.set("content-type", body.isTextual() ? "text/plain; charset=utf-8" : "application/json");
        }
        boolean form =
                headers.get("content-type").toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
        String text = body.isTextual()
                ? body.textValue()
                : form && body.isObject() ? query(body, "_args._body") : body.toString();
        return Optional.of(Buffer.buffer(text));
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

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
