package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.ApiSettings;
import dev.continuo.api.ApiVerticle;
import dev.continuo.api.Authenticator;
import dev.continuo.api.HealthCheck;
import dev.continuo.api.Operations;
import dev.continuo.engine.Engine;
import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.secret.Keyring;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The API over real HTTP, with the engine on a real Postgres. There is no Kafka and no worker. */
final class ApiFixture implements AutoCloseable {
    static final int MAX_BODY = 1 << 20;
    static final String NS = "first_ns1";

    final Vertx vertx = Vertx.vertx();
    final Engine engine;
    final AtomicBoolean kafkaWorks = new AtomicBoolean(true);
    /** Two verticles, each on a port of its own, as two API processes or two event loops would be. */
    final List<Integer> ports = new ArrayList<>();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path keyFile;

    ApiFixture(Backends backends) throws IOException {
        keyFile = Files.createTempDirectory("continuo-api-test-").resolve("master.key");
        Keyring.loadOrCreate(keyFile);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        engine = Engine.open(vertx, settings(backends, keyFile), registry);
        WorkflowsvcApi api = new WorkflowsvcApi(engine);
        Operations operations = new Operations(
                List.of(
                        new HealthCheck(
                                "postgres",
                                () -> engine.pool().query("SELECT 1").execute().map(rows -> true)),
                        new HealthCheck("kafka", () -> Future.succeededFuture(kafkaWorks.get()))),
                registry);
        for (int i = 0; i < 2; i++) {
            ApiVerticle verticle = new ApiVerticle(
                    new ApiSettings("127.0.0.1", 0, MAX_BODY), Authenticator.OPEN, operations, List.of(api));
            await(vertx.deployVerticle(verticle));
            ports.add(verticle.port());
        }
    }

    private static Settings settings(Backends backends, Path keyFile) {
        // Nobody listens on port 1: the API must do without Kafka.
        Map<Setting, String> given = Map.of(
                Setting.POSTGRES_URL, backends.pgUri(),
                Setting.KAFKA_BOOTSTRAP, "127.0.0.1:1",
                Setting.MASTER_KEY_FILE, keyFile.toString());
        return switch (SettingValues.read(setting -> Optional.ofNullable(given.get(setting)), Set.of())) {
            case SettingValues.Accepted(SettingValues values) -> Settings.of(values);
            case SettingValues.Refused(var refusals) -> throw new AssertionError(refusals.toString());
        };
    }

    /** An answer, read whole. */
    record Response(int status, HttpHeaders headers, String text) {
        JsonNode json() {
            return Json.read(text);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        Response expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("Expected " + wanted + ", got " + status + ": " + text);
            }
            return this;
        }
    }

    Response get(String path) {
        return send(ports.get(0), "GET", path, Optional.empty(), Map.of());
    }

    Response post(String path, String body) {
        return send(ports.get(0), "POST", path, Optional.of(body), Map.of("Content-Type", "application/json"));
    }

    Response put(String path, String body) {
        return send(ports.get(0), "PUT", path, Optional.of(body), Map.of("Content-Type", "application/json"));
    }

    Response delete(String path) {
        return send(ports.get(0), "DELETE", path, Optional.empty(), Map.of());
    }

    /** @param path from the server's root when it begins with a slash, otherwise of the dialect */
    Response send(int port, String method, String path, Optional<String> body, Map<String, String> headers) {
        HttpRequest.Builder request = request(port, path)
                .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
        headers.forEach(request::header);
        return exchange(request.build());
    }

    Response sendGzip(String path, byte[] packed) {
        return exchange(request(ports.get(0), path)
                .POST(BodyPublishers.ofByteArray(packed))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .build());
    }

    private static HttpRequest.Builder request(int port, String path) {
        String full = path.startsWith("/") ? path : WorkflowsvcApi.BASE + "/" + path;
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + full))
                .timeout(Duration.ofSeconds(30));
    }

    private Response exchange(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Response(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The path with the namespace of these tests and further query parameters, each encoded. */
    static String ns(String path, String... query) {
        StringBuilder full = new StringBuilder(path).append("?nsfilter=").append(NS);
        for (int i = 0; i < query.length; i += 2) {
            full.append('&')
                    .append(query[i])
                    .append('=')
                    .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
        }
        return full.toString();
    }

    /** Creates a definition and returns its id. */
    String define(String name, String taskDefs) {
        return post(ns("workflowdefs"), "{\"_name\":\"" + name + "\",\"_taskDefs\":" + taskDefs + "}")
                .expect(201)
                .json()
                .path("_id")
                .textValue();
    }

    JsonNode start(String definitionId) {
        return post(ns("workflows"), "{\"_workflowDefId\":\"" + definitionId + "\"}")
                .expect(201)
                .json();
    }

    RowSet<Row> sql(String sql, Object... values) {
        return await(engine.pool().preparedQuery(sql).execute(Tuple.wrap(values)));
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within 60 s", e);
        }
    }

    @Override
    public void close() throws IOException {
        engine.close();
        await(vertx.close());
        Files.delete(keyFile);
        Files.delete(keyFile.getParent());
    }
}
