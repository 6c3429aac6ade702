package dev.continuo.api.conductor;

import static dev.continuo.api.conductor.ConductorFixture.task;
import static dev.continuo.api.conductor.ConductorFixture.workflow;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workflow and task definitions, written and read. */
@ExtendWith(BackendsExtension.class)
class MetadataIT {
    private static ConductorFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @BeforeEach
    void nothingIsDefined() {
        api.sql("DELETE FROM workflow_def");
        api.sql("DELETE FROM task_def");
    }

    @Test
    void aWorkflowIsReadAsItWasRegistered() {
        assertThat(api.post("metadata/workflow", workflow("order", 1))
                        .expect(200)
                        .text())
                .isEmpty();
        JsonNode read = api.get("metadata/workflow/order").expect(200).json();
        assertThat(read.path("name").asText()).isEqualTo("order");
        assertThat(read.path("version").asInt()).isEqualTo(1);
        assertThat(read.at("/tasks/0/taskReferenceName").asText()).isEqualTo("pack_ref");
        assertThat(read.path("createTime").isIntegralNumber()).isTrue();
        assertThat(read.path("createTime").asLong()).isGreaterThan(1_600_000_000_000L);
        assertThat(read.path("ownerEmail").asText()).isEqualTo("owner@example.com");
    }

    @Test
    void theLatestVersionIsTheHighestAndOthersAreFoundByNumber() {
        api.post("metadata/workflow", "[" + workflow("order", 2) + "," + workflow("order", 10) + "]")
                .expect(200);
        api.post("metadata/workflow", workflow("order", 9)).expect(200);
        assertThat(version("metadata/workflow/order")).isEqualTo(10);
        assertThat(version("metadata/workflow/order?version=0")).isEqualTo(10);
        assertThat(version("metadata/workflow/order?version=2")).isEqualTo(2);
        api.get("metadata/workflow/order?version=3").expect(404);
        api.get("metadata/workflow/other").expect(404);
    }

    private static int version(String path) {
        return api.get(path).expect(200).json().path("version").asInt();
    }

    @Test
    void aVersionThatExistsIsReplacedOnlyWhenAsked() {
        api.post("metadata/workflow", workflow("order", 1)).expect(200);
        JsonNode error =
                api.post("metadata/workflow", workflow("order", 1)).expect(409).json();
        assertThat(error.path("message").asText()).isEqualTo("Workflow with order.1 already exists!");
        String changed = workflow("order", 1).replace("pack_ref", "packing");
        api.post("metadata/workflow?overwrite=false", changed).expect(409);
        api.post("metadata/workflow?overwrite=true", changed).expect(200);
        assertThat(api.get("metadata/workflow/order")
                        .json()
                        .at("/tasks/0/taskReferenceName")
                        .asText())
                .isEqualTo("packing");
    }

    @Test
    void ofAListAllOrNoneAreRegistered() {
        api.post("metadata/workflow", workflow("b", 1)).expect(200);
        api.post("metadata/workflow", "[" + workflow("a", 1) + "," + workflow("b", 1) + "]")
                .expect(409);
        api.get("metadata/workflow/a").expect(404);
    }

    @Test
    void aNewVersionIsTheOneAfterTheLatestWhateverTheDocumentSays() {
        api.post("metadata/workflow?newVersion=true", workflow("order", 7)).expect(200);
        assertThat(version("metadata/workflow/order")).isEqualTo(1);
        api.post("metadata/workflow?newVersion=true", workflow("order", 7)).expect(200);
        assertThat(version("metadata/workflow/order")).isEqualTo(2);
    }

    @Test
    void newVersionsThatAreWrittenAtTheSameTimeAreAllKept() {
        List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> api.post("metadata/workflow?newVersion=true", workflow("order", 1))
                                .expect(200)))
                .toList();
        writers.forEach(CompletableFuture::join);
        assertThat(api.get("metadata/workflow/order/versions").json().findValuesAsText("version"))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    }

    @Test
    void aListThatIsTooLargeIsRefusedWithoutBeingRead() {
        api.post("metadata/workflow", "[" + workflow("big", 1) + "," + workflow("small", 1) + "]")
                .expect(200);
        api.sql("UPDATE workflow_def SET document = '{\"description\": \"' || repeat('x', 34000000) || '\"}'"
                + " WHERE name = 'big'");
        assertThat(api.get("metadata/workflow")
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .matches("All definitions together carry 3400\\d{4} bytes, .*");
        assertThat(api.get("metadata/workflow?name=small").expect(200).json().size())
                .isEqualTo(1);
        assertThat(api.get("metadata/workflow/names").expect(200).text()).isEqualTo("[\"big\",\"small\"]");
    }

    @Test
    void anUpdateWritesAllAndTellsTheirNames() {
        api.post("metadata/workflow", workflow("a", 1)).expect(200);
        JsonNode all = api.put("metadata/workflow", "[" + workflow("a", 1) + "," + workflow("b", 1) + "]")
                .expect(200)
                .json();
        assertThat(all.path("bulkSuccessfulResults").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(all.path("bulkErrorResults").isEmpty()).isTrue();
        JsonNode some = api.put(
                        "metadata/workflow?overwrite=false", "[" + workflow("a", 1) + "," + workflow("c", 1) + "]")
                .expect(200)
                .json();
        assertThat(some.path("bulkSuccessfulResults").toString()).isEqualTo("[\"c\"]");
        assertThat(some.at("/bulkErrorResults/a").asText()).contains("already exists");
    }

    @Test
    void definitionsAreListedWholeBrieflyAndByName() {
        api.post("metadata/workflow", "[" + workflow("b", 1) + "," + workflow("a", 2) + "," + workflow("a", 1) + "]")
                .expect(200);
        JsonNode whole = api.get("metadata/workflow").expect(200).json();
        assertThat(whole.findValuesAsText("version")).containsExactly("1", "2", "1");
        assertThat(whole.get(0).path("tasks").size()).isEqualTo(1);
        JsonNode brief = api.get("metadata/workflow?short=true&metadata=true").json();
        assertThat(brief.size()).isEqualTo(3);
        assertThat(brief.get(0).has("tasks")).isFalse();
        assertThat(api.get("metadata/workflow?name=a").json().size()).isEqualTo(2);
        assertThat(api.get("metadata/workflow?classifier=agent").json().size()).isZero();
        JsonNode latest =
                api.get("metadata/workflow/latest-versions").expect(200).json();
        assertThat(latest.size()).isEqualTo(2);
        assertThat(latest.get(0).path("version").asInt()).isEqualTo(2);
        assertThat(api.get("metadata/workflow/names").expect(200).text()).isEqualTo("[\"a\",\"b\"]");
        JsonNode named =
                api.get("metadata/workflow/names-and-versions").expect(200).json();
        assertThat(named.path("a").findValuesAsText("version")).containsExactly("1", "2");
        assertThat(named.at("/b/0/name").asText()).isEqualTo("b");
        assertThat(named.at("/b/0/createTime").isIntegralNumber()).isTrue();
        assertThat(api.get("metadata/workflow/a/versions").expect(200).json()).isEqualTo(named.path("a"));
        api.get("metadata/workflow/c/versions").expect(404);
    }

    @Test
    void aVersionIsDeletedOnce() {
        api.post("metadata/workflow", workflow("order", 1)).expect(200);
        assertThat(api.delete("metadata/workflow/order/1").expect(200).text()).isEmpty();
        api.delete("metadata/workflow/order/1").expect(404);
        api.delete("metadata/workflow/order/one").expect(400);
    }

    @Test
    void aDefinitionIsCheckedWithoutBeingStored() {
        api.post("metadata/workflow/validate", workflow("order", 1)).expect(200);
        api.get("metadata/workflow/order").expect(404);
        api.post("metadata/workflow/validate", "{\"name\":\"order\",\"tasks\":[]}")
                .expect(400);
    }

    @Test
    void allFaultsAreToldAtOnceWithTheirPaths() {
        JsonNode error = api.post("metadata/workflow", "{\"name\":\"\",\"tasks\":[]}")
                .expect(400)
                .json();
        assertThat(error.path("message").asText()).isEqualTo("Validation failed, check below errors for detail.");
        assertThat(error.path("retryable").asBoolean(true)).isFalse();
        assertThat(error.path("validationErrors").findValuesAsText("path")).contains("name", "tasks");
        JsonNode second = api.put("metadata/workflow", "[" + workflow("order", 1) + ",{\"name\":\"x\"}]")
                .expect(400)
                .json();
        assertThat(second.path("validationErrors").findValuesAsText("path")).contains("[1].tasks");
        api.get("metadata/workflow/order").expect(404);
    }

    @Test
    void faultsAreFoundAtAnyDepth() {
        JsonNode error = api.post("metadata/workflow", """
                        {"name": "order", "timeoutSeconds": -1, "schemaVersion": 1, "tasks": [
                          {"name": "s", "taskReferenceName": "s", "type": "SWITCH", "evaluatorType": "value-param",
                           "expression": "x", "inputParameters": {"x": 1},
                           "decisionCases": {"a": [{"name": "pack", "taskReferenceName": "s"}]}}]}""").expect(400).json();
        assertThat(error.path("validationErrors").findValuesAsText("path"))
                .contains("timeoutSeconds", "schemaVersion", "tasks[0].decisionCases.a[0].taskReferenceName");
        assertThat(error.at("/validationErrors").findValues("invalidValue").toString())
                .contains("-1");
    }

    @Test
    void theTemplateOfATaskDefinitionMayGiveWhatATaskNeeds() {
        String call = workflow("order", 1).replace("SIMPLE", "HTTP");
        api.post("metadata/workflow", call).expect(400);
        api.post(
                        "metadata/taskdefs",
                        task("pack")
                                .replace(
                                        "\"retryCount\": 1",
                                        "\"inputTemplate\": {\"http_request\": {\"uri\": \"http://127.0.0.1/\","
                                                + " \"method\": \"GET\"}}"))
                .expect(200);
        api.post("metadata/workflow", call).expect(200);
    }

    @Test
    void whatADefinitionLeavesOutIsShownWithItsDefault() {
        api.post("metadata/workflow", workflow("order", 1)).expect(200);
        JsonNode order = api.get("metadata/workflow/order").json();
        assertThat(order.path("restartable").asBoolean()).isTrue();
        assertThat(order.path("timeoutPolicy").asText()).isEqualTo("ALERT_ONLY");
        api.post("metadata/taskdefs", "[{\"name\": \"bare\"}]").expect(200);
        JsonNode bare = api.get("metadata/taskdefs/bare").json();
        assertThat(bare.path("retryCount").asInt()).isEqualTo(3);
        assertThat(bare.path("responseTimeoutSeconds").asInt()).isEqualTo(3600);
        assertThat(bare.path("timeoutPolicy").asText()).isEqualTo("TIME_OUT_WF");
    }

    @Test
    void aTaskDefinitionWhoseTimesContradictEachOtherIsRefused() {
        JsonNode error = api.post(
                        "metadata/taskdefs",
                        "[" + task("a") + ","
                                + task("b").replace("\"timeoutSeconds\": 0", "\"timeoutSeconds\": 5")
                                + "]")
                .expect(400)
                .json();
        assertThat(error.at("/validationErrors/0/path").asText()).isEqualTo("[1].responseTimeoutSeconds");
        api.get("metadata/taskdefs/a").expect(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[1]", "3", "\"order\"", "null"})
    void whatIsNoDefinitionIsRefused(String body) {
        api.post("metadata/workflow", body).expect(400);
        api.post("metadata/taskdefs", body).expect(400);
    }

    @Test
    void whatIsThereTwiceIsRefused() {
        api.post("metadata/workflow", "[" + workflow("a", 1) + "," + workflow("a", 1) + "]")
                .expect(400);
        JsonNode error = api.post("metadata/taskdefs", "[" + task("a") + "," + task("a") + "]")
                .expect(400)
                .json();
        assertThat(error.at("/validationErrors/0/path").asText()).isEqualTo("[1].name");
        assertThat(error.at("/validationErrors/0/invalidValue").asText()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"a/b, a%2Fb", "a b, a%20b", "a b, a+b", "a+b, a%2Bb", "a%b, a%25b", "ä, %C3%A4", "names, names"})
    void namesAreTakenFromThePathDecoded(String name, String encoded) {
        api.post("metadata/taskdefs", "[" + task(name) + "]").expect(200);
        assertThat(api.get("metadata/taskdefs/" + encoded)
                        .expect(200)
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo(name);
        api.delete("metadata/taskdefs/" + encoded).expect(200);
        api.get("metadata/taskdefs/" + encoded).expect(404);
        api.post("metadata/workflow", workflow(name, 1)).expect(200);
        api.delete("metadata/workflow/" + encoded + "/1").expect(200);
    }

    @Test
    void taskDefinitionsAreWrittenOverAndReadAsTheyAre() {
        assertThat(api.post("metadata/taskdefs", "[" + task("pack") + "," + task("ship") + "]")
                        .expect(200)
                        .text())
                .isEmpty();
        api.post("metadata/taskdefs", task("pack").replace("\"retryCount\": 1", "\"retryCount\": 5"))
                .expect(200);
        JsonNode pack = api.get("metadata/taskdefs/pack").expect(200).json();
        assertThat(pack.path("retryCount").asInt()).isEqualTo(5);
        assertThat(pack.path("updateTime").asLong())
                .isGreaterThan(pack.path("createTime").asLong());
        JsonNode all = api.get("metadata/taskdefs?access=READ&metadata=true")
                .expect(200)
                .json();
        assertThat(all.findValuesAsText("name")).containsExactly("pack", "ship");
    }

    @Test
    void onlyATaskDefinitionThatExistsIsReplaced() {
        JsonNode error = api.put("metadata/taskdefs", task("pack")).expect(404).json();
        assertThat(error.path("message").asText()).contains("pack");
        api.post("metadata/taskdefs", "[" + task("pack") + "]").expect(200);
        assertThat(api.put("metadata/taskdefs", task("pack").replace("\"retryCount\": 1", "\"retryCount\": 2"))
                        .expect(200)
                        .text())
                .isEmpty();
        assertThat(api.get("metadata/taskdefs/pack").json().path("retryCount").asInt())
                .isEqualTo(2);
    }
}
