package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.RetryAfter;
import dev.continuo.worker.connector.exchange.Statuses;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a provider says of a request that it did not serve, in one line, and whether another attempt may be. */
final class ApiComplaint {
    private static final int MAX_CHARS = 300;
    private static final int CONFLICT = 409;
    private static final Set<Integer> UNAUTHORIZED = Set.of(401, 403);
    private static final int MAX_DIGITS = 12;

    private ApiComplaint() {}

    /**
     * @param key that was sent; it is not repeated
     * @param longest wait that is granted
     */
    static ProviderFailure of(
            String provider, Exchange.Reply reply, Optional<String> key, Instant now, Duration longest) {
        int status = reply.status();
        // Masked before it is cut, so that no part of the key is left.
        String said = said(without(reply.body().toString(), key));
        String redirect = Statuses.isRedirect(status) ? " (a redirect, which is not followed)" : "";
        String keyless = UNAUTHORIZED.contains(status) && key.isEmpty()
                ? " (neither the task nor the server's configuration gives an API key)"
                : "";
        Optional<Duration> wait = mayPass(status) ? wait(reply, now, longest) : Optional.empty();
        String message = provider + " answered " + shown(reply) + redirect + (said.isEmpty() ? "" : ": " + said)
                + keyless
                + wait.map(asked -> " (it asks to wait " + asked.toMillis() / 1000.0 + " s)")
                        .orElse("");
        RetryWish wish = mayPass(status)
                ? wait.<RetryWish>map(RetryWish.NotBefore::new).orElseGet(RetryWish.ByPolicy::new)
                : new RetryWish.Never();
        return new ProviderFailure(without(message, key), wish);
    }

    /** A text of the provider's, fit for a message: flat, short, and without the key. */
    static String shown(String text, Optional<String> key) {
        return flat(without(text, key));
    }

    /** HTTP/2 has no words beside its numbers, and some servers leave them out. */
    private static String shown(Exchange.Reply reply) {
        boolean worded = reply.message() != null && !reply.message().isBlank();
        HttpResponseStatus known = HttpResponseStatus.valueOf(reply.status());
        boolean made = known.reasonPhrase().indexOf('(') >= 0;
        return reply.shownStatus() + (worded || made ? "" : " " + known.reasonPhrase());
    }

    private static boolean mayPass(int status) {
        return Statuses.mayPass(status) || status == CONFLICT;
    }

    private static Optional<Duration> wait(Exchange.Reply reply, Instant now, Duration longest) {
        String millis = Optional.ofNullable(reply.headers().get("retry-after-ms"))
                .map(String::strip)
                .orElse("");
        boolean whole = millis.matches("[0-9]{1," + MAX_DIGITS + "}(\\.[0-9]+)?");
        return whole
                ? Optional.of(Duration.ofMillis(Long.parseLong(millis.split("\\.", 2)[0])))
                        .map(asked -> asked.compareTo(longest) > 0 ? longest : asked)
                        .filter(Duration::isPositive)
                : RetryAfter.of(reply, now, longest);
    }

    /** Providers put it into {@code error.message}, {@code error}, {@code detail} or {@code message}. */
    private static String said(String body) {
        try {
            JsonNode json = ApiClient.JSON.readTree(body);
            return Stream.of(
                            json.at("/error/message"),
                            json.path("error"),
                            json.path("detail"),
                            json.path("message"),
                            json.path("title"))
                    .filter(JsonNode::isTextual)
                    .findFirst()
                    .map(text -> flat(text.textValue()))
                    .orElseGet(() -> flat(body));
        } catch (JsonProcessingException noJson) {
            return flat(body);
        }
    }

    private static String flat(String text) {
        String flat = text.substring(0, Math.min(text.length(), 4 * MAX_CHARS))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        return flat.length() > MAX_CHARS ? flat.substring(0, MAX_CHARS) + "…" : flat;
    }

    private static String without(String text, Optional<String> key) {
        return key.filter(secret -> !secret.isBlank())
                .map(secret -> text.replace(secret, "***"))
                .orElse(text);
    }
}
