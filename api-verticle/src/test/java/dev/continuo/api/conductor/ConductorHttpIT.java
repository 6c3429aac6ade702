package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.continuo.api.Endpoint;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every path of the dialect has in common: refusals in Conductor's form, health, token, the OpenAPI document. */
@ExtendWith(BackendsExtension.class)
class ConductorHttpIT {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
    private static ConductorFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/nowhere,                404",
        "GET,    /api,                        404",
        "PATCH,  /api/metadata/taskdefs,      405",
        "DELETE, /api/metadata/workflow,      405",
        "GET,    /api/environment/a%00b,      400",
        "GET,    /api/metadata/workflow/x?version=one, 400"
    })
    void refusalsOfHttpHaveTheFormOfTheDialect(String method, String path, int status) {
        Response response = api.send(api.ports.get(0), method, path, Optional.empty(), Map.of());
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("content-type")).isEqualTo("application/json");
        JsonNode error = response.json();
        assertThat(error.path("status").asInt()).isEqualTo(status);
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("instance").asText()).isNotBlank();
        assertThat(error.path("retryable")).isEqualTo(BooleanNode.FALSE);
        assertThat(error.has("detail")).isFalse();
    }

    @Test
    void whatIsNotBelowTheDialectsPathIsAProblemDocument() {
        for (String path : new String[] {"/nowhere", "/apis", "/workflowsvc/api/v1/x"}) {
            assertThat(api.get(path).expect(404).header("content-type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void aBodyThatCannotBeReadIsTheCallersFault() {
        assertThat(api.post("metadata/taskdefs", "[{\"name\": }]")
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .contains("line 1, column");
        assertThat(api.post("metadata/taskdefs", "")
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .contains("empty");
        assertThat(api.put("metadata/taskdefs", "[]")
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .isEqualTo("The body must be a JSON object");
        api.send(
                        api.ports.get(0),
                        "POST",
                        "metadata/taskdefs",
                        Optional.of("x"),
                        Map.of("Content-Type", "application/x-www-form-urlencoded"))
                .expect(415);
        JsonNode tooLarge = api.post("metadata/taskdefs", " ".repeat(ConductorFixture.MAX_BODY + 1))
                .expect(413)
                .json();
        assertThat(tooLarge.path("status").asInt()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"/health", "/api/health"})
    void healthIsThatOfTheStore(String path) {
        assertThat(api.get(path).expect(200).text())
                .isEqualTo("{\"healthResults\":[],\"suppressedHealthResults\":[],\"healthy\":true}");
    }

    @Test
    void theVersionIsText() {
        Response version = api.get("version").expect(200);
        assertThat(version.header("content-type")).startsWith("text/plain");
        assertThat(version.text()).isNotBlank();
    }

    @Test
    void theUiGetsItsFlagsAsAScript() {
        Response context = api.get("/context.js").expect(200);
        assertThat(context.header("content-type")).startsWith("text/javascript");
        assertThat(context.text()).startsWith("window.conductor = {").contains("\"SECRETS\":true");
    }

    @Test
    void anyKeyGetsATokenAndNoKeyGetsNone() {
        JsonNode first = api.post("token", "{\"keyId\":\"k\",\"keySecret\":\"s\"}")
                .expect(200)
                .json();
        JsonNode second = api.post("token", "{\"keyId\":\"k\",\"keySecret\":\"s\"}")
                .expect(200)
                .json();
        assertThat(first.path("token").asText()).hasSizeGreaterThan(20);
        assertThat(first).isNotEqualTo(second);
        JsonNode error = api.post("token", "{\"keyId\":\"\"}").expect(400).json();
        assertThat(error.path("message").asText()).isEqualTo("Validation failed, check below errors for detail.");
        assertThat(error.path("validationErrors").findValuesAsText("path")).containsExactly("keyId", "keySecret");
        Response who = api.send(
                api.ports.get(0),
                "GET",
                "token/userInfo",
                Optional.empty(),
                Map.of("X-Authorization", first.path("token").asText()));
        assertThat(who.expect(200).json().path("id").asText()).isNotBlank();
    }

    @Test
    void everyRouteIsInTheOpenApiDocumentAndEveryPathInItIsRouted() {
        JsonNode document = api.get("/openapi/conductor.json").expect(200).json();
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    assertThat(METHODS).contains(method);
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));
        Set<String> routed = new TreeSet<>(Set.of("GET /openapi/conductor.json"));
        for (Endpoint endpoint : new ConductorApi(api.engine).endpoints(api.vertx)) {
            routed.add(endpoint.method() + " " + endpoint.path());
        }
        assertThat(described).isEqualTo(routed);
        for (String operation : described) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{[^}]*}", "00000000-0000-0000-0000-000000000001");
            Response response = api.send(api.ports.get(0), parts[0], path, Optional.empty(), Map.of());
            assertThat(response.status()).as(operation).isNotIn(405, 500);
            assertThat(response.text()).as(operation).doesNotContain("There is nothing at this path");
        }
    }

    @Test
    void everyReferenceInTheOpenApiDocumentResolves() {
        JsonNode document = api.get("/openapi/conductor.json").expect(200).json();
        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
    }
}
