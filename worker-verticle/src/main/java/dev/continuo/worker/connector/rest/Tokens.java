package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ResponseBody;
import dev.continuo.worker.connector.exchange.Statuses;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * OAuth2 access tokens (RFC 6749), kept until shortly before they expire. Whoever asks while a token is being fetched
 * waits for that one. Confined to one event loop.
 */
final class Tokens {
    private static final int MAX_ANSWER_BYTES = 256 << 10;
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(30);
    private static final Duration LIFE_WHEN_UNSAID = Duration.ofMinutes(5);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    /** A token must survive the way to the upstream, and clocks that differ a little. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    /** The token endpoint gave no token. */
    static final class Refused extends RuntimeException {
        private final boolean forGood;

        Refused(String message, boolean forGood) {
            super(message, null, false, false);
            this.forGood = forGood;
        }

        boolean forGood() {
            return forGood;
        }
    }

    private record Kept(Future<String> token, Instant until) {}

    private final Vertx vertx;
    private final Exchange.Via via;
    private final InstantSource clock;
    private final Map<String, Kept> entries;

    Tokens(Vertx vertx, Exchange.Via via, InstantSource clock, int capacity) {
        this.vertx = vertx;
        this.via = via;
        this.clock = clock;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                return size() > capacity;
            }
        };
    }

    /** @param namespace two namespaces never share a token, even for equal credentials */
    Future<String> token(String namespace, Auth.OAuth2 auth) {
        String key = key(namespace, auth);
        Kept known = entries.get(key);
        if (known != null && (!known.token.isComplete() || clock.instant().isBefore(known.until))) {
            return known.token;
        }
        Future<Granted> granted = fetch(auth);
        Future<String> token = granted.map(Granted::token);
        entries.put(key, new Kept(token, Instant.MAX));
        granted.onComplete(
                grant -> entries.computeIfPresent(
                        key, (k, entry) -> entry.token == token ? new Kept(token, grant.until) : entry),
                failure -> entries.computeIfPresent(key, (k, entry) -> entry.token == token ? null : entry));
        return token;
    }

    /** Forgets a token that the upstream did not accept; not one that has replaced it meanwhile. */
    void drop(String namespace, Auth.OAuth2 auth, String refused) {
        entries.computeIfPresent(
                key(namespace, auth),
                (k, entry) -> entry.token.succeeded() && entry.token.result().equals(refused) ? null : entry);
    }

    private record Granted(String token, Instant until) {}

    private Future<Granted> fetch(Auth.OAuth2 auth) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set("accept", "application/json")
                .set("content-type", "application/x-www-form-urlencoded");
        if (!auth.clientInBody()
                && auth.clientId().isPresent()
                && auth.clientSecret().isPresent()) {
            // RFC 6749, 2.3.1: id and secret are form-encoded before they go into the Basic header.
            String pair = Auth.base64(
                    encode(auth.clientId().get()), encode(auth.clientSecret().get()));
            headers.set("authorization", "Basic " + pair);
        }
        Exchange exchange = Exchange.send(
                via,
                new Exchange.Request(HttpMethod.POST, auth.tokenUrl(), headers, Optional.of(form(auth))),
                new Exchange.Limits(MAX_ANSWER_BYTES, FETCH_LIMIT));
        long timer = vertx.setTimer(FETCH_LIMIT.toMillis(), id -> exchange.cut(new Trouble.TimeUp(FETCH_LIMIT)));
        return exchange.reply()
                .onComplete(reply -> vertx.cancelTimer(timer))
                .recover(failure -> Future.failedFuture(new Refused(
                        "No token from " + auth.tokenUrl().shown() + ": " + Trouble.describe(failure, auth.tokenUrl()),
                        false)))
                .compose(reply -> granted(auth, reply));
    }

    private Future<Granted> granted(Auth.OAuth2 auth, Exchange.Reply reply) {
        JsonNode body = ResponseBody.decode(
                        reply.body(), String.valueOf(reply.headers().get("content-type")))
                .value();
        String token = body.path("access_token").asText("");
        if (reply.status() / 100 == 2 && !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return Future.succeededFuture(new Granted(token, clock.instant().plus(life(body.path("expires_in")))));
        }
        String error = body.path("error").asText("");
        String detail = error.isEmpty() ? "" : " (" + error.substring(0, Math.min(100, error.length())) + ")";
        String what = reply.status() / 100 == 2 ? "its answer has no access_token" : "HTTP " + reply.status() + detail;
        boolean forGood = !Statuses.mayPass(reply.status()) && reply.status() / 100 != 2;
        return Future.failedFuture(
                new Refused("No token from " + auth.tokenUrl().shown() + ": " + what, forGood));
    }

    private static Duration life(JsonNode expiresIn) {
        double seconds = expiresIn.asDouble(LIFE_WHEN_UNSAID.toSeconds());
        long millis = (long) (1000 * Math.clamp(seconds, 0, LONGEST_LIFE.toSeconds()));
        return Duration.ofMillis(millis - Math.min(SKEW.toMillis(), millis / 10));
    }

    private static Buffer form(Auth.OAuth2 auth) {
        StringJoiner form = new StringJoiner("&");
        form.add("grant_type=" + (auth.user().isPresent() ? "password" : "client_credentials"));
        auth.user().ifPresent(user -> form.add("username=" + encode(user.name()))
                .add("password=" + encode(user.password())));
        auth.scope().ifPresent(scope -> form.add("scope=" + encode(scope)));
        if (auth.clientInBody() || auth.clientSecret().isEmpty()) {
            auth.clientId().ifPresent(id -> form.add("client_id=" + encode(id)));
            auth.clientSecret().ifPresent(secret -> form.add("client_secret=" + encode(secret)));
        }
        return Buffer.buffer(form.toString());
    }

    /** A hash, so that a dump of the heap's keys shows no credentials; every part is preceded by its length. */
    private static String key(String namespace, Auth.OAuth2 auth) {
        StringBuilder text = new StringBuilder();
        append(text, namespace);
        append(text, auth.tokenUrl().url());
        append(text, auth.clientId().orElse(""));
        append(text, auth.clientSecret().orElse(""));
        append(text, auth.scope().orElse(""));
        append(text, auth.user().map(Auth.User::name).orElse(""));
        append(text, auth.user().map(Auth.User::password).orElse(""));
        text.append(auth.user().isPresent()).append(auth.clientInBody());
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 belongs to every Java platform", e);
        }
    }

    private static void append(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
