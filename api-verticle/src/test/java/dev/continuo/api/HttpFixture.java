package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.function.Function;

/** A dialect over real HTTP, with the engine on a real Postgres. There is no Kafka and no worker. */
public class HttpFixture implements AutoCloseable {
    public static final int MAX_BODY = 1 << 20;

    public final Vertx vertx = Vertx.vertx();
    public final Engine engine;
    public final AtomicBoolean kafkaWorks = new AtomicBoolean(true);
    /** Two verticles, each on a port of its own, as two API processes or two event loops would be. */
    public final List<Integer> ports = new ArrayList<>();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path keyFile;
    private final String base;

    /** @param base what paths begin with that have no slash at their beginning */
    protected HttpFixture(Backends backends, String base, Function<Engine, DialectApi> dialect) throws IOException {
        this.base = base;
        keyFile = Files.createTempDirectory("continuo-api-test-").resolve("master.key");
        Keyring.loadOrCreate(keyFile);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        engine = Engine.open(vertx, settings(backends, keyFile), registry);
        DialectApi api = dialect.apply(engine);
        Operations operations = new Operations(
                List.of(
                        new HealthCheck(
                                "postgres",
                                () -> engine.pool().query("SELECT 1").execute().map(rows -> true)),
                        new HealthCheck("kafka", () -> Future.succeededFuture(kafkaWorks.get()))),
                registry);
        for (int i = 0; i < 2; i++) {
            ApiVerticle verticle = new ApiVerticle(new ApiSettings("127.0.0.1", 0, MAX_BODY), operations, List.of(api));
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
    public record Response(int status, HttpHeaders headers, String text) {
        public JsonNode json() {
            return Json.read(text);
        }

        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        public Response expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("Expected " + wanted + ", got " + status + ": " + text);
            }
            return this;
        }
    }

    public Response get(String path) {
        return send(ports.get(0), "GET", path, Optional.empty(), Map.of());
    }

    public Response post(String path, String body) {
        return send(ports.get(0), "POST", path, Optional.of(body), Map.of("Content-Type", "application/json"));
    }

    public Response put(String path, String body) {
        return send(ports.get(0), "PUT", path, Optional.of(body), Map.of("Content-Type", "application/json"));
    }

    public Response delete(String path) {
        return send(ports.get(0), "DELETE", path, Optional.empty(), Map.of());
    }

    /** @param path from the server's root when it begins with a slash, otherwise of the dialect */
    public Response send(int port, String method, String path, Optional<String> body, Map<String, String> headers) {
        HttpRequest.Builder request = request(port, path)
                .method(method, body.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
        headers.forEach(request::header);
        return exchange(request.build());
    }

    public Response sendGzip(String path, byte[] packed) {
        return exchange(request(ports.get(0), path)
                .POST(BodyPublishers.ofByteArray(packed))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .build());
    }

    private HttpRequest.Builder request(int port, String path) {
        String full = path.startsWith("/") ? path : base + "/" + path;
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

    public RowSet<Row> sql(String sql, Object... values) {
        return await(engine.pool().preparedQuery(sql).execute(Tuple.wrap(values)));
    }

    public static <T> T await(Future<T> future) {
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
