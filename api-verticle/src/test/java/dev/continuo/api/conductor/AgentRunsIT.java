package dev.continuo.api.conductor;

import static dev.continuo.api.AgentRuns.assertNoSecret;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.AgentRuns;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.store.Json;
import dev.continuo.store.SearchProjection;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of agents, seen from here. */
@ExtendWith(BackendsExtension.class)
class AgentRunsIT {
    private static ConductorFixture api;
    private static AgentRuns agents;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
        agents = new AgentRuns(api, ConductorApi.NAMESPACE);
        api.post("metadata/workflow", ConductorFixture.workflow("packing", 1)).expect(200);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    private static JsonNode read(String path) {
        Response response = api.get(path).expect(200);
        assertNoSecret(response.text());
        return response.json();
    }

    private static String status(UUID run) {
        return read("workflow/" + run + "/status").path("status").asText();
    }

    @Test
    void aRunIsShownWithItsAgentAsItsDefinition() {
        UUID run = agents.start();
        agents.complete(run, "It snows.");
        JsonNode view = read("workflow/" + run);
        assertThat(view.path("workflowName").asText()).isEqualTo("Poet");
        assertThat(view.path("correlationId").asText()).isEqualTo("poet");
        assertThat(view.path("createdBy").asText()).isEqualTo(AgentRuns.OWNER);
        assertThat(view.path("status").asText()).isEqualTo("RUNNING");
        assertThat(view.path("input")).isEqualTo(Json.read("{\"topic\":\"snow\",\"token\":\"***\"}"));
        assertThat(view.path("variables"))
                .isEqualTo(Json.read("{\"topic\":\"snow\",\"key\":\"***\",\"token\":\"***\"}"));
        assertThat(view.path("tasks").findValuesAsText("taskType")).containsExactly("AGENT_PROMPT", "AGENT_MCP");

        JsonNode first = view.path("tasks").path(0);
        assertThat(first.path("referenceTaskName").asText()).isEqualTo("Write");
        assertThat(first.path("inputData"))
                .isEqualTo(Json.read("{\"model\":\"m\",\"user\":\"On snow\",\"llm\":\"claude\",\"apikey\":\"***\"}"));
        assertThat(first.path("outputData")).isEqualTo(Json.read("{\"result\":\"It snows.\"}"));
        assertThat(first.at("/workflowTask/inputParameters/user").asText()).isEqualTo("On {topic}");
        assertThat(read("workflow/" + run + "?includeTasks=false").path("tasks"))
                .isEmpty();
    }

    @Test
    void theDefinitionHasATaskForEachNodeThatIsExecuted() {
        JsonNode definition = read("workflow/" + agents.start()).path("workflowDefinition");
        assertThat(definition.path("name").asText()).isEqualTo("Poet");
        assertThat(definition.path("description").asText()).isEqualTo("It writes.");
        assertThat(definition.path("version").asInt()).isEqualTo(1);
        assertThat(definition.path("variables")).isEqualTo(Json.read("{\"topic\":\"rain\",\"key\":\"***\"}"));
        assertThat(definition
                        .path("tasks")
                        .valueStream()
                        .map(task -> task.path("taskReferenceName").asText() + " "
                                + task.path("type").asText()))
                .containsExactly("Write AGENT_PROMPT", "Write (2) AGENT_MCP", "Return AGENT_RETURN");
        assertThat(definition.at("/tasks/1/inputParameters")).isEqualTo(Json.read("""
                        {"user": "{draft}", "output": "final", "apikey": "{key}",
                         "config": {"url": "http://tools.test", "headers": {"X-Key": "***", "X-Token": "{token}"}}}"""));
    }

    @Test
    void itsTasksAreReadOneByOneAndInLists() {
        UUID run = agents.start();
        UUID task = agents.complete(run, "It snows.");
        JsonNode one = read("tasks/" + task);
        assertThat(one.path("workflowType").asText()).isEqualTo("Poet");
        assertThat(one.at("/inputData/apikey").asText()).isEqualTo("***");
        assertThat(one.at("/workflowTask/retryCount").asInt()).isEqualTo(3);
        assertThat(read("tasks/" + task + "/log").findValuesAsText("log")).containsExactly("5 characters so far");
        JsonNode list = read("workflow/" + run + "/tasks?status=COMPLETED");
        assertThat(list.path("totalHits").asInt()).isEqualTo(1);
        assertThat(list.path("results").path(0).path("taskId").asText()).isEqualTo(task.toString());
        assertThat(read("workflow/" + run + "/status?includeVariables=true&includeOutput=true")
                        .at("/variables/key")
                        .asText())
                .isEqualTo("***");
        assertThat(read("admin/task/AGENT_MCP").findValuesAsText("taskId"))
                .contains(agents.open(run).toString());
        assertThat(read("workflow/running/Poet").valueStream().map(JsonNode::asText))
                .contains(run.toString());
        assertThat(read("workflow/Poet/correlated/poet?includeTasks=true").findValuesAsText("workflowId"))
                .contains(run.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflow/search | workflowType = Poet",
                "workflow/search | correlationId = poet AND status = RUNNING",
                "workflow/search-v2 | workflowType = Poet AND status IN (RUNNING, PAUSED)",
                "workflow/search-v2 | taskType = AGENT_MCP",
                "workflow/search-by-tasks | taskType = AGENT_PROMPT AND status = COMPLETED",
                "tasks/search | taskType = AGENT_MCP",
                "tasks/search-v2 | workflowType = Poet AND status = COMPLETED",
                "workflow/search | createdBy = " + AgentRuns.OWNER
            })
    void searchesFindIt(String path, String query) {
        UUID run = agents.start();
        agents.complete(run, "It snows.");
        JsonNode found = search(path, query, "");
        assertThat(found.findValuesAsText(path.startsWith("tasks/search-v2") ? "workflowInstanceId" : "workflowId"))
                .contains(run.toString());
    }

    private static JsonNode search(String path, String query, String more) {
        return read(path + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + more);
    }

    @Test
    void itIsFoundByItsWordsWhileItLivesAndLater() {
        UUID run = agents.start();
        agents.complete(run, "flurries");
        assertThat(search("tasks/search", "status = COMPLETED", "&freeText=flurries")
                        .findValuesAsText("workflowId"))
                .containsExactly(run.toString());
        agents.complete(run, "blizzards");
        assertThat(search("workflow/search", "", "&freeText=blizzards").findValuesAsText("workflowId"))
                .containsExactly(run.toString());
        ConductorFixture.await(new SearchProjection(api.engine.pool()).keep(1000, Duration.ZERO));
        assertThat(search("workflow/search", "status = COMPLETED", "&freeText=blizzards&sort=endTime:DESC")
                        .findValuesAsText("workflowId"))
                .containsExactly(run.toString());
    }

    @Test
    void aRunIsPausedResumedTerminatedAndRetried() {
        UUID run = agents.start();
        api.put("workflow/" + run + "/pause", "").expect(200);
        assertThat(status(run)).isEqualTo("PAUSED");
        api.put("workflow/" + run + "/resume", "").expect(200);
        assertThat(status(run)).isEqualTo("RUNNING");
        agents.complete(run, "It snows.");
        agents.fail(run);
        assertThat(read("workflow/" + run).path("reasonForIncompletion").asText())
                .contains("the key is refused");
        api.post("workflow/" + run + "/retry", "").expect(204);
        assertThat(status(run)).isEqualTo("RUNNING");
        api.delete("workflow/" + run + "?reason=enough").expect(200);
        assertThat(status(run)).isEqualTo("TERMINATED");
        JsonNode bulk =
                api.post("workflow/bulk/retry", "[\"" + run + "\"]").expect(200).json();
        assertThat(bulk.path("bulkSuccessfulResults")).hasSize(1);
        assertThat(status(run)).isEqualTo("RUNNING");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "POST | workflow/%s/restart | {}",
                "POST | workflow/%s/restart?useLatestDefinitions=true | {}",
                "POST | workflow/%s/rerun | {\"workflowInput\":{\"token\":\"x\"}}",
                "POST | workflow/%s/upgrade | {\"name\":\"Poet\"}",
            })
    void anEndedRunDoesNotBeginAgain(String method, String path, String body) {
        UUID run = agents.start();
        api.delete("workflow/" + run).expect(200);
        refused(method, path.formatted(run), body);
        assertThat(status(run)).isEqualTo("TERMINATED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT | workflow/%1$s/skiptask/Return | {}",
                "POST | workflow/%1$s/jump/Return | {}",
                "POST | workflow/%1$s/variables | {\"topic\":\"x\"}",
                "POST | workflow/%1$s/state | {\"variables\":{\"topic\":\"x\"}}",
                "POST | workflow/%1$s/resetcallbacks | {}",
                "POST | workflow/%1$s/messages | {}",
                "POST | tasks/%1$s/Write/COMPLETED | {}",
                "POST | tasks | {\"workflowInstanceId\":\"%1$s\",\"taskId\":\"%2$s\",\"status\":\"COMPLETED\"}",
                "POST | tasks/update-v2 | {\"workflowInstanceId\":\"%1$s\",\"taskId\":\"%2$s\",\"status\":\"FAILED\"}"
            })
    void whatWouldChangeItsCourseIsRefused(String method, String path, String body) {
        UUID run = agents.start();
        refused(method, path.formatted(run), body.formatted(run, agents.open(run)));
        assertThat(read("workflow/" + run).path("tasks").findValuesAsText("status"))
                .containsExactly("SCHEDULED");
    }

    private static void refused(String method, String path, String body) {
        Response response =
                api.send(api.ports.get(0), method, path, Optional.of(body), Map.of("Content-Type", "application/json"));
        assertThat(response.expect(409).json().path("message").asText()).contains("is a task of an agent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"remove", "terminate-remove"})
    void itIsRemovedWithItsCallback(String how) {
        UUID run = agents.start();
        UUID task = agents.open(run);
        if (how.equals("remove")) {
            api.delete("workflow/" + run + "/remove").expect(409);
            api.delete("workflow/" + run).expect(200);
        }
        api.delete("workflow/" + run + "/" + how).expect(200);
        api.get("workflow/" + run).expect(404);
        api.get("tasks/" + task).expect(404);
        assertThat(api.sql("SELECT 1 FROM webhook WHERE run_id = $1", run).size())
                .isZero();
        assertThat(ConductorFixture.await(api.engine.agents().task(run))).isEmpty();
    }

    @Test
    void aWorkflowThatReadsItGetsNoSecret() {
        UUID run = agents.start();
        api.post("metadata/workflow", """
                {"name": "reader", "version": 1, "ownerEmail": "o@example.com", "timeoutSeconds": 0, "schemaVersion": 2,
                 "tasks": [{"name": "read", "taskReferenceName": "read", "type": "GET_WORKFLOW",
                            "inputParameters": {"id": "%s", "includeTasks": true}}]}""".formatted(run)).expect(200);
        String reader = api.post("workflow/reader", "{}").expect(200).text();
        Await.until("the reader's end", Duration.ofSeconds(30), () -> status(UUID.fromString(reader))
                .equals("COMPLETED"));
        assertThat(read("workflow/" + reader).at("/output/variables/key").asText())
                .isEqualTo("***");
        String stored = api.sql("SELECT output FROM run WHERE id = $1", UUID.fromString(reader))
                .iterator()
                .next()
                .getString("output");
        assertNoSecret(stored);
    }

    static List<String> routes() {
        return Json.read(new ConductorApi(api.engine).openApi()).path("paths").properties().stream()
                .filter(path ->
                        path.getKey().contains("{workflowId}") || path.getKey().contains("{taskId}"))
                .flatMap(path -> path.getValue().properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(method ->
                                List.of("get", "put", "post", "delete").contains(method))
                        .map(method -> method + " " + path.getKey()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("routes")
    void noRouteBreaksOrShowsASecret(String route) {
        UUID run = agents.start();
        String done = agents.complete(run, "It snows.").toString();
        String method = route.substring(0, route.indexOf(' ')).toUpperCase(Locale.ROOT);
        for (String task : List.of(done, agents.open(run).toString())) {
            String path = route.substring(route.indexOf(' ') + 1)
                    .replace("{workflowId}", run.toString())
                    .replace("{taskId}", task)
                    .replaceAll("\\{task(RefName|ReferenceName)}", "Write")
                    .replace("{status}", "COMPLETED")
                    .replaceFirst("/state$", "/state?waitForSeconds=0");
            boolean bare = method.equals("GET") || method.equals("DELETE");
            Response response = api.send(
                    api.ports.get(0),
                    method,
                    path,
                    bare ? Optional.empty() : Optional.of("{}"),
                    bare ? Map.of() : Map.of("Content-Type", "application/json"));
            assertThat(response.status()).isLessThan(500);
            assertNoSecret(response.text());
        }
    }
}
