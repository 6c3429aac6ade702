package dev.continuo.worker.connector.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.RequestText;
import dev.continuo.worker.connector.exchange.Target;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * What the input of an HTTP task asks for (conductor: HTTP task): {@code {uri, method, headers, body, accept,
 * contentType, connectionTimeOut, readTimeOut, encode, asyncComplete}}, in {@code http_request} or in the input itself.
 * Other members are tolerated.
 *
 * @param connect until there is a connection
 * @param read from the first connection until the response is complete, redirects included
 * @param asyncComplete the task stays open after a success
 */
record HttpRequest(
        HttpMethod method,
        Target target,
        MultiMap headers,
        Optional<Buffer> body,
        Duration connect,
        Duration read,
        boolean asyncComplete) {
    static final Duration DEFAULT_READ = Duration.ofSeconds(30);
    static final Duration LONGEST = Duration.ofMinutes(10);

    private static final String JSON = "application/json";

    /** @throws InvalidInput when it is no request */
    static HttpRequest parse(JsonNode input, ExchangeSettings settings) {
        JsonNode request = member(input);
        if (!request.path("uri").isTextual() || request.path("uri").asText().isBlank()) {
            throw new InvalidInput("uri is missing: the input must have an object http_request with a uri");
        }
        String uri = request.path("uri").textValue().strip();
        boolean encode = LooseValues.isAbsent(request.path("encode")) || LooseValues.flag(request.path("encode"));
        MultiMap headers = headers(request);
        String method = LooseValues.isAbsent(request.path("method"))
                ? "GET"
                : request.path("method").asText();
        return new HttpRequest(
                RequestText.method(method.strip(), "method"),
                Target.parse(encode ? UriText.encoded(uri) : uri, "uri"),
                headers,
                body(request, headers),
                limit(request, "connectionTimeOut").orElse(settings.connectTimeout()),
                limit(request, "readTimeOut").orElse(DEFAULT_READ),
                LooseValues.flag(input.path("asyncComplete")) || LooseValues.flag(request.path("asyncComplete")));
    }

    /** The object that holds the request. */
    static JsonNode member(JsonNode input) {
        return input.path("http_request").isObject() ? input.path("http_request") : input;
    }

    /** To be sent once: sending may add headers. */
    Exchange.Request toSend() {
        return new Exchange.Request(
                method, target, MultiMap.caseInsensitiveMultiMap().addAll(headers), body);
    }

    private static MultiMap headers(JsonNode request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.set("user-agent", "continuo");
        JsonNode accept = request.path("accept");
        RequestText.setHeader(
                headers, "http_request", "accept", LooseValues.isAbsent(accept) ? TextNode.valueOf(JSON) : accept);
        JsonNode own = request.path("headers");
        if (!LooseValues.isAbsent(own) && !own.isObject()) {
            throw new InvalidInput("headers must be an object");
        }
        // Copied from another call's headers, as they often are, these would contradict what is sent.
        own.properties().stream()
                .filter(header -> !RequestText.isFraming(header.getKey()))
                .forEach(header -> RequestText.setHeader(headers, "headers", header.getKey(), header.getValue()));
        return headers;
    }

    /** The type is told by a header of the task itself, or else by {@code contentType}. */
    private static Optional<Buffer> body(JsonNode request, MultiMap headers) {
        JsonNode body = request.path("body");
        if (body.isMissingNode() || body.isNull()) {
            return Optional.empty();
        }
        if (!headers.contains("content-type")) {
            JsonNode contentType = request.path("contentType");
            RequestText.setHeader(
                    headers,
                    "http_request",
                    "content-type",
                    LooseValues.isAbsent(contentType) ? TextNode.valueOf(JSON) : contentType);
        }
        return Optional.of(RequestText.body(body, headers.get("content-type"), "body"));
    }

    /** What is not above 0 means the default, as in Conductor; what is too long means the longest. */
    private static Optional<Duration> limit(JsonNode request, String name) {
        return LooseValues.number(request.path(name), name)
                .filter(millis -> millis.signum() > 0)
                .map(millis ->
                        millis.min(BigDecimal.valueOf(LONGEST.toMillis())).longValue())
                .map(millis -> Duration.ofMillis(Math.max(1, millis)));
    }
}
