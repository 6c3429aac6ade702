package dev.continuo.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.continuo.cli.Child;
import dev.continuo.store.Json;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The process ends while a receiver has the last message of a task and has not answered. */
@ExtendWith(BackendsExtension.class)
class KilledCallbackIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String AGENT = """
            {"id": "echo", "name": "Echo", "description": "Says it", "variables": {"said": ""}, "fields": [],
             "workflow": [{"type": "return", "name": "Return", "output": ["said"]}]}
            """;

    /** What came to the receiver. */
    private record Got(String id, String timestamp, String signature, String body) {}

    private final Backends backends;
    private final List<Got> got = new CopyOnWriteArrayList<>();
    private final CountDownLatch answering = new CountDownLatch(1);
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer receiver;

    @TempDir
    private Path scratch;

    KilledCallbackIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(threads);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    @AfterEach
    void close() {
        answering.countDown();
        receiver.stop(0);
        threads.shutdown();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            got.add(new Got(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            answering.await();
            exchange.sendResponseHeaders(204, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String post(URI server, String path, Optional<String> key, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        key.ifPresent(text -> request.header("apikey", text));
        return sent(request.build(), 201);
    }

    private String get(URI address, String key) throws Exception {
        return sent(HttpRequest.newBuilder(address).header("apikey", key).build(), 200);
    }

    private String sent(HttpRequest request, int wanted) throws Exception {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(wanted);
        return response.body();
    }

    private static String signature(Got message, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
        String signed = message.id() + "." + message.timestamp() + "." + message.body();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    /** Mechanisms: a message is written down before it is sent; the claim of a dead process ends. */
    @Test
    void theMessageIsSentAgainUnderTheSameId() throws Exception {
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        String key;
        String secret;
        String task;
        try (Child child = servers.launch("dev")) {
            URI server = child.address();
            key = read(post(
                            server,
                            "/admin/v1/apikeys",
                            Optional.empty(),
                            "{\"namespace\":\"hooks\",\"role\":\"admin\"}"))
                    .path("key")
                    .asText();
            secret = read(post(server, "/api/v1/webhook-secret", Optional.of(key), "{}"))
                    .path("secret")
                    .asText();
            post(server, "/api/v1/agent", Optional.of(key), AGENT);
            String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
            task = read(post(
                            server,
                            "/api/v1/workflow/echo",
                            Optional.of(key),
                            "{\"input\":{\"said\":\"hello\"},\"callback\":\"" + url + "\"}"))
                    .path("id")
                    .asText();
            Await.until("the receiver has the message", LIMIT, () -> !got.isEmpty());
            child.kill();
        }
        answering.countDown();
        try (Child child = servers.launch("dev")) {
            URI log = child.address().resolve("/api/v1/task/" + task + "/deliveries");
            Await.until(
                    "it is delivered",
                    LIMIT,
                    () -> read(get(log, key)).path(0).path("state").asText().equals("delivered"));
            child.askToStop();
            assertThat(child.exitCode()).isZero();
        }

        assertThat(got).hasSize(2);
        assertThat(got).extracting(Got::id).containsOnly(got.getFirst().id());
        assertThat(got).extracting(Got::body).containsOnly(got.getFirst().body());
        JsonNode body = read(got.getLast().body());
        assertThat(body.path("id").asText()).isEqualTo(task);
        assertThat(body.path("status").asText()).isEqualTo("complete");
        assertThat(body.path("output").path("said").asText()).isEqualTo("hello");
        for (Got message : got) {
            assertThat(message.signature()).isEqualTo(signature(message, secret));
        }
    }

    private static JsonNode read(String text) {
        return Json.read(text);
    }
}
