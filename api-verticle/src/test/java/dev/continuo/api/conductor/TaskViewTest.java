package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.model.Due;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Json;
import dev.continuo.store.RunFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskViewTest {
    private static final UUID RUN = UUID.fromString("1f610b08-0586-11f1-8b8d-6219b54da7fe");
    private static final UUID TASK = UUID.fromString("65fc73fe-0586-11f1-8b8d-6219b54da7fe");
    private static final RunFacts FACTS =
            new RunFacts(RUN, "DemoWorkflow", 1, new UUID(0, 1), Optional.empty(), 0, RunStatus.RUNNING);

    /** The example of the page on Get Task by ID, with a shorter output. */
    private static final String PAGE = """
            {"taskType": "HTTP", "status": "COMPLETED",
             "inputData": {"encode": true, "method": "GET", "asyncComplete": false, "_createdBy": "john.doe@acme.com"},
             "referenceTaskName": "http_ref", "retryCount": 0, "seq": 1, "pollCount": 0, "taskDefName": "http",
             "scheduledTime": 1770621022006, "startTime": 1770621022006, "endTime": 1770621022070,
             "updateTime": 1770621022078, "startDelayInSeconds": 0, "retried": false, "executed": true,
             "callbackFromWorker": true, "responseTimeoutSeconds": 0,
             "workflowInstanceId": "1f610b08-0586-11f1-8b8d-6219b54da7fe", "workflowType": "DemoWorkflow",
             "taskId": "65fc73fe-0586-11f1-8b8d-6219b54da7fe", "callbackAfterSeconds": 0, "workerId": "worker-1",
             "outputData": {"response": {"statusCode": 200}},
             "workflowTask": {"name": "http", "taskReferenceName": "http_ref",
                "inputParameters": {"method": "GET", "encode": true, "asyncComplete": false}, "type": "HTTP",
                "decisionCases": {}, "defaultCase": [], "forkTasks": [], "startDelay": 0, "joinOn": [],
                "optional": false, "defaultExclusiveJoinTask": [], "asyncComplete": false, "loopOver": [],
                "onStateChange": {}, "permissive": false},
             "rateLimitPerFrequency": 0, "rateLimitFrequencyInSeconds": 0, "workflowPriority": 0, "iteration": 0,
             "subworkflowChanged": false, "firstStartTime": 0, "loopOverTask": false, "taskDefinition": null,
             "queueWaitTime": 0}""";

    @Test
    void aTaskIsShownAsTheExampleOfThePage() {
        JsonNode page = Json.read(PAGE);
        TaskFacts facts = TaskFacts.of((ObjectNode) Json.read("""
                {"name": "http", "taskReferenceName": "http_ref", "type": "HTTP",
                 "inputParameters": {"method": "GET", "encode": true, "asyncComplete": false}}"""));
        Task task = new Task(
                TASK,
                new Task.Label(
                        RUN,
                        1,
                        0,
                        "http_ref",
                        "HTTP",
                        Optional.empty(),
                        0,
                        0,
                        Optional.empty(),
                        "http",
                        "",
                        0,
                        Optional.empty()),
                TaskStatus.COMPLETED,
                Due.NONE,
                new Task.Claim(1, 1, Optional.of("worker-1"), Optional.empty()),
                page.path("inputData"),
                page.path("outputData"),
                Optional.empty(),
                false,
                new Task.Times(
                        Instant.ofEpochMilli(1770621022006L),
                        Optional.of(Instant.ofEpochMilli(1770621022006L)),
                        Optional.of(Instant.ofEpochMilli(1770621022070L)),
                        Instant.ofEpochMilli(1770621022078L)),
                Task.Extra.NONE);
        ObjectNode view = TaskView.of(task, FACTS, Optional.of(facts));
        assertThat(view.toString()).isEqualTo(page.toString());
    }

    @Test
    void whatATaskHasBesidesIsShown() {
        UUID parent = new UUID(0, 2);
        UUID before = new UUID(0, 3);
        TaskFacts facts = TaskFacts.of((ObjectNode) Json.read("""
                {"name": "pack", "taskReferenceName": "pack_ref", "type": "SIMPLE",
                 "taskDefinition": {"name": "pack", "retryLogic": "LINEAR_BACKOFF", "retryDelaySeconds": 5,
                    "responseTimeoutSeconds": 30, "rateLimitPerFrequency": 7, "rateLimitFrequencyInSeconds": 60,
                    "isolationGroupId": "blue"}}"""));
        Task task = new Task(
                TASK,
                new Task.Label(
                        RUN,
                        4,
                        0,
                        "pack_ref",
                        "pack",
                        Optional.of(parent),
                        2,
                        2,
                        Optional.of(before),
                        "pack",
                        "__2",
                        0,
                        Optional.of("pack\teu")),
                TaskStatus.SCHEDULED,
                Due.NONE,
                new Task.Claim(3, 3, Optional.empty(), Optional.empty()),
                MissingNode.getInstance(),
                MissingNode.getInstance(),
                Optional.of("later"),
                true,
                new Task.Times(
                        Instant.ofEpochMilli(1000),
                        Optional.of(Instant.ofEpochMilli(1250)),
                        Optional.empty(),
                        Instant.ofEpochMilli(2000)),
                new Task.Extra(
                        Optional.of(new UUID(0, 4)),
                        Json.read("{\"callbackAfterSeconds\": 12, \"firstStartTime\": 900,"
                                + " \"externalOutputPayloadStoragePath\": \"a/b\"}")));
        ObjectNode view = TaskView.of(
                task,
                new RunFacts(RUN, "order", 3, new UUID(0, 1), Optional.of("c-1"), 9, RunStatus.RUNNING),
                Optional.of(facts));
        assertThat(view.path("referenceTaskName").asText()).isEqualTo("pack_ref__2");
        assertThat(view.path("inputData")).isEmpty();
        assertThat(view.path("outputData").isObject()).isTrue();
        assertThat(view.path("correlationId").asText()).isEqualTo("c-1");
        assertThat(view.path("pollCount").asInt()).isEqualTo(3);
        assertThat(view.path("startTime").asLong()).isEqualTo(1250);
        assertThat(view.path("endTime").asLong()).isZero();
        assertThat(view.path("queueWaitTime").asLong()).isEqualTo(250);
        assertThat(view.path("startDelayInSeconds").asInt()).isEqualTo(10);
        assertThat(view.path("retriedTaskId").asText()).isEqualTo(before.toString());
        assertThat(view.path("retried").asBoolean()).isTrue();
        assertThat(view.path("executed").asBoolean()).isFalse();
        assertThat(view.path("responseTimeoutSeconds").asInt()).isEqualTo(30);
        assertThat(view.path("reasonForIncompletion").asText()).isEqualTo("later");
        assertThat(view.path("callbackAfterSeconds").asInt()).isEqualTo(12);
        assertThat(view.path("domain").asText()).isEqualTo("eu");
        assertThat(view.path("rateLimitPerFrequency").asInt()).isEqualTo(7);
        assertThat(view.path("rateLimitFrequencyInSeconds").asInt()).isEqualTo(60);
        assertThat(view.path("externalOutputPayloadStoragePath").asText()).isEqualTo("a/b");
        assertThat(view.path("workflowPriority").asInt()).isEqualTo(9);
        assertThat(view.path("isolationGroupId").asText()).isEqualTo("blue");
        assertThat(view.path("iteration").asInt()).isEqualTo(2);
        assertThat(view.path("subWorkflowId").asText()).isEqualTo(new UUID(0, 4).toString());
        assertThat(view.path("firstStartTime").asLong()).isEqualTo(900);
        assertThat(view.path("parentTaskId").asText()).isEqualTo(parent.toString());
        assertThat(view.path("loopOverTask").asBoolean()).isTrue();
        assertThat(view.path("taskDefinition").path("retryCount").asInt()).isEqualTo(3);
    }

    @Test
    void onlyTaskDefinitionIsEverNull() {
        Task task = new Task(
                TASK,
                new Task.Label(RUN, 1, 0, "a", "WAIT", Optional.empty(), 0, 0, Optional.empty()),
                TaskStatus.IN_PROGRESS,
                Due.WAITING,
                Task.Claim.NONE,
                MissingNode.getInstance(),
                MissingNode.getInstance(),
                Optional.empty(),
                false,
                new Task.Times(Instant.EPOCH, Optional.empty(), Optional.empty(), Instant.EPOCH),
                Task.Extra.NONE);
        List<String> nulls = new ArrayList<>();
        TaskView.of(task, FACTS, Optional.empty()).properties().forEach(member -> {
            if (member.getValue().isNull()) {
                nulls.add(member.getKey());
            }
        });
        assertThat(nulls).containsExactly("taskDefinition");
    }
}
