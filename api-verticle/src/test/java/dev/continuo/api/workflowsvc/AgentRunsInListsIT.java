package dev.continuo.api.workflowsvc;

import static dev.continuo.api.AgentRuns.assertNoSecret;
import static dev.continuo.api.workflowsvc.ApiFixture.NS;
import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.AgentRuns;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs of agents, seen from here. */
@ExtendWith(BackendsExtension.class)
class AgentRunsInListsIT {
    private static ApiFixture api;
    private static AgentRuns agents;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ApiFixture(backends);
        agents = new AgentRuns(api, NS);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    private static JsonNode read(String path) {
        Response response = api.get(ns(path)).expect(200);
        assertNoSecret(response.text());
        return response.json();
    }

    private static JsonNode status(UUID run, String verb, int expected) {
        return api.put(ns("workflows/" + run + "/status"), "{\"_status\":\"" + verb + "\"}")
                .expect(expected)
                .json();
    }

    @Test
    void aRunIsShownWithItsNodesAsTasks() {
        UUID run = agents.start();
        agents.complete(run, "It snows.");
        JsonNode view = read("workflows/" + run);
        assertThat(view.path("_name").asText()).isEqualTo("Poet");
        assertThat(view.path("_status").asText()).isEqualTo("RUNNING");
        assertThat(view.path("_createdBy").asText()).isEqualTo(AgentRuns.OWNER);
        assertThat(view.path("_inputParams")).isEqualTo(Json.read("{\"topic\":\"snow\",\"token\":\"***\"}"));
        assertThat(view.path("_tasks").valueStream().map(AgentRunsInListsIT::line))
                .containsExactly("1 Write AGENT_PROMPT COMPLETED", "2 Write (2) AGENT_MCP QUEUED");

        agents.complete(run, "It snows on.");
        JsonNode ended = read("workflows/" + run);
        assertThat(ended.path("_status").asText()).isEqualTo("COMPLETED");
        assertThat(ended.path("_output")).isEqualTo(Json.read("{\"final\":\"It snows on.\"}"));
        assertThat(ended.path("_tasks").valueStream().map(AgentRunsInListsIT::line))
                .endsWith("3 Return AGENT_RETURN COMPLETED");
    }

    private static String line(JsonNode task) {
        return Stream.of("_sequenceno", "_name", "_type", "_status")
                .map(name -> task.path(name).asText())
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
    }

    @Test
    void aTaskIsShownWithItsLogAndWithoutItsKey() {
        UUID run = agents.start();
        UUID task = agents.complete(run, "It snows.");
        JsonNode view = read("workflows/" + run + "/tasks/" + task);
        assertThat(line(view)).isEqualTo("1 Write AGENT_PROMPT COMPLETED");
        assertThat(view.path("_inputParams"))
                .isEqualTo(Json.read("{\"model\":\"m\",\"user\":\"On snow\",\"llm\":\"claude\",\"apikey\":\"***\"}"));
        assertThat(view.path("_output")).isEqualTo(Json.read("{\"result\":\"It snows.\"}"));
        assertThat(read("workflows/" + run + "/tasks/" + task + "/logs")
                        .path("_list")
                        .path(0)
                        .path("message")
                        .asText())
                .isEqualTo("5 characters so far");
        JsonNode tools = read("workflows/" + run + "/tasks/" + agents.open(run));
        assertThat(tools.at("/_inputParams/config/headers"))
                .isEqualTo(Json.read("{\"X-Key\":\"***\",\"X-Token\":\"{token}\"}"));
    }

    @Test
    void listsHaveRunsOfAgentsAmongTheOthers() {
        UUID run = agents.start();
        String definition = api.define(
                "asks",
                "[{\"_type\":\"USER_INPUT\",\"_name\":\"ask\",\"_sequenceno\":1,\"_sendNotification\":\"no\",\"_notificationId\":\"1\",\"_inputParams\":{\"_userInput\":{\"a\":{\"type\":\"string\"}}}}]");
        String other = api.start(definition).path("_id").textValue();
        Response all = api.get(ns("workflows", "_count", "1000")).expect(200);
        assertNoSecret(all.text());
        assertThat(all.json().path("_list").valueStream().map(one -> one.path("_id")
                        .asText()))
                .contains(run.toString(), other);
        JsonNode named = api.get(ns("workflows", "_name", "poet", "_status", "QUEUED", "sort", "{\"_createdAt\":-1}"))
                .expect(200)
                .json();
        assertThat(named.path("_list").path(0).path("_id").asText()).isEqualTo(run.toString());
    }

    @Test
    void aRunIsPausedResumedTerminatedAndRetried() {
        UUID run = agents.start();
        assertThat(status(run, "PAUSED", 200).path("_status").asText()).isEqualTo("PAUSED");
        status(run, "RETRIED", 409);
        assertThat(status(run, "RESUMED", 200).path("_status").asText()).isEqualTo("QUEUED");
        agents.complete(run, "It snows.");
        agents.fail(run);
        assertThat(read("workflows/" + run).path("_status").asText()).isEqualTo("FAILED");
        assertThat(status(run, "RETRIED", 200).path("_tasks").valueStream().map(AgentRunsInListsIT::line))
                .containsExactly("1 Write AGENT_PROMPT COMPLETED", "2 Write (2) AGENT_MCP QUEUED");
        assertThat(status(run, "TERMINATED", 200).path("_status").asText()).isEqualTo("TERMINATED");
        status(run, "PAUSED", 409);
    }

    @Test
    void noNodeWaitsForAPersonAndNoAgentIsADefinition() {
        UUID run = agents.start();
        UUID task = agents.open(run);
        assertThat(api.post(ns("workflows/" + run + "/userinput/" + task), "{\"_userInput\":{}}")
                        .expect(409)
                        .json()
                        .path("message")
                        .asText())
                .isEqualTo("Task 'Write' is a AGENT_PROMPT, which takes no user input");
        String definition = read("workflows/" + run).path("_workflowDefId").asText();
        api.get(ns("workflowdefs/" + definition)).expect(404);
        api.post(ns("workflows"), "{\"_workflowDefId\":\"" + definition + "\"}").expect(404);
    }

    static List<String> paths() {
        return Json.read(new WorkflowsvcApi(api.engine).openApi()).path("paths").properties().stream()
                .filter(path -> path.getKey().contains("{workflowId}"))
                .flatMap(path -> path.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(method ->
                                List.of("get", "put", "post", "delete").contains(method))
                        .map(method -> method + " " + path.getKey()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void noRouteBreaksOrShowsASecret(String route) {
        UUID run = agents.start();
        String task = agents.complete(run, "It snows.").toString();
        String method = route.substring(0, route.indexOf(' ')).toUpperCase(Locale.ROOT);
        String path = route.substring(route.indexOf(' ') + 1)
                .replace("{workflowId}", run.toString())
                .replace("{taskId}", task)
                .replace("{userInputId}", task);
        boolean bare = method.equals("GET") || method.equals("DELETE");
        Response response = api.send(
                api.ports.get(0),
                method,
                ns(path),
                bare ? Optional.empty() : Optional.of("{}"),
                Map.of("Content-Type", "application/json"));
        assertThat(response.status()).isLessThan(500);
        assertNoSecret(response.text());
    }
}
