package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that poll over HTTP. */
@ExtendWith(BackendsExtension.class)
class WorkersIT {
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

    @Test
    void aWorkerPollsATaskAndItsResultEndsTheRun() {
        String name = Runner.name("pack");
        String run = runner.startOne(name, "{\"x\": {\"deep\": [1, 2.50]}}");
        JsonNode task = runner.poll(name);
        assertThat(task.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(task.path("taskType").asText()).isEqualTo(name);
        assertThat(task.path("taskDefName").asText()).isEqualTo(name);
        assertThat(task.path("referenceTaskName").asText()).isEqualTo(name + "_ref");
        assertThat(task.path("workflowInstanceId").asText()).isEqualTo(run);
        assertThat(task.path("workerId").asText()).isEqualTo("w1");
        assertThat(task.path("pollCount").asInt()).isEqualTo(1);
        assertThat(task.path("correlationId").asText()).isEqualTo("correlated");
        assertThat(task.path("workflowPriority").asInt()).isEqualTo(7);
        assertThat(task.path("responseTimeoutSeconds").asInt()).isEqualTo(3600);
        assertThat(task.path("startTime").asLong()).isPositive();
        assertThat(task.path("inputData").toString()).isEqualTo("{\"x\":{\"deep\":[1,2.50]}}");
        assertThat(task.at("/workflowTask/taskReferenceName").asText()).isEqualTo(name + "_ref");
        assertThat(task.at("/taskDefinition/retryCount").asInt()).isEqualTo(3);

        Response answer = runner.update(task, "\"status\": \"COMPLETED\", \"outputData\": {\"y\": 1}")
                .expect(200);
        assertThat(answer.text()).isEqualTo(task.path("taskId").asText());
        assertThat(answer.header("content-type")).startsWith("text/plain");
        assertThat(runner.status(run)).isEqualTo("COMPLETED");
        JsonNode ended = runner.task(task.path("taskId").asText());
        assertThat(ended.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(ended.path("outputData").toString()).isEqualTo("{\"y\":1}");
        assertThat(ended.path("executed").asBoolean()).isTrue();
    }

    @Test
    void nothingToDoIsNoContentOrAnEmptyList() {
        Response single = api.get("tasks/poll/" + Runner.name("none")).expect(204);
        assertThat(single.header("content-type")).isEmpty();
        assertThat(api.get("tasks/poll/batch/" + Runner.name("none") + "?count=5&timeout=50")
                        .expect(200)
                        .text())
                .isEqualTo("[]");
        assertThat(api.get("tasks/poll/batch/" + Runner.name("none") + "?count=0")
                        .expect(200)
                        .text())
                .isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=5001", "timeout=-1", "timeout=x", "count=-1", "count=x"})
    void aBatchPollThatCannotBeMeantIsRefused(String query) {
        api.get("tasks/poll/batch/pack?" + query).expect(400);
    }

    @Test
    void aBatchIsAsLargeAsWasAskedFor() {
        String name = Runner.name("batch");
        for (int i = 0; i < 3; i++) {
            runner.startOne(name, "{}");
        }
        assertThat(api.get("tasks/poll/batch/" + name + "?count=2").expect(200).json())
                .hasSize(2);
        assertThat(api.get("tasks/poll/batch/" + name + "?count=2&timeout=50")
                        .expect(200)
                        .json())
                .hasSize(1);
    }

    @Test
    void aDomainHasAQueueOfItsOwn() {
        String name = Runner.name("placed");
        String workflow = Runner.name("with_domain");
        runner.define(workflow, "[" + Runner.simple(name, "{}") + "]");
        runner.start(workflow, "{}", JsonNodeFactory.instance.objectNode().put(name, "eu"));
        api.get("tasks/poll/" + name).expect(204);
        assertThat(api.get("tasks/queue/size?taskType=" + name + "&domain=eu")
                        .expect(200)
                        .text())
                .isEqualTo("1");
        assertThat(api.get("tasks/queue/all")
                        .expect(200)
                        .json()
                        .path("eu:" + name)
                        .asInt())
                .isEqualTo(1);
        JsonNode task = api.get("tasks/poll/" + name + "?domain=eu").expect(200).json();
        assertThat(task.path("domain").asText()).isEqualTo("eu");
        assertThat(api.get("tasks/queue/all/verbose")
                        .expect(200)
                        .json()
                        .at("/eu:" + name + "/a")
                        .toString())
                .isEqualTo("{\"size\":0,\"uacked\":1}");
    }

    @Test
    void aFailureIsTriedAgainAndItsReasonIsCut() {
        String name = Runner.name("weak");
        runner.defineTask(name, "\"retryCount\": 1, \"retryDelaySeconds\": 0, \"responseTimeoutSeconds\": 10");
        runner.startOne(name, "{}");
        JsonNode first = runner.poll(name);
        String failed = "\"status\": \"FAILED\", \"reasonForIncompletion\": \"" + "r".repeat(600) + "\"";
        runner.update(first, failed).expect(200);
        JsonNode old = runner.task(first.path("taskId").asText());
        assertThat(old.path("status").asText()).isEqualTo("FAILED");
        assertThat(old.path("reasonForIncompletion").asText()).hasSize(500);
        assertThat(old.path("retried").asBoolean()).isTrue();
        JsonNode second = runner.poll(name);
        assertThat(second.path("retryCount").asInt()).isEqualTo(1);
        assertThat(second.path("retriedTaskId").asText())
                .isEqualTo(first.path("taskId").asText());
    }

    @Test
    void aResultThatComesTwiceIsTakenAndDropped() {
        String name = Runner.name("twice");
        runner.defineTask(name, "\"retryCount\": 3, \"retryDelaySeconds\": 0, \"responseTimeoutSeconds\": 10");
        String run = runner.startOne(name, "{}");
        JsonNode task = runner.poll(name);
        String failed = "\"status\": \"FAILED\", \"reasonForIncompletion\": \"boom\"";
        runner.update(task, failed).expect(200);
        assertThat(runner.update(task, failed).expect(200).text())
                .isEqualTo(task.path("taskId").asText());
        assertThat(runner.tasks(run)).hasSize(2);
    }

    @Test
    void aTaskThatGoesOnIsPolledAgain() {
        String name = Runner.name("long");
        runner.startOne(name, "{}");
        JsonNode task = runner.poll(name);
        runner.update(task, "\"status\": \"IN_PROGRESS\", \"outputData\": {\"a\": 1, \"b\": 1}")
                .expect(200);
        JsonNode again = runner.poll(name);
        assertThat(again.path("taskId")).isEqualTo(task.path("taskId"));
        assertThat(again.path("pollCount").asInt()).isEqualTo(2);
        assertThat(again.path("outputData").toString()).isEqualTo("{\"a\":1,\"b\":1}");
        runner.update(again, "\"status\": \"IN_PROGRESS\", \"outputData\": {\"b\": 2}, \"callbackAfterSeconds\": 300")
                .expect(200);
        JsonNode waiting = runner.task(task.path("taskId").asText());
        assertThat(waiting.path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(waiting.path("callbackAfterSeconds").asInt()).isEqualTo(300);
        assertThat(waiting.path("outputData").toString()).isEqualTo("{\"a\":1,\"b\":2}");
        api.get("tasks/poll/" + name).expect(204);
    }

    @Test
    void anExtendedLeaseSaysNothingElse() {
        String name = Runner.name("leased");
        runner.startOne(name, "{}");
        JsonNode task = runner.poll(name);
        String extended = "\"status\": \"IN_PROGRESS\", \"extendLease\": true, \"outputData\": {\"lost\": 1}";
        runner.update(task, extended).expect(200);
        api.post("tasks/update-v2", Runner.result(task, extended)).expect(204);
        JsonNode now = runner.task(task.path("taskId").asText());
        assertThat(now.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(now.path("outputData")).isEmpty();
    }

    @Test
    void aResultMayBeAnsweredWithTheNextTaskOfTheQueue() {
        String name = Runner.name("chain");
        runner.startOne(name, "{}");
        runner.startOne(name, "{}");
        JsonNode first = runner.poll(name);
        String done = "\"status\": \"COMPLETED\", \"workerId\": \"w2\"";
        JsonNode second = api.post("tasks/update-v2", Runner.result(first, done))
                .expect(200)
                .json();
        assertThat(second.path("taskType").asText()).isEqualTo(name);
        assertThat(second.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(second.path("workerId").asText()).isEqualTo("w2");
        assertThat(second.path("pollCount").asInt()).isEqualTo(1);
        Response none = api.post("tasks/update-v2", Runner.result(second, done)).expect(204);
        assertThat(none.header("content-type")).isEmpty();
        runner.startOne(name, "{}");
        assertThat(api.post("tasks/update-v2", Runner.result(first, done))
                        .expect(200)
                        .json()
                        .path("taskType")
                        .asText())
                .isEqualTo(name);
    }

    @Test
    void aResultForATaskThatNobodyKnowsIsRefused() {
        String result = """
                {"workflowInstanceId": "%s", "taskId": "%s", "status": "COMPLETED"}""".formatted(UUID.randomUUID(), UUID.randomUUID());
        assertThat(api.post("tasks", result).expect(404).json().path("message").asText())
                .startsWith("Task not found for taskId: ");
        api.post("tasks/update-v2", result).expect(204);
    }

    @Test
    void everyFaultOfAResultIsNamed() {
        JsonNode errors = api.post("tasks", """
                        {"taskId": "x", "status": "DONE", "outputData": [], "callbackAfterSeconds": -1, "logs": {}}""").expect(400).json().path("validationErrors");
        assertThat(errors.findValuesAsText("path"))
                .containsExactly("workflowInstanceId", "taskId", "status", "outputData", "callbackAfterSeconds");
    }

    @Test
    void onlyTenLinesOfAResultAreKept() {
        String name = Runner.name("talker");
        runner.startOne(name, "{}");
        JsonNode task = runner.poll(name);
        String id = task.path("taskId").asText();
        api.get("tasks/" + id + "/log").expect(204);
        String lines = "{\"log\": \"line\", \"createdTime\": 1700000000000},".repeat(12);
        runner.update(task, "\"status\": \"COMPLETED\", \"logs\": [" + lines + "{\"log\": \"last\"}]")
                .expect(200);
        JsonNode log = api.get("tasks/" + id + "/log").expect(200).json();
        assertThat(log).hasSize(10);
        assertThat(log.path(0).toString())
                .isEqualTo("{\"log\":\"line\",\"taskId\":\"" + id + "\",\"createdTime\":1700000000000}");
    }

    @Test
    void secretsThatTheDefinitionNamesAreThereForTheWorkerAlone() {
        String name = Runner.name("sealed");
        String workflow = Runner.name("with_secrets");
        api.put("secrets/TOKEN", "\"s3cret\"").expect(200);
        api.putText("environment/REGION", "eu").expect(200);
        runner.define(workflow, "[" + Runner.simple(name, """
                {"auth": "Bearer ${workflow.secrets.TOKEN}", "region": "${workflow.env.REGION}",
                 "none": "${workflow.secrets.NONE}", "given": "${workflow.input.given}"}""") + "]");
        runner.start(workflow, "{\"given\": \"${workflow.secrets.OTHER} ${workflow.secrets.TOKEN}\"}");
        api.put("secrets/OTHER", "\"hidden\"").expect(200);
        JsonNode task = runner.poll(name);
        JsonNode input = task.path("inputData");
        assertThat(input.path("auth").asText()).isEqualTo("Bearer s3cret");
        assertThat(input.path("region").asText()).isEqualTo("eu");
        assertThat(input.path("none").asText()).isEqualTo("${workflow.secrets.NONE}");
        assertThat(input.path("given").asText()).doesNotContain("hidden");
        JsonNode shown = runner.task(task.path("taskId").asText()).path("inputData");
        assertThat(shown.path("auth").asText()).isEqualTo("Bearer ${workflow.secrets.TOKEN}");
    }

    @Test
    void aTaskIsNotLostToAWorkerThatHasGone() throws Exception {
        String name = Runner.name("patient");
        try (Socket socket = new Socket("127.0.0.1", api.ports.get(0))) {
            socket.getOutputStream()
                    .write(("GET /api/tasks/poll/batch/" + name + "?workerid=gone&timeout=5000 HTTP/1.1\r\n"
                                    + "Host: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            Conditions.until(() ->
                    api.get("tasks/queue/polldata?taskType=" + name).json().size() == 1);
        }
        runner.startOne(name, "{}");
        Conditions.until(() -> {
            JsonNode taken = api.get("tasks/poll/batch/" + name + "?workerid=here&timeout=1000")
                    .json();
            return taken.size() == 1 && taken.path(0).path("workerId").asText().equals("here");
        });
    }

    @Test
    void aTaskThatAWorkerHasHeardOfIsClaimedOnce() {
        String name = Runner.name("heard");
        String run = runner.startOne(name, "{}");
        String id = runner.tasks(run).getFirst();
        String claim = "tasks/" + id + "/claim?workerid=kafka-1";
        JsonNode task = api.send(api.ports.get(0), "POST", claim, Optional.empty(), Map.of())
                .expect(200)
                .json();
        assertThat(task.path("workerId").asText()).isEqualTo("kafka-1");
        assertThat(task.path("status").asText()).isEqualTo("IN_PROGRESS");
        assertThat(task.path("fence").asInt()).isEqualTo(1);
        api.send(api.ports.get(0), "POST", claim, Optional.empty(), Map.of()).expect(204);
        api.get("tasks/poll/" + name).expect(204);
    }

    @Test
    void queuesTellTheirSizesAndWhoPolled() {
        String name = Runner.name("queued");
        runner.startOne(name, "{}");
        runner.startOne(name, "{}");
        JsonNode sizes = api.get("tasks/queue/sizes?taskType=" + name + "&taskType=unknown_type")
                .expect(200)
                .json();
        assertThat(sizes.toString()).isEqualTo("{\"" + name + "\":2,\"unknown_type\":0}");
        assertThat(api.get("tasks/queue/all").expect(200).json().path(name).asInt())
                .isEqualTo(2);
        assertThat(api.send(api.ports.get(0), "POST", "tasks/queue/requeue/" + name, Optional.empty(), Map.of())
                        .expect(200)
                        .text())
                .isEqualTo("2");
        runner.poll(name);
        JsonNode polled =
                api.get("tasks/queue/polldata?taskType=" + name).expect(200).json();
        assertThat(polled).hasSize(1);
        assertThat(polled.path(0).path("queueName").asText()).isEqualTo(name);
        assertThat(polled.path(0).path("workerId").asText()).isEqualTo("w1");
        assertThat(polled.path(0).path("lastPollTime").asLong()).isPositive();
        assertThat(api.get("tasks/queue/polldata/all").expect(200).json().findValuesAsText("queueName"))
                .contains(name);
        api.get("tasks/queue/polldata").expect(400);
        assertThat(api.get("admin/queues?verbose=true")
                        .expect(200)
                        .json()
                        .path(name)
                        .toString())
                .isEqualTo("{\"size\":1,\"uacked\":1}");
        assertThat(List.of(
                        api.get("queue").expect(200).text(),
                        api.get("queue/size").expect(200).text()))
                .containsOnly("{}");
    }
}
