package dev.continuo.api.agents;

import static dev.continuo.api.agents.AgentsFixture.Person.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.Authenticator;
import dev.continuo.api.Endpoint;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.List;
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

/** What every path of the dialect has in common: keys, refusals in the original's form, the OpenAPI document. */
@ExtendWith(BackendsExtension.class)
class AgentsHttpIT {
    private static final String NOBODY = "00000000-0000-0000-0000-000000000001";
    private static final Set<String> METHODS = Set.of("get", "post", "delete");
    private static AgentsFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AgentsFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            GET    | /api/v1/nowhere           | 404 | There is nothing at this path
            PUT    | /api/v1/agent             | 405 | Method not allowed
            PATCH  | /api/v1/agent/x           | 405 | Method not allowed
            POST   | /api/v1/task              | 405 | Method not allowed
            GET    | /api/v1/agent/x           | 404 | Agent not found
            DELETE | /api/v1/agent/x           | 404 | Agent not found
            GET    | /api/v1/workflow/x        | 404 | Agent not found
            GET    | /api/v1/task/x            | 404 | Task not found
            DELETE | /api/v1/task/x            | 404 | Task not found
            GET    | /api/v1/task/00000000-0000-0000-0000-000000000001 | 404 | Task not found
            GET    | /api/v1/task?limit=0      | 400 | limit must be a whole number from 1 to 1000
            GET    | /api/v1/task?status=done  | 400 | status must be one of running, complete, error
            GET    | /api/v1/task?before=x     | 400 | before must be the id of a task
            GET    | /api/v1/agent?limit=1001  | 400 | limit must be a whole number from 1 to 1000
            """)
    void refusalsHaveTheFormOfTheOriginal(String method, String path, int status, String message) {
        Response response = api.as(ANN, method, path).expect(status);
        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(response.json().path("message").asText()).isEqualTo(message);
        assertThat(response.json().has("detail")).isFalse();
        if (status == 405) {
            assertThat(response.header("allow")).isNotBlank();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, agent",
        "POST, agent",
        "GET, agent/x",
        "POST, agent/x",
        "DELETE, agent/x",
        "POST, workflow/x",
        "GET, workflow/x",
        "GET, task",
        "GET, task/x",
        "DELETE, task/x"
    })
    void nobodyGetsInWithoutAKey(String method, String path) {
        for (String key : List.of("", "wrong")) {
            Response response = api.send(api.ports.get(0), method, path, Optional.empty(), Map.of("apikey", key))
                    .expect(401);
            assertThat(response.text()).isEqualTo("{\"message\":\"Unauthorized. API key is invalid\"}");
        }
        api.send(api.ports.get(0), method, path, Optional.empty(), Map.of()).expect(401);
    }

    @Test
    void aBodyThatCannotBeReadIsTheCallersFault() {
        assertThat(message(api.as(ANN, "POST", "agent", "{'id': }").expect(400)))
                .contains("line 1, column");
        assertThat(message(api.as(ANN, "POST", "agent", "[]").expect(400))).isEqualTo("The body must be a JSON object");
        assertThat(message(api.as(ANN, "POST", "workflow/x", "").expect(400))).contains("empty");
        assertThat(message(api.as(ANN, "POST", "agent", " ".repeat(AgentsFixture.MAX_BODY + 1))
                        .expect(413)))
                .contains("larger");
    }

    @Test
    void everyRouteIsInTheOpenApiDocumentAndEveryPathInItIsRouted() {
        JsonNode document = api.get("/openapi/agents.json").expect(200).json();
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    assertThat(METHODS).contains(method);
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));
        Set<String> routed = new TreeSet<>(Set.of("GET /openapi/agents.json"));
        for (Endpoint endpoint : new AgentsApi(api.engine, Authenticator.OPEN, true).endpoints(api.vertx)) {
            routed.add(endpoint.method() + " " + endpoint.path());
        }
        assertThat(described).isEqualTo(routed);
        for (String operation : described) {
            String[] parts = operation.split(" ");
            Response response = api.as(ANN, parts[0], parts[1].replaceAll("\\{[^}]*}", NOBODY));
            assertThat(response.status()).as(operation).isNotIn(405, 500);
            assertThat(response.text()).as(operation).doesNotContain("There is nothing at this path");
        }
    }

    @Test
    void everyReferenceInTheOpenApiDocumentResolves() {
        JsonNode document = api.get("/openapi/agents.json").expect(200).json();
        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
    }

    @Test
    void theOpenApiDocumentTellsReceiversWhatIsSentToThem() {
        JsonNode document = api.get("/openapi/agents.json").expect(200).json();
        JsonNode told = document.at("/paths/~1api~1v1~1workflow~1{agentId}/post/callbacks/progress")
                .path("{$request.body#/callback}")
                .path("post");
        assertThat(told.at("/requestBody/content/application~1json/schema/$ref").asText())
                .isEqualTo("#/components/schemas/Task");
        assertThat(told.path("parameters").findValuesAsText("name"))
                .containsExactly("webhook-id", "webhook-timestamp", "webhook-signature", "continuo-message-number");
    }

    private static String message(Response response) {
        return response.json().path("message").asText();
    }
}
