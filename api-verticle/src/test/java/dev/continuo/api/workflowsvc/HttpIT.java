package dev.continuo.api.workflowsvc;

import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.Endpoint;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every path has in common: refusals of HTTP itself, health, metrics, the OpenAPI document. */
@ExtendWith(BackendsExtension.class)
class HttpIT {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
    private static ApiFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ApiFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void anUnknownPathIs404() {
        Response response = api.get("/nowhere").expect(404);
        assertThat(response.header("content-type")).isEqualTo("application/problem+json");
        assertThat(response.json().path("message")).isEqualTo(response.json().path("detail"));
    }

    @Test
    void anotherMethodIs405AndSaysWhatIsAllowed() {
        Response response = api.send(api.ports.get(0), "PATCH", ns("workflowdefs"), Optional.empty(), Map.of());
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET, HEAD, POST");
        assertThat(api.delete(ns("workflows/x/status")).expect(405).header("allow"))
                .isEqualTo("PUT");
        assertThat(api.post("/health/live", "{}").expect(405).header("allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/openapi/workflowsvc.json", "/workflowsvc/none"})
    void theHeadOfWhatCanBeGotIsAnsweredLikeIt(String path) {
        Response head = api.send(api.ports.get(0), "HEAD", path, Optional.empty(), Map.of());
        Response whole = api.get(path);
        assertThat(head.status()).isEqualTo(whole.status());
        assertThat(head.text()).isEmpty();
        assertThat(head.header("content-type")).isEqualTo(whole.header("content-type"));
        assertThat(head.header("content-length")).isEqualTo(whole.header("content-length"));
        assertThat(api.send(api.ports.get(0), "HEAD", "/metrics", Optional.empty(), Map.of())
                        .expect(200)
                        .text())
                .isEmpty();
    }

    @Test
    void requestsAreCountedByRouteAndNeverByWhatACallerSends() {
        api.get(ns("workflows/018f0000-0000-7000-8000-000000000000")).expect(404);
        api.get("/nowhere/018f0000").expect(404);
        api.post(ns("workflowdefs"), " ".repeat(ApiFixture.MAX_BODY + 1)).expect(413);
        api.send(api.ports.get(0), "BREW", "/health/live", Optional.empty(), Map.of());
        Await.untilAsserted("they are counted", Duration.ofSeconds(20), () -> assertThat(
                        api.get("/metrics").expect(200).text())
                .contains(
                        series("GET", "/workflowsvc/api/v1/workflows/{workflowId}", "4xx"),
                        series("GET", "none", "4xx"),
                        series("POST", "/workflowsvc/api/v1/workflowdefs", "4xx"),
                        series("OTHER", "/health/live", "4xx"),
                        "continuo_http_requests_seconds_sum",
                        "continuo_http_in_flight 1")
                .doesNotContain("018f0000", "BREW"));
    }

    private static String series(String method, String route, String status) {
        return "continuo_http_requests_seconds_count{method=\"" + method + "\",route=\"" + route + "\",status=\""
                + status + "\"}";
    }

    @Test
    void malformedJsonIs400WithLineAndColumn() {
        assertThat(api.post(ns("workflowdefs"), "{\n \"_name\": }")
                        .expect(400)
                        .json()
                        .path("detail")
                        .asText())
                .contains("line 2, column 11");
    }

    @Test
    void anotherContentTypeIs415() {
        Response response = api.send(
                api.ports.get(0),
                "POST",
                ns("workflows"),
                Optional.of("{}"),
                Map.of("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(response.status()).isEqualTo(415);
    }

    @Test
    void aBodyOverTheLimitIs413() {
        String large = "{\"a\":\"" + "x".repeat(ApiFixture.MAX_BODY) + "\"}";
        Response response = api.post(ns("workflows"), large).expect(413);
        assertThat(response.header("content-type")).isEqualTo("application/problem+json");
    }

    @Test
    void aSmallBodyThatInflatesOverTheLimitIs413() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
            byte[] blanks = new byte[64 * 1024];
            Arrays.fill(blanks, (byte) 'x');
            for (int i = 0; i < 400; i++) {
                gzip.write(blanks);
            }
        }
        assertThat(packed.size()).isLessThan(ApiFixture.MAX_BODY / 10);
        assertThat(api.sendGzip(ns("workflows"), packed.toByteArray()).status()).isEqualTo(413);
    }

    @Test
    void aBrokenPercentSignInTheQueryIs400() {
        assertThat(rawStatus("/workflowsvc/api/v1/workflows?nsfilter=%ZZ")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"workflowdefs", "workflowdefs/x", "workflows", "workflows/x", "workflows/x/tasks/y", "scripts"})
    void withoutNsfilterIs400ThatNamesIt(String path) {
        for (String query : new String[] {"", "?nsfilter=", "?nsfilter=%20"}) {
            JsonNode problem = api.get(path + query).expect(400).json();
            assertThat(problem.path("detail").asText()).startsWith("nsfilter");
            assertThat(problem.at("/errors/0/parameter").asText()).isEqualTo("nsfilter");
        }
    }

    @Test
    void healthTellsWhatDoesNotWork() {
        api.get("/health/live").expect(200);
        assertThat(api.get("/health/ready").expect(200).json().path("status").asText())
                .isEqualTo("UP");
        api.kafkaWorks.set(false);
        try {
            assertThat(api.get("/health/ready").expect(503).text())
                    .isEqualTo("{\"status\":\"DOWN\",\"checks\":[{\"name\":\"postgres\",\"status\":\"UP\"},"
                            + "{\"name\":\"kafka\",\"status\":\"DOWN\"}]}");
        } finally {
            api.kafkaWorks.set(true);
        }
    }

    @Test
    void metricsAreThere() {
        assertThat(api.get("/metrics").expect(200).text()).contains("continuo_commit_waiting");
    }

    @Test
    void everyRouteIsInTheOpenApiDocumentAndEveryPathInItIsRouted() {
        JsonNode document = api.get("/openapi/workflowsvc.json").expect(200).json();
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    assertThat(METHODS).contains(method);
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));
        Set<String> routed = new TreeSet<>(
                Set.of("GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi/workflowsvc.json"));
        for (Endpoint endpoint : new WorkflowsvcApi(api.engine).endpoints(api.vertx)) {
            routed.add(endpoint.method() + " " + endpoint.path());
        }
        assertThat(described).isEqualTo(routed);
        for (String operation : described) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{[^}]*}", "00000000-0000-0000-0000-000000000001");
            Response response = api.send(api.ports.get(0), parts[0], path, Optional.empty(), Map.of());
            assertThat(response.status()).as(operation).isNotIn(404, 405, 500);
        }
    }

    @Test
    void everyReferenceInTheOpenApiDocumentResolves() {
        JsonNode document = api.get("/openapi/workflowsvc.json").expect(200).json();
        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
    }

    private static int rawStatus(String target) {
        try (Socket socket = new Socket("127.0.0.1", api.ports.get(0))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(target, e);
        }
    }
}
