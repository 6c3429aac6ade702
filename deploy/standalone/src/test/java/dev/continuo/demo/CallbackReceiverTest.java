package dev.continuo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.webhook.Signature;
import dev.continuo.webhook.SigningSecret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallbackReceiverTest {
    private final SigningSecret secret = SigningSecret.generate(new SecureRandom());
    private final List<Callback> heard = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private CallbackReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = CallbackReceiver.start(0, heard::add);
    }

    @AfterEach
    void stop() {
        receiver.close();
        client.close();
    }

    private int call(String id, SigningSecret signer, String body) throws IOException, InterruptedException {
        long now = Instant.now().getEpochSecond();
        String signature = Signature.of(List.of(signer), id, now, body.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(receiver.url()))
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", signature)
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void itTakesWhatTheTrustedOneSignedAndCountsMessagesNotAttempts() throws Exception {
        receiver.trust(secret.text());
        assertThat(call("msg_a", secret, "{\"status\":\"running\"}")).isEqualTo(204);
        assertThat(call("msg_a", secret, "{\"status\":\"running\"}")).isEqualTo(204);
        assertThat(call("msg_b", secret, "{\"status\":\"complete\"}")).isEqualTo(204);
        assertThat(receiver.received()).extracting(Callback::number).containsExactly(1, 1, 2);
        assertThat(receiver.received()).extracting(Callback::status).containsExactly("running", "running", "complete");
        assertThat(receiver.received()).allMatch(Callback::verified);
        assertThat(heard).isEqualTo(receiver.received());
    }

    @Test
    void itRefusesWhatSomebodyElseSignedOrNobodyIsTrusted() throws Exception {
        assertThat(call("msg_a", secret, "{}")).isEqualTo(401);
        receiver.trust(secret.text());
        assertThat(call("msg_b", SigningSecret.generate(new SecureRandom()), "{}"))
                .isEqualTo(401);
        assertThat(receiver.received()).extracting(Callback::verified).containsExactly(false, false);
    }
}
