package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.engine.IdempotencyStrategy;
import dev.continuo.engine.StartResult;
import dev.continuo.engine.StartSpec;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two workflows that wait for a worker, over HTTP. */
@ExtendWith(BackendsExtension.class)
class SearchIT {
    private static ConductorFixture api;
    private static final List<UUID> RUNS = new ArrayList<>();

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
        api.post("metadata/workflow", """
                {"name": "packing", "version": 3, "ownerEmail": "o@example.com", "timeoutSeconds": 0, "schemaVersion": 2,
                 "metadata": {"classifier": "shop"}, "maskedFields": ["pin"],
                 "tasks": [{"name": "pack", "taskReferenceName": "pack_ref", "type": "SIMPLE",
                            "inputParameters": {"who": "${workflow.input.customer}", "pin": "1234"}}]}""").expect(200);
        RUNS.add(start("c-1", "{\"customer\":\"Ann\",\"pin\":\"1234\"}"));
        RUNS.add(start("c-2", "{\"customer\":\"Bob\"}"));
    }

    private static UUID start(String correlationId, String input) {
        StartSpec spec = new StartSpec(
                ConductorApi.NAMESPACE,
                "packing",
                Optional.empty(),
                Optional.empty(),
                (ObjectNode) Json.read(input),
                Optional.of(correlationId),
                7,
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                IdempotencyStrategy.FAIL,
                JsonNodeFactory.instance.objectNode(),
                "ann",
                StartSpec.Identity.NEW);
        if (ConductorFixture.await(api.engine.conductor().runs().start(spec)) instanceof StartResult.Started started) {
            return started.runId();
        }
        throw new AssertionError("Not started");
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void aSummaryTellsTimesAndPayloadsAsTexts() {
        JsonNode found = search("workflow/search", "correlationId = c-1");
        assertThat(found.path("totalHits").asInt()).isEqualTo(1);
        JsonNode summary = found.path("results").path(0);
        assertThat(summary.path("workflowId").asText()).isEqualTo(RUNS.get(0).toString());
        assertThat(summary.path("workflowType").asText()).isEqualTo("packing");
        assertThat(summary.path("version").asInt()).isEqualTo(3);
        assertThat(summary.path("status").asText()).isEqualTo("RUNNING");
        assertThat(summary.path("startTime").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(summary.has("endTime")).isFalse();
        assertThat(summary.path("input").textValue()).isEqualTo("{\"customer\":\"Ann\",\"pin\":\"***\"}");
        assertThat(summary.path("inputSize").asInt()).isEqualTo(31);
        assertThat(summary.path("output").textValue()).isEqualTo("{}");
        assertThat(summary.path("priority").asInt()).isEqualTo(7);
        assertThat(summary.path("createdBy").asText()).isEqualTo("ann");
        assertThat(summary.path("classifier").asText()).isEqualTo("shop");
        assertThat(summary.path("failedReferenceTaskNames").textValue()).isEmpty();
    }

    @Test
    void aTaskSummaryTellsOfItsWorkflow() {
        JsonNode found = search("tasks/search", "taskType = pack AND correlationId = c-1");
        JsonNode summary = found.path("results").path(0);
        assertThat(found.path("totalHits").asInt()).isEqualTo(1);
        assertThat(summary.path("workflowId").asText()).isEqualTo(RUNS.get(0).toString());
        assertThat(summary.path("workflowType").asText()).isEqualTo("packing");
        assertThat(summary.path("taskDefName").asText()).isEqualTo("pack");
        assertThat(summary.path("taskReferenceName").asText()).isEqualTo("pack_ref");
        assertThat(summary.path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(summary.path("input").textValue()).isEqualTo("{\"who\":\"Ann\",\"pin\":\"***\"}");
        assertThat(summary.path("workflowPriority").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workflow/search-v2", "workflow/search-by-tasks-v2"})
    void theSecondVersionAnswersWholeWorkflows(String path) {
        JsonNode found = search(path, "correlationId = c-2");
        assertThat(found.path("totalHits").asInt()).isEqualTo(1);
        JsonNode workflow = found.path("results").path(0);
        assertThat(workflow.path("workflowId").asText()).isEqualTo(RUNS.get(1).toString());
        assertThat(workflow.path("workflowDefinition").path("name").asText()).isEqualTo("packing");
        assertThat(workflow.path("tasks").path(0).path("referenceTaskName").asText())
                .isEqualTo("pack_ref");
        assertThat(workflow.path("input").path("customer").asText()).isEqualTo("Bob");
    }

    @Test
    void theSecondVersionAnswersWholeTasks() {
        JsonNode task =
                search("tasks/search-v2", "correlationId = c-2").path("results").path(0);
        assertThat(task.path("workflowInstanceId").asText())
                .isEqualTo(RUNS.get(1).toString());
        assertThat(task.path("inputData").path("who").asText()).isEqualTo("Bob");
        assertThat(task.path("workflowTask").path("taskReferenceName").asText()).isEqualTo("pack_ref");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflow/search?freeText=ann | c-1",
                "workflow/search?freeText=* | c-2 c-1",
                "workflow/search?freeText=&sort=&query=&skipCache=false | c-2 c-1",
                "workflow/search?sort=startTime:ASC | c-1 c-2",
                "workflow/search?sort=version&sort=startTime:ASC | c-1 c-2",
                "workflow/search?sort=version,startTime:ASC&size=1 | c-1",
                "workflow/search?sort=startTime:ASC&size=1&start=1 | c-2",
                "workflow/search?classifier=shop | c-2 c-1",
                "workflow/search?classifier=agent | ",
                "workflow/search?topLevelOnly=true | c-2 c-1",
                "workflow/search?size=0 | ",
                "workflow/search-by-tasks?freeText=bob&sort=startTime:DESC | c-2",
                "tasks/search?freeText=bob | c-2",
                "tasks/search?sort=scheduledTime:ASC | c-1 c-2"
            })
    void parametersNarrowAndOrder(String path, String expected) {
        List<String> found = new ArrayList<>();
        api.get(path)
                .expect(200)
                .json()
                .path("results")
                .forEach(result -> found.add(result.path("correlationId").asText()));
        assertThat(String.join(" ", found)).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflow/search?query=color=red | There is no field 'color'; the fields are: workflowId, workflowType,",
                "tasks/search?query=color=red | There is no field 'color'; the fields are: taskId, taskType,",
                "workflow/search?sort=color | There is no field 'color' to sort by; the fields are: workflowId,",
                "workflow/search?query=status=DONE | 'status' is one of RUNNING,",
                "workflow/search?query=(version=1 | ')' is expected"
            })
    void whatIsWrongIsRefused(String path, String message) {
        JsonNode error = api.get(path.replace("(", "%28")).expect(400).json();
        assertThat(error.path("message").asText()).startsWith(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workflow/search?size=5001",
                "workflow/search?size=-1",
                "workflow/search?start=-1",
                "workflow/search?start=x",
                "tasks/search-v2?size=5001"
            })
    void pagesHaveLimits(String path) {
        api.get(path).expect(400);
    }

    @Test
    void workflowsAreReadInBulk() {
        String none = "01890000-0000-7000-8000-000000000000";
        JsonNode found = api.post("workflow/bulk/search", "[\"%s\", \"%s\", \"x\"]".formatted(RUNS.get(0), none))
                .expect(200)
                .json();
        assertThat(found.path("bulkSuccessfulResults")).hasSize(1);
        JsonNode workflow = found.path("bulkSuccessfulResults").path(0);
        assertThat(workflow.path("workflowId").asText()).isEqualTo(RUNS.get(0).toString());
        assertThat(workflow.path("tasks")).hasSize(1);
        assertThat(found.path("bulkErrorResults").path(none).asText()).contains(none);
        assertThat(found.path("bulkErrorResults").has("x")).isTrue();
        JsonNode bare = api.post("workflow/bulk/search?includeTasks=false", "[\"%s\"]".formatted(RUNS.get(0)))
                .expect(200)
                .json();
        assertThat(bare.path("bulkSuccessfulResults").path(0).path("tasks")).isEmpty();
        api.post("workflow/bulk/search", "[]").expect(400);
        api.post("workflow/bulk/search", "[1]").expect(400);
    }

    private static JsonNode search(String path, String query) {
        return api.get(path + "?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
                .expect(200)
                .json();
    }
}
