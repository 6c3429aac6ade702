package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks as they are read, and what is said about them by others than their workers. */
@ExtendWith(BackendsExtension.class)
class TasksIT {
    private static final String WAIT = """
            {"name": "wait", "taskReferenceName": "wait_ref", "type": "WAIT", "inputParameters": {"a": 1}}""";

    private static ConductorFixture api;
    private static Runner runner;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
        runner = new Runner(api);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    private static String waiting() {
        String workflow = Runner.name("waits");
        runner.define(workflow, "[" + WAIT + "]");
        return runner.start(workflow, "{}");
    }

    private static Response post(String path) {
        return api.send(api.ports.get(0), "POST", path, Optional.empty(), Map.of());
    }

    @Test
    void aTaskThatIsNotThereAndAnIdThatIsNoneAreToldApart() {
        String id = UUID.randomUUID().toString();
        assertThat(api.get("tasks/" + id).expect(404).json().path("message").asText())
                .isEqualTo("Task not found for taskId: " + id);
        api.get("tasks/none").expect(400);
        api.get("tasks/none/log").expect(400);
    }

    @Test
    void aTaskIsReadWithItsDefinition() {
        String run = waiting();
        JsonNode task = runner.task(runner.tasks(run).getFirst());
        assertThat(task.path("taskType").asText()).isEqualTo("WAIT");
        assertThat(task.path("taskDefName").asText()).isEqualTo("wait");
        assertThat(task.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(task.at("/inputData/a").asInt()).isEqualTo(1);
        assertThat(task.at("/workflowTask/inputParameters/a").asInt()).isEqualTo(1);
        assertThat(task.path("taskDefinition").isNull()).isTrue();
        assertThat(task.path("workflowType").asText()).startsWith("waits_");
    }

    @Test
    void aTaskIsEndedByItsReferenceName() {
        String run = waiting();
        String id = runner.tasks(run).getFirst();
        String path = "tasks/" + run + "/wait_ref/COMPLETED?workerid=conductor-ui";
        assertThat(api.post(path, "{\"done\": true}").expect(200).text()).isEqualTo(id);
        assertThat(runner.status(run)).isEqualTo("COMPLETED");
        JsonNode task = runner.task(id);
        assertThat(task.path("outputData").toString()).isEqualTo("{\"done\":true}");
        assertThat(task.path("workerId").asText()).isEqualTo("conductor-ui");
        assertThat(api.post(path, "{}").expect(200).text()).isEmpty();
    }

    @Test
    void whatIsNotOpenCannotBeEnded() {
        String run = waiting();
        assertThat(api.post("tasks/" + run + "/other/COMPLETED", "{}")
                        .expect(200)
                        .text())
                .isEmpty();
        api.post("tasks/" + run + "/other/COMPLETED/sync", "{}").expect(404);
        api.post("tasks/" + UUID.randomUUID() + "/wait_ref/COMPLETED", "{}").expect(404);
        api.post("tasks/none/wait_ref/COMPLETED", "{}").expect(400);
        api.post("tasks/" + run + "/wait_ref/DONE", "{}").expect(400);
        api.post("tasks/" + run + "/wait_ref/COMPLETED", "[1]").expect(400);
        assertThat(runner.status(run)).isEqualTo("RUNNING");
    }

    @Test
    void whoEndsATaskMayBeShownTheRun() {
        String run = waiting();
        JsonNode workflow = api.post("tasks/" + run + "/wait_ref/COMPLETED/sync", "{\"x\": 1}")
                .expect(200)
                .json();
        assertThat(workflow.path("workflowId").asText()).isEqualTo(run);
        assertThat(workflow.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(workflow.path("output").toString()).isEqualTo("{\"x\":1}");
        assertThat(workflow.at("/tasks/0/status").asText()).isEqualTo("COMPLETED");
    }

    @Test
    void aTaskInALoopIsFoundWithAndWithoutItsPass() {
        String workflow = Runner.name("loops");
        runner.define(workflow, """
                [{"name": "loop", "taskReferenceName": "loop", "type": "DO_WHILE",
                  "loopCondition": "$.loop['iteration'] < 2", "inputParameters": {}, "loopOver": [%s]}]""".formatted(WAIT));
        String run = runner.start(workflow, "{}");
        api.post("tasks/" + run + "/wait_ref__2/COMPLETED", "{}").expect(200);
        assertThat(api.post("tasks/" + run + "/wait_ref__1/COMPLETED", "{\"pass\": 1}")
                        .expect(200)
                        .text())
                .isNotEmpty();
        String loop = runner.tasks(run).getFirst();
        JsonNode open = runner.task(loop);
        assertThat(open.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(open.at("/outputData/1/wait_ref/pass").asInt()).isEqualTo(1);
        JsonNode second = runner.task(runner.tasks(run).getLast());
        assertThat(second.path("referenceTaskName").asText()).isEqualTo("wait_ref__2");
        assertThat(second.path("loopOverTask").asBoolean()).isTrue();
        assertThat(second.at("/workflowTask/taskReferenceName").asText()).isEqualTo("wait_ref");
        assertThat(api.post("tasks/" + run + "/wait_ref/COMPLETED", "{\"pass\": 2}")
                        .expect(200)
                        .text())
                .isNotEmpty();
        assertThat(runner.status(run)).isEqualTo("COMPLETED");
    }

    @Test
    void theTasksOfADynamicForkAreShownWithTheirDefinitions() {
        String workflow = Runner.name("forks");
        String name = Runner.name("branch");
        runner.define(workflow, """
                [{"name": "fork", "taskReferenceName": "fork", "type": "FORK_JOIN_DYNAMIC",
                  "inputParameters": {"tasks": "${workflow.input.tasks}", "inputs": "${workflow.input.inputs}"},
                  "dynamicForkTasksParam": "tasks", "dynamicForkTasksInputParamName": "inputs"},
                 {"name": "join", "taskReferenceName": "join", "type": "JOIN"}]""");
        runner.start(workflow, """
                {"tasks": [{"name": "%1$s", "taskReferenceName": "one", "type": "SIMPLE", "description": "first"}],
                 "inputs": {"one": {"n": 1}}}""".formatted(name));
        JsonNode task = runner.poll(name);
        assertThat(task.at("/inputData/n").asInt()).isEqualTo(1);
        assertThat(task.at("/workflowTask/description").asText()).isEqualTo("first");
        assertThat(runner.task(task.path("taskId").asText())
                        .at("/workflowTask/description")
                        .asText())
                .isEqualTo("first");
    }

    @Test
    void aSignalEndsWhatWaitsFirst() {
        String run = waiting();
        assertThat(api.post("tasks/" + run + "/COMPLETED/signal", "{\"taskOutput\": {\"y\": 2}}")
                        .expect(200)
                        .text())
                .isEmpty();
        assertThat(runner.status(run)).isEqualTo("COMPLETED");
        assertThat(runner.task(runner.tasks(run).getFirst()).path("outputData").toString())
                .isEqualTo("{\"taskOutput\":{\"y\":2}}");
        api.post("tasks/" + run + "/COMPLETED/signal", "{}").expect(200);
        api.post("tasks/" + run + "/COMPLETED/signal/sync", "{}").expect(404);
        api.post("tasks/" + UUID.randomUUID() + "/COMPLETED/signal", "{}").expect(404);
        api.post("tasks/" + run + "/COMPLETED/signal/sync?returnStrategy=ALL", "{}")
                .expect(400);
        api.post("tasks/" + run + "/NONE/signal", "{}").expect(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TARGET_WORKFLOW", "BLOCKING_WORKFLOW", "BLOCKING_TASK", "BLOCKING_TASK_INPUT"})
    void aSignalIsAnsweredWithWhatWaitsNext(String strategy) {
        String child = Runner.name("child");
        runner.define(
                child, "[" + WAIT + ", " + WAIT.replace("wait_ref", "second").replace("\"a\": 1", "\"b\": 2") + "]");
        String parent = Runner.name("parent");
        runner.define(parent, """
                [{"name": "sub", "taskReferenceName": "sub", "type": "SUB_WORKFLOW",
                  "subWorkflowParam": {"name": "%s", "version": 1}}]""".formatted(child));
        String run = runner.start(parent, "{}");
        String sub = runner.tasks(run).getFirst();
        Conditions.until(() -> runner.task(sub).has("subWorkflowId"));
        String childRun = runner.task(sub).path("subWorkflowId").asText();
        JsonNode answer = api.post("tasks/" + run + "/COMPLETED/signal/sync?returnStrategy=" + strategy, "{}")
                .expect(200)
                .json();
        assertThat(answer.path("responseType").asText()).isEqualTo(strategy);
        assertThat(answer.path("targetWorkflowId").asText()).isEqualTo(run);
        assertThat(answer.path("targetWorkflowStatus").asText()).isEqualTo("RUNNING");
        assertThat(answer.path("signalTimeout").asBoolean()).isFalse();
        assertThat(answer.path("workflowId").asText()).isEqualTo(strategy.equals("TARGET_WORKFLOW") ? run : childRun);
        if (strategy.startsWith("BLOCKING_TASK")) {
            assertThat(answer.path("referenceTaskName").asText()).isEqualTo("second");
            assertThat(answer.at("/input/b").asInt()).isEqualTo(2);
            assertThat(answer.path("retryCount").isIntegralNumber()).isTrue();
        } else {
            assertThat(answer.path("tasks").isEmpty()).isFalse();
        }
        assertThat(api.post("tasks/" + run + "/COMPLETED/signal/sync", "{}")
                        .expect(200)
                        .json()
                        .path("targetWorkflowStatus")
                        .asText())
                .isEqualTo("COMPLETED");
    }

    @Test
    void aSignalIsNotWaitedForWithoutEnd() {
        String workflow = Runner.name("busy");
        String name = Runner.name("slow");
        runner.define(workflow, "[" + WAIT + ", " + Runner.simple(name, "{}") + "]");
        String run = runner.start(workflow, "{}");
        JsonNode answer = api.post("tasks/" + run + "/COMPLETED/signal/sync?timeoutMillis=100", "{}")
                .expect(200)
                .json();
        assertThat(answer.path("signalTimeout").asBoolean()).isTrue();
        assertThat(answer.path("targetWorkflowStatus").asText()).isEqualTo("RUNNING");
    }

    @Test
    void aLogIsWrittenAsTextOrAsAJsonString() {
        String id = runner.tasks(waiting()).getFirst();
        Response none = api.get("tasks/" + id + "/log").expect(204);
        assertThat(none.header("content-type")).isEmpty();
        api.post("tasks/" + id + "/log", "plain message").expect(200);
        api.post("tasks/" + id + "/log", "\"a \\\"quoted\\\" one\"").expect(200);
        JsonNode log = api.get("tasks/" + id + "/log").expect(200).json();
        assertThat(log.findValuesAsText("log")).containsExactly("plain message", "a \"quoted\" one");
        assertThat(log.path(0).path("createdTime").asLong()).isPositive();
        api.post("tasks/" + UUID.randomUUID() + "/log", "line").expect(404);
    }

    @Test
    void aLogHasAnEnd() {
        String id = runner.tasks(waiting()).getFirst();
        api.sql(
                "INSERT INTO task_log (task_id, at, level, message)"
                        + " SELECT $1::text::uuid, now(), 1, 'line' FROM generate_series(1, 999)",
                id);
        api.post("tasks/" + id + "/log", "does not fit").expect(200);
        api.post("tasks/" + id + "/log", "nor does this").expect(200);
        JsonNode log = api.get("tasks/" + id + "/log").expect(200).json();
        assertThat(log).hasSize(1000);
        assertThat(log.path(999).path("log").asText()).startsWith("Log truncated");
    }

    @Test
    void tasksAreUpdatedByWayOfTheQueueAdministration() {
        String run = waiting();
        api.post("queue/update/" + run + "/wait_ref/IN_PROGRESS", "{\"a\": 1}").expect(200);
        String id = runner.tasks(run).getFirst();
        api.post("queue/update/" + run + "/task/" + id + "/COMPLETED", "{\"b\": 2}")
                .expect(200);
        assertThat(runner.task(id).path("outputData").toString()).isEqualTo("{\"a\":1,\"b\":2}");
        api.post("queue/update/" + run + "/task/" + UUID.randomUUID() + "/COMPLETED", "{}")
                .expect(200);
    }

    @Test
    void operatorsSeeTheConfigurationWithoutSecrets() {
        Response config = api.get("admin/config").expect(200);
        assertThat(config.json().path("lanes").isIntegralNumber()).isTrue();
        assertThat(config.text())
                .doesNotContain("password")
                .doesNotContain("master")
                .doesNotContain(
                        api.engine.settings().masterKeyFile().orElseThrow().toString());
    }

    @Test
    void operatorsSeeTheOpenTasksOfAType() {
        String name = Runner.name("listed");
        runner.startOne(name, "{}");
        runner.startOne(name, "{}");
        assertThat(api.get("admin/task/" + name).expect(200).json()).hasSize(2);
        assertThat(api.get("admin/task/" + name + "?start=1&count=5")
                        .expect(200)
                        .json())
                .hasSize(1);
        api.get("admin/task/" + name + "?count=0").expect(400);
    }

    @Test
    void operatorsHaveARunLookedAtNow() {
        String workflow = Runner.name("timed");
        runner.define(workflow, "[" + WAIT.replace("\"a\": 1", "\"duration\": \"1 hours\"") + "]");
        String run = runner.start(workflow, "{}");
        assertThat(post("admin/sweep/requeue/" + run).expect(200).text()).isEqualTo("true." + run);
        assertThat(post("admin/consistency/verifyAndRepair/" + run).expect(200).text())
                .isEqualTo("false");
        post("admin/sweep/requeue/" + UUID.randomUUID()).expect(404);
        post("admin/sweep/requeue/none").expect(400);
    }

    @Test
    void aPayloadThatIsLeftHereBecomesTheOutput() {
        String name = Runner.name("large");
        runner.startOne(name, "{}");
        JsonNode task = runner.poll(name);
        JsonNode place = api.get("tasks/externalstoragelocation?path=&operation=WRITE&payloadType=TASK_OUTPUT")
                .expect(200)
                .json();
        URI uri = URI.create(place.path("uri").asText());
        assertThat(uri.getPort()).isEqualTo(api.ports.get(0));
        api.get(uri.getPath()).expect(404);
        api.put(uri.getPath(), "{\"big\": 1}").expect(200);
        api.put(uri.getPath(), "{\"big\": 2}").expect(404);
        assertThat(api.get(uri.getPath()).expect(200).text()).isEqualTo("{\"big\": 1}");
        String path = place.path("path").asText();
        JsonNode read = api.get(
                        "workflow/external-storage-location?operation=READ&payloadType=TASK_OUTPUT&path=" + path)
                .expect(200)
                .json();
        assertThat(read.path("uri").asText()).isEqualTo(place.path("uri").asText());
        runner.update(task, "\"status\": \"COMPLETED\", \"externalOutputPayloadStoragePath\": \"" + path + "\"")
                .expect(200);
        JsonNode ended = runner.task(task.path("taskId").asText());
        assertThat(ended.path("outputData").toString()).isEqualTo("{\"big\":1}");
        assertThat(ended.has("externalOutputPayloadStoragePath")).isFalse();
        api.get("tasks/externalstoragelocation?path=x").expect(400);
        api.get("tasks/externalstoragelocation?path=../x&operation=READ&payloadType=TASK_OUTPUT")
                .expect(404);
    }
}
