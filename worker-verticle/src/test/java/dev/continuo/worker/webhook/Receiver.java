package dev.continuo.worker.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Somebody's receiver, who checks signatures on their own and keeps what comes. */
final class Receiver {
    /** What came, and when. */
    record Got(String id, long timestamp, String signature, String number, String agent, String text, Instant at) {
        JsonNode body() {
            return Json.read(text);
        }

        int version() {
            return body().path("version").asInt();
        }

        String run() {
            return body().path("id").asText();
        }

        boolean last() {
            return body().path("status").asText().equals("complete");
        }

        /** Standard Webhooks, written down here once more. */
        boolean signedWith(String secret) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(
                        Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
                String wanted = "v1,"
                        + Base64.getEncoder()
                                .encodeToString(mac.doFinal((id + "." + timestamp + "." + text).getBytes(UTF_8)));
                return List.of(signature.split(" ")).contains(wanted);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    final List<Got> got = new CopyOnWriteArrayList<>();
    private final int port;

    /** @param behaviour answers; the message is in the list already */
    Receiver(Vertx vertx, BiConsumer<HttpServerRequest, Got> behaviour) {
        try {
            port = vertx.createHttpServer()
                    .requestHandler(request -> request.body().onSuccess(body -> {
                        Got one = got(request, body);
                        got.add(one);
                        behaviour.accept(request, one);
                    }))
                    .listen(0, "127.0.0.1")
                    .await(30, TimeUnit.SECONDS)
                    .actualPort();
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static Receiver answering(Vertx vertx, int status) {
        return new Receiver(
                vertx,
                (request, got) -> request.response().setStatusCode(status).end());
    }

    private static Got got(HttpServerRequest request, Buffer body) {
        return new Got(
                request.getHeader("webhook-id"),
                Long.parseLong(request.getHeader("webhook-timestamp")),
                request.getHeader("webhook-signature"),
                request.getHeader("continuo-message-number"),
                request.getHeader("user-agent") + ", " + request.getHeader("content-type"),
                body.toString(),
                Instant.now());
    }

    String url() {
        return "http://127.0.0.1:" + port + "/callback";
    }

    List<Got> of(String run) {
        return got.stream().filter(one -> one.run().equals(run)).toList();
    }
}
