package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.decide.Command;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Json;
import dev.continuo.store.RunMessages;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs: how they are started, shown, changed and removed. */
@ExtendWith(BackendsExtension.class)
class WorkflowsIT {
    private static final String TWO = tasks(simple("first"), simple("second"));
    private static ConductorFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
        define("two", 1, TWO, "");
        define("two", 2, tasks(simple("zero"), simple("first"), simple("second"), simple("third")), "");
        define("noop", 1, tasks(task("done", "NOOP", "")), "");
        define("waiting", 1, tasks(task("before", "NOOP", ""), task("approval", "WAIT", "")), "");
        define(
                "parent",
                1,
                tasks(task("child", "SUB_WORKFLOW", ", \"subWorkflowParam\": {\"name\": \"waiting\", \"version\": 1}")),
                "");
        define("masked", 1, TWO, ", \"maskedFields\": [\"password\"]");
        define("guarded", 1, TWO, ", \"failureWorkflow\": \"noop\"");
        define("looped", 1, tasks("""
                        {"name": "loop", "taskReferenceName": "loop", "type": "DO_WHILE",
                         "loopCondition": "if ($.loop['iteration'] < 3) { true; } else { false; }",
                         "loopOver": [%s]}""".formatted(simple("body"))), "");
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    private static void define(String name, int version, String tasks, String more) {
        api.post("metadata/workflow", """
                        {"name": "%s", "version": %d, "schemaVersion": 2, "timeoutSeconds": 0, "tasks": %s%s}""".formatted(name, version, tasks, more)).expect(200);
    }

    private static String tasks(String... tasks) {
        return "[" + String.join(",", tasks) + "]";
    }

    private static String simple(String name) {
        return task(name, "SIMPLE", ", \"inputParameters\": {\"password\": \"${workflow.input.password}\"}");
    }

    private static String task(String name, String type, String more) {
        return "{\"name\": \"%1$s\", \"taskReferenceName\": \"%1$s\", \"type\": \"%2$s\"%3$s}"
                .formatted(name, type, more);
    }

    private static String started(String name) {
        return started(name, "{}");
    }

    private static String started(String name, String input) {
        return api.post("workflow/" + name + "?version=1", input).expect(200).text();
    }

    private static JsonNode workflow(String id) {
        return api.get("workflow/" + id).expect(200).json();
    }

    private static String status(String id) {
        return workflow(id).path("status").textValue();
    }

    /** The run's tasks as {@code first:COMPLETED second:SCHEDULED}. */
    private static String summary(String id) {
        List<String> tasks = new ArrayList<>();
        workflow(id)
                .path("tasks")
                .forEach(task -> tasks.add(task.path("referenceTaskName").textValue() + ":"
                        + task.path("status").textValue()));
        return String.join(" ", tasks);
    }

    private static void update(String id, String ref, TaskStatus status, String output) {
        JsonNode tasks = workflow(id).path("tasks");
        for (JsonNode task : tasks) {
            boolean open = List.of("SCHEDULED", "IN_PROGRESS")
                    .contains(task.path("status").textValue());
            if (open && task.path("referenceTaskName").textValue().equals(ref)) {
                UUID taskId = UUID.fromString(task.path("taskId").textValue());
                ConductorFixture.await(api.engine
                        .committer()
                        .submit(new Command.Update(
                                UUID.fromString(id),
                                taskId,
                                status,
                                (ObjectNode) Json.read(output),
                                Optional.of("said so"),
                                Duration.ZERO,
                                false,
                                Views.object(),
                                List.of(),
                                "test")));
                return;
            }
        }
        throw new AssertionError("No open task " + ref + " in " + tasks);
    }

    private static void complete(String id, String... refs) {
        for (String ref : refs) {
            update(id, ref, TaskStatus.COMPLETED, "{}");
        }
    }

    private static Response put(String path) {
        return api.put(path, "");
    }

    private static Response post(String path) {
        return api.post(path, "");
    }

    @Test
    void aRunIsStartedByABodyThatSaysEverything() {
        Response response = api.post("workflow", """
                {"name": "two", "version": 1, "correlationId": "order 1", "priority": 7, "input": {"a": 1},
                 "taskToDomain": {"first": "blue"}, "createdBy": "me", "idempotencyKey": null}""").expect(200);
        assertThat(response.header("content-type")).startsWith("text/plain");
        JsonNode run = workflow(response.text());
        assertThat(run.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(run.path("workflowName").textValue()).isEqualTo("two");
        assertThat(run.path("workflowVersion").intValue()).isEqualTo(1);
        assertThat(run.path("correlationId").textValue()).isEqualTo("order 1");
        assertThat(run.path("priority").intValue()).isEqualTo(7);
        assertThat(run.path("input")).isEqualTo(Json.read("{\"a\":1}"));
        assertThat(run.path("createdBy").textValue()).isEqualTo("me");
        assertThat(run.path("startTime")).isEqualTo(run.path("createTime"));
        assertThat(run.path("endTime").longValue()).isZero();
        assertThat(run.path("output")).isEqualTo(Views.object());
        assertThat(run.path("workflowDefinition").path("name").textValue()).isEqualTo("two");
        assertThat(run.path("workflowDefinition").path("tasks").get(0).has("taskDefinition"))
                .isTrue();
        JsonNode task = run.path("tasks").get(0);
        assertThat(task.path("domain").textValue()).isEqualTo("blue");
        assertThat(task.path("workflowTask").path("taskReferenceName").textValue())
                .isEqualTo("first");
        assertThat(api.get("workflow/" + response.text() + "?includeTasks=false")
                        .json()
                        .path("tasks"))
                .isEmpty();
    }

    @Test
    void theLatestVersionIsStartedUnlessAnotherOneIsNamed() {
        String latest = api.post("workflow/two", "{}").expect(200).text();
        assertThat(workflow(latest).path("workflowVersion").intValue()).isEqualTo(2);
        String first = api.post("workflow/start/two/1?priority=3&correlationId=c", "{\"a\":1}")
                .expect(200)
                .text();
        assertThat(workflow(first).path("workflowVersion").intValue()).isEqualTo(1);
        assertThat(workflow(first).path("priority").intValue()).isEqualTo(3);
    }

    @Test
    void whatCannotBeStartedIsRefused() {
        assertThat(api.post("workflow/nothing", "{}")
                        .expect(404)
                        .json()
                        .path("message")
                        .textValue())
                .contains("No such workflow found by name: nothing");
        api.post("workflow/two?version=9", "{}").expect(404);
        api.post("workflow", "{}").expect(400);
        api.post("workflow", "{\"name\":\"two\",\"priority\":100}").expect(400);
        api.post("workflow", "{\"name\":\"two\",\"input\":[]}").expect(400);
        api.post("workflow", "{\"name\":\"two\",\"idempotencyKey\":\"k\",\"idempotencyStrategy\":\"NEVER\"}")
                .expect(400);
        api.post("workflow/two?priority=-1", "{}").expect(400);
        api.post("workflow/two", "[1]").expect(400);
        api.post("workflow", "{\"name\":\"x\",\"workflowDef\":{\"name\":\"x\",\"tasks\":[]}}")
                .expect(400);
    }

    @Test
    void anIdempotencyKeyStartsOneRun() {
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json",
                "X-Idempotency-key", "key 1",
                "X-on-conflict", "RETURN_EXISTING");
        Optional<String> body = Optional.of("{}");
        int port = api.ports.getFirst();
        String first = api.send(port, "POST", "workflow/two?version=1", body, headers)
                .expect(200)
                .text();
        assertThat(api.send(port, "POST", "workflow/two?version=1", body, headers)
                        .expect(200)
                        .text())
                .isEqualTo(first);
        String again = "{\"name\":\"two\",\"version\":1,\"idempotencyKey\":\"key 1\",\"idempotencyStrategy\":\"%s\"}";
        api.post("workflow", again.formatted("FAIL")).expect(409);
        api.post("workflow", again.formatted("FAIL_ON_RUNNING")).expect(409);
        api.delete("workflow/" + first).expect(200);
        assertThat(api.post("workflow", again.formatted("FAIL_ON_RUNNING"))
                        .expect(200)
                        .text())
                .isNotEqualTo(first);
    }

    @Test
    void anUnknownRunIsNotFoundWhateverIsAsked() {
        for (String id : List.of(UUID.randomUUID().toString(), "no-id")) {
            String one = "workflow/" + id;
            for (Response response : List.of(
                    api.get(one),
                    api.get(one + "/tasks"),
                    api.get(one + "/status"),
                    api.get(one + "/size"),
                    put(one + "/pause"),
                    put(one + "/resume"),
                    put("workflow/decide/" + id),
                    put(one + "/skiptask/x"),
                    post(one + "/restart"),
                    post(one + "/retry"),
                    post(one + "/rerun"),
                    post(one + "/resetcallbacks"),
                    post(one + "/jump/x"),
                    api.post(one + "/variables", "{}"),
                    api.post(one + "/state", "{}"),
                    api.post(one + "/messages", "{}"),
                    api.post(one + "/upgrade", "{\"name\":\"two\"}"),
                    api.delete(one),
                    api.delete(one + "/remove"),
                    api.delete(one + "/terminate-remove"))) {
                assertThat(response.expect(404).json().path("message").textValue())
                        .isEqualTo("No such workflow found by id: " + id);
            }
        }
    }

    @Test
    void aRunIsPausedAndResumed() {
        String id = started("two");
        put("workflow/" + id + "/resume").expect(409);
        put("workflow/" + id + "/pause").expect(200);
        put("workflow/" + id + "/pause").expect(200);
        assertThat(status(id)).isEqualTo("PAUSED");
        put("workflow/" + id + "/resume").expect(200);
        assertThat(status(id)).isEqualTo("RUNNING");
        complete(id, "first", "second");
        put("workflow/" + id + "/pause").expect(409);
    }

    @Test
    void aRunThatCompletedIsNotTerminatedAndOneThatEndedOtherwiseStaysAsItIs() {
        String id = started("two");
        api.delete("workflow/" + id + "?reason=enough").expect(200);
        assertThat(workflow(id).path("reasonForIncompletion").textValue()).isEqualTo("enough");
        api.delete("workflow/" + id + "?reason=again").expect(200);
        assertThat(workflow(id).path("reasonForIncompletion").textValue()).isEqualTo("enough");
        assertThat(summary(id)).isEqualTo("first:CANCELED");
        String completed = started("noop");
        api.delete("workflow/" + completed).expect(409);
    }

    @Test
    void aTerminationLetsTheFailureWorkflowFollowWhenItIsAskedTo() {
        String id = started("guarded");
        api.delete("workflow/" + id + "?triggerFailureWorkflow=true").expect(200);
        Await.until("it to happen", Duration.ofSeconds(20), () -> workflow(id)
                .path("output")
                .has("conductor.failure_workflow"));
        String other = started("guarded");
        api.delete("workflow/" + other).expect(200);
        assertThat(workflow(other).path("output").has("conductor.failure_workflow"))
                .isFalse();
    }

    @Test
    void aRunIsRetriedRestartedAndRerun() {
        String id = started("two");
        post("workflow/" + id + "/retry").expect(404);
        post("workflow/" + id + "/restart").expect(409);
        post("workflow/" + id + "/rerun").expect(409);
        complete(id, "first");
        update(id, "second", TaskStatus.FAILED_WITH_TERMINAL_ERROR, "{}");
        assertThat(status(id)).isEqualTo("FAILED");
        assertThat(workflow(id).path("failedReferenceTaskNames")).isEqualTo(Json.read("[\"second\"]"));
        post("workflow/" + id + "/retry").expect(204);
        assertThat(summary(id)).isEqualTo("first:COMPLETED second:FAILED_WITH_TERMINAL_ERROR second:SCHEDULED");
        complete(id, "second");
        post("workflow/" + id + "/retry").expect(409);

        String first = workflow(id).path("tasks").get(0).path("taskId").textValue();
        assertThat(api.post("workflow/" + id + "/rerun", """
                        {"reRunFromTaskId": "%s", "taskInput": {"x": 1}}""".formatted(first))
                        .expect(200)
                        .text())
                .isEqualTo(id);
        assertThat(summary(id)).isEqualTo("first:SCHEDULED");
        assertThat(workflow(id).path("tasks").get(0).path("inputData").path("x").intValue())
                .isEqualTo(1);
        complete(id, "first", "second");
        api.post("workflow/" + id + "/rerun", "{\"reRunFromTaskId\": \"%s\"}".formatted(UUID.randomUUID()))
                .expect(400);

        post("workflow/" + id + "/restart?useLatestDefinitions=true").expect(204);
        assertThat(workflow(id).path("workflowVersion").intValue()).isEqualTo(2);
        assertThat(summary(id)).isEqualTo("zero:SCHEDULED");
        complete(id, "zero", "first", "second", "third");
        assertThat(status(id)).isEqualTo("COMPLETED");
    }

    @Test
    void aChildThatIsRerunOpensItsCompletedParentBeforeTheAnswer() {
        String parent = started("parent");
        Await.until("the child to be there", Duration.ofSeconds(20), () -> workflow(parent)
                .at("/tasks/0")
                .has("subWorkflowId"));
        String child = workflow(parent).at("/tasks/0/subWorkflowId").textValue();
        JsonNode waiting = workflow(child).at("/tasks/1");
        complete(child, waiting.path("referenceTaskName").textValue());
        Await.until("the parent to complete", Duration.ofSeconds(20), () -> status(parent)
                .equals("COMPLETED"));

        api.post("workflow/" + parent + "/rerun", """
                        {"reRunFromTaskId": "%s"}""".formatted(
                                waiting.path("taskId").textValue()))
                .expect(200);

        assertThat(status(parent)).isEqualTo("RUNNING");
        assertThat(summary(parent)).isEqualTo("child:IN_PROGRESS");
        assertThat(status(child)).isEqualTo("RUNNING");
        complete(child, waiting.path("referenceTaskName").textValue());
        Await.until("the parent to complete again", Duration.ofSeconds(20), () -> status(parent)
                .equals("COMPLETED"));
    }

    @Test
    void aWorkflowThatIsItsOwnSubWorkflowFails() {
        define(
                "endless",
                1,
                tasks(task("s", "SUB_WORKFLOW", ", \"subWorkflowParam\": {\"name\": \"endless\", \"version\": 1}")),
                "");
        String run = started("endless");

        Await.until("it to end", Duration.ofSeconds(60), () -> status(run).equals("FAILED"));
        assertThat(workflow(run).path("reasonForIncompletion").textValue()).contains("workflows above this one");
    }

    @Test
    void aWholeRerunMayGiveTheRunAnotherCorrelationId() {
        String run = started("noop");
        Await.until("it to end", Duration.ofSeconds(20), () -> status(run).equals("COMPLETED"));

        api.post("workflow/" + run + "/rerun", """
                        {"correlationId": "another"}""").expect(200);

        assertThat(workflow(run).path("correlationId").textValue()).isEqualTo("another");
        assertThat(ids(api.get("workflow/noop/correlated/another?includeClosed=true")
                        .expect(200)
                        .json()))
                .containsExactly(run);
    }

    @Test
    void aTaskIsSkippedThatWasNotReached() {
        String id = started("two");
        api.put("workflow/" + id + "/skiptask/second", "{\"taskOutput\":{\"a\":1}}")
                .expect(200);
        api.put("workflow/" + id + "/skiptask/first", "{}").expect(409);
        complete(id, "first");
        assertThat(summary(id)).isEqualTo("first:COMPLETED second:SKIPPED");
        assertThat(status(id)).isEqualTo("COMPLETED");
    }

    @Test
    void aRunJumpsToATask() {
        String id = started("two");
        api.post("workflow/" + id + "/jump/second", "{\"given\":1}").expect(200);
        assertThat(summary(id)).isEqualTo("first:SKIPPED second:SCHEDULED");
        assertThat(workflow(id)
                        .path("tasks")
                        .get(1)
                        .path("inputData")
                        .path("given")
                        .intValue())
                .isEqualTo(1);
        post("workflow/" + id + "/jump/nothing").expect(404);
    }

    @Test
    void aRunIsUpgradedToAnotherVersion() {
        String id = started("two", "{\"a\":1}");
        complete(id, "first");
        api.post("workflow/" + id + "/upgrade", "{\"name\":\"noop\"}").expect(409);
        api.post("workflow/" + id + "/upgrade", "{\"name\":\"two\",\"version\":9}")
                .expect(404);
        api.post("workflow/" + id + "/upgrade", """
                        {"name": "two", "version": 2, "workflowInput": {"b": 2}, "taskOutput": {"zero": {"c": 3}}}""").expect(200);
        JsonNode run = workflow(id);
        assertThat(run.path("workflowVersion").intValue()).isEqualTo(2);
        assertThat(run.path("input")).isEqualTo(Json.read("{\"a\":1,\"b\":2}"));
        assertThat(summary(id)).isEqualTo("first:COMPLETED second:SCHEDULED zero:SKIPPED");
        assertThat(run.path("tasks").get(2).path("outputData")).isEqualTo(Json.read("{\"c\":3}"));
        complete(id, "second", "third");
        assertThat(status(id)).isEqualTo("COMPLETED");
    }

    @Test
    void variablesAreSetFromOutside() {
        String id = started("two");
        JsonNode run = api.post("workflow/" + id + "/variables", "{\"x\":[1]}")
                .expect(200)
                .json();
        assertThat(run.path("variables")).isEqualTo(Json.read("{\"x\":[1]}"));
        JsonNode status = api.get("workflow/" + id + "/status?includeVariables=true&includeOutput=true")
                .expect(200)
                .json();
        assertThat(status.path("variables")).isEqualTo(Json.read("{\"x\":[1]}"));
        assertThat(status.path("workflowId").textValue()).isEqualTo(id);
        assertThat(status.path("output")).isEqualTo(Views.object());
        assertThat(api.get("workflow/" + id + "/status").json().has("output")).isFalse();
    }

    @Test
    void theStateOfARunIsUpdatedAndItsNextHaltAwaited() {
        String id = started("waiting");
        JsonNode run = api.post("workflow/" + id + "/state?requestId=r&waitUntilTaskRef=&waitForSeconds=5", """
                        {"taskReferenceName": "approval", "variables": {"v": 1},
                         "taskResult": {"status": "COMPLETED", "outputData": {"ok": true}}}""")
                .expect(200)
                .json();
        assertThat(run.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(run.path("requestId").textValue()).isEqualTo("r");
        assertThat(run.path("variables")).isEqualTo(Json.read("{\"v\":1}"));
        assertThat(run.path("output")).isEqualTo(Json.read("{\"ok\":true}"));
        api.post("workflow/" + id + "/state?requestId=r", """
                        {"taskReferenceName": "approval", "taskResult": {"status": "COMPLETED"}}""").expect(404);
    }

    @Test
    void anExecutionAnswersWhenItsRunHasEnded() throws Exception {
        JsonNode run = api.post("workflow/execute/noop/1?requestId=r", "{\"name\":\"noop\"}")
                .expect(200)
                .json();
        assertThat(run.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(run.path("responseType").textValue()).isEqualTo("TARGET_WORKFLOW");
        assertThat(run.path("targetWorkflowId")).isEqualTo(run.path("workflowId"));
        assertThat(run.path("signalTimeout").booleanValue()).isFalse();

        CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(
                () -> api.post("workflow/execute/two/1?waitForSeconds=30", "{\"correlationId\":\"executed\"}"));
        Await.until(
                "it to happen",
                Duration.ofSeconds(20),
                () -> api.get("workflow/two/correlated/executed").json().size() == 1);
        String id = api.get("workflow/two/correlated/executed")
                .json()
                .get(0)
                .path("workflowId")
                .textValue();
        complete(id, "first");
        assertThat(waiting).isNotDone();
        complete(id, "second");
        JsonNode answer = waiting.get().expect(200).json();
        assertThat(answer.path("workflowId").textValue()).isEqualTo(id);
        assertThat(answer.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(answer.path("tasks").size()).isEqualTo(2);
    }

    @Test
    void anExecutionAnswersWhenATaskIsOverThatIsWaitedFor() throws Exception {
        CompletableFuture<Response> waiting = CompletableFuture.supplyAsync(() -> api.post(
                "workflow/execute/two/1?waitForSeconds=30&waitUntilTaskRef=other,first",
                "{\"correlationId\":\"until\"}"));
        Await.until(
                "it to happen",
                Duration.ofSeconds(20),
                () -> api.get("workflow/two/correlated/until").json().size() == 1);
        String id = api.get("workflow/two/correlated/until")
                .json()
                .get(0)
                .path("workflowId")
                .textValue();
        complete(id, "first");
        JsonNode answer = waiting.get().expect(200).json();
        assertThat(answer.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(answer.path("signalTimeout").booleanValue()).isFalse();
    }

    @Test
    void anExecutionAnswersWithWhatItWaitsFor() {
        JsonNode target = api.post("workflow/execute/parent/1?waitForSeconds=30", "{}")
                .expect(200)
                .json();
        assertThat(target.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(target.path("signalTimeout").booleanValue()).isFalse();
        JsonNode task = api.post("workflow/execute/parent/1?waitForSeconds=30&returnStrategy=BLOCKING_TASK_INPUT", "{}")
                .expect(200)
                .json();
        assertThat(task.path("responseType").textValue()).isEqualTo("BLOCKING_TASK_INPUT");
        assertThat(task.path("referenceTaskName").textValue()).isEqualTo("approval");
        assertThat(task.path("retryCount").intValue()).isZero();
        JsonNode blocking = api.post(
                        "workflow/execute/parent/1?waitForSeconds=30&returnStrategy=BLOCKING_WORKFLOW", "{}")
                .expect(200)
                .json();
        assertThat(blocking.path("workflowId")).isNotEqualTo(blocking.path("targetWorkflowId"));
        assertThat(blocking.path("tasks").size()).isEqualTo(2);
        assertThat(blocking.path("targetWorkflowStatus").textValue()).isEqualTo("RUNNING");
    }

    @Test
    void anExecutionAnswersWithTheStateWhenItsTimeIsOver() {
        JsonNode answer = api.post("workflow/execute/two/0?waitForSeconds=1", "{}")
                .expect(200)
                .json();
        assertThat(answer.path("signalTimeout").booleanValue()).isTrue();
        assertThat(answer.path("status").textValue()).isEqualTo("RUNNING");
        api.post("workflow/execute/two/1?returnStrategy=EVERYTHING", "{}").expect(400);
    }

    @Test
    void anExecutionAsApiAnswersWithTheOutput() {
        Response done = api.get("workflow/execute/noop?a=1&waitForSeconds=5").expect(200);
        assertThat(done.json()).isEqualTo(Views.object());
        String id = done.header("X-Workflow-Id");
        assertThat(workflow(id).path("input")).isEqualTo(Json.read("{\"a\":\"1\"}"));
        Response open = api.post("workflow/execute/two?version=1&waitForSeconds=0", "{\"a\":1}")
                .expect(206);
        assertThat(open.header("X-Workflow-Status")).isEqualTo("RUNNING");
    }

    @Test
    void runsAreFoundByWhatTheirStartersCalledThem() {
        String live = api.post("workflow/two?version=1&correlationId=c1", "{}").text();
        String paused =
                api.post("workflow/two?version=1&correlationId=c1", "{}").text();
        put("workflow/" + paused + "/pause").expect(200);
        String other = api.post("workflow/noop?correlationId=c2", "{}").text();
        assertThat(ids(api.get("workflow/two/correlated/c1").expect(200).json()))
                .containsExactly(live);
        assertThat(ids(api.get("workflow/two/correlated/c1?includeClosed=true").json()))
                .containsExactly(live, paused);
        JsonNode byName = api.post("workflow/two/correlated?includeClosed=true&includeTasks=true", "[\"c1\",\"c9\"]")
                .expect(200)
                .json();
        assertThat(ids(byName.path("c1"))).containsExactly(live, paused);
        assertThat(byName.path("c1").get(0).path("tasks").size()).isEqualTo(1);
        assertThat(byName.path("c9")).isEmpty();
        JsonNode batch = api.post("workflow/correlated/batch?includeClosed=true", """
                        {"workflowNames": ["two", "noop"], "correlationIds": ["c1", "c2"]}""")
                .expect(200)
                .json();
        assertThat(ids(batch.path("c2"))).containsExactly(other);
        api.post("workflow/two/correlated", "[]").expect(400);
    }

    private static List<String> ids(JsonNode runs) {
        List<String> ids = new ArrayList<>();
        runs.forEach(run -> ids.add(run.path("workflowId").textValue()));
        return ids;
    }

    @Test
    void liveRunsAreListedByNameVersionAndTime() {
        String id = started("looped");
        String paused = started("looped");
        put("workflow/" + paused + "/pause").expect(200);
        assertThat(api.get("workflow/running/looped").json()).isEqualTo(Views.texts(List.of(id, paused)));
        assertThat(api.get("workflow/running/looped?version=2").json()).isEmpty();
        assertThat(api.get("workflow/running/looped?startTime=1&endTime=2").json())
                .isEmpty();
        api.get("workflow/running/looped?startTime=soon").expect(400);
        api.delete("workflow/" + id).expect(200);
        api.delete("workflow/" + paused).expect(200);
    }

    @Test
    void anOpenLoopShowsThePassesThatItHasMade() {
        String id = started("looped");
        update(id, "body__1", TaskStatus.COMPLETED, "{\"n\":1}");
        JsonNode loop = workflow(id).path("tasks").get(0);
        assertThat(loop.path("outputData").path("1").path("body")).isEqualTo(Json.read("{\"n\":1}"));
        assertThat(loop.path("outputData").path("iteration").intValue()).isEqualTo(2);
        assertThat(summary(id)).isEqualTo("loop:IN_PROGRESS body__1:COMPLETED body__2:SCHEDULED");
        api.delete("workflow/" + id).expect(200);
    }

    @Test
    void tasksAreListedPageByPage() {
        String id = started("two");
        complete(id, "first");
        JsonNode page =
                api.get("workflow/" + id + "/tasks?start=1&count=1").expect(200).json();
        assertThat(page.path("totalHits").intValue()).isEqualTo(2);
        assertThat(page.path("results").get(0).path("referenceTaskName").textValue())
                .isEqualTo("second");
        assertThat(page.path("summary")).isEqualTo(Json.read("{\"SCHEDULED\":1,\"COMPLETED\":1}"));
        assertThat(api.get("workflow/" + id + "/tasks?status=COMPLETED&status=FAILED")
                        .json()
                        .path("totalHits")
                        .intValue())
                .isEqualTo(1);
        api.get("workflow/" + id + "/tasks?status=DONE").expect(400);
    }

    @Test
    void maskedFieldsAreNotShown() {
        String id = started("masked", "{\"password\":\"hunter2\",\"deep\":[{\"password\":{\"x\":\"hunter2\"}}]}");
        complete(id, "first");
        String text = api.get("workflow/" + id).expect(200).text();
        assertThat(text).doesNotContain("hunter2");
        assertThat(Json.read(text).path("input"))
                .isEqualTo(Json.read("{\"password\":\"***\",\"deep\":[{\"password\":\"***\"}]}"));
        assertThat(api.get("workflow/" + id + "/tasks").text()).doesNotContain("hunter2");
    }

    @Test
    void onlyARunThatHasEndedIsRemovedAndNothingOfItStays() {
        String id = started("looped");
        update(id, "body__1", TaskStatus.COMPLETED, "{}");
        api.delete("workflow/" + id + "/remove").expect(409);
        api.delete("workflow/" + id + "/terminate-remove?reason=gone").expect(200);
        api.get("workflow/" + id).expect(404);
        UUID run = UUID.fromString(id);
        assertThat(api.sql("SELECT 1 FROM task WHERE run_id = $1", run).size()).isZero();
        api.delete("workflow/" + id + "/remove").expect(404);
        String completed = started("noop");
        api.delete("workflow/" + completed + "/remove?archiveWorkflow=false").expect(200);
        api.get("workflow/" + completed).expect(404);
    }

    @Test
    void tasksPullTheMessagesThatWaitAndThoseThatComeLater() {
        String pull = "\"type\": \"PULL_WORKFLOW_MESSAGES\", \"inputParameters\": {\"batchSize\": 2%s}";
        define(
                "pulling",
                1,
                """
                [{"name": "first", "taskReferenceName": "first", %s},
                 {"name": "look", "taskReferenceName": "look", %s},
                 {"name": "second", "taskReferenceName": "second", %s}]""".formatted(pull.formatted(""), pull.formatted(", \"blocking\": false"), pull.formatted("")),
                "");
        String id = started("pulling");

        api.post("workflow/" + id + "/messages", "{\"n\":1}").expect(200);
        Conditions.until(
                () -> "COMPLETED".equals(task(id, "look").path("status").asText()));
        api.post("workflow/" + id + "/messages", "{\"n\":2}").expect(200);
        Conditions.until(() -> "COMPLETED"
                .equals(api.get("workflow/" + id)
                        .expect(200)
                        .json()
                        .path("status")
                        .asText()));

        assertThat(task(id, "first").at("/outputData/messages/0/payload/n").intValue())
                .isEqualTo(1);
        assertThat(task(id, "look").at("/outputData/count").intValue()).isZero();
        assertThat(task(id, "second").at("/outputData/messages/0/payload/n").intValue())
                .isEqualTo(2);
    }

    private static JsonNode task(String id, String ref) {
        for (JsonNode task : api.get("workflow/" + id).expect(200).json().path("tasks")) {
            if (task.path("referenceTaskName").asText().equals(ref)) {
                return task;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void aTaskTakesEachMessageOnce() {
        String id = started("two");
        UUID run = UUID.fromString(id);
        String first = api.post("workflow/" + id + "/messages", "{\"n\":1}")
                .expect(200)
                .text();
        api.post("workflow/" + id + "/messages", "{\"n\":2}").expect(200);
        api.post("workflow/" + id + "/messages", "{\"n\":3}").expect(200);
        RunMessages messages = new RunMessages(api.engine.pool());
        UUID one = UUID.randomUUID();
        List<RunMessages.Message> taken = ConductorFixture.await(messages.take(one, run, 2));
        assertThat(taken)
                .extracting(message -> message.body().path("n").intValue())
                .containsExactly(1, 2);
        assertThat(taken.getFirst().id()).hasToString(first);
        assertThat(ConductorFixture.await(messages.take(one, run, 2))).isEqualTo(taken);
        assertThat(ConductorFixture.await(messages.take(UUID.randomUUID(), run, 2)))
                .extracting(message -> message.body().path("n").intValue())
                .containsExactly(3);
        api.sql(
                "INSERT INTO run_message (id, run_id, body, created_at) SELECT gen_random_uuid(), $1, '{}', now()"
                        + " FROM generate_series(1, " + RunMessages.MOST_WAITING + ")",
                run);
        api.post("workflow/" + id + "/messages", "{}").expect(429);
        api.delete("workflow/" + id).expect(200);
        api.post("workflow/" + id + "/messages", "{}").expect(409);
    }

    @Test
    void manyRunsAreChangedAtOnceAndEachCountsForItself() {
        String live = started("two");
        String ended = started("noop");
        String unknown = UUID.randomUUID().toString();
        String body = "[\"%s\",\"%s\",\"%s\"]".formatted(live, ended, unknown);
        JsonNode paused = api.put("workflow/bulk/pause", body).expect(200).json();
        assertThat(paused.path("bulkSuccessfulResults")).isEqualTo(Views.texts(List.of(live)));
        assertThat(paused.path("bulkErrorResults").path(unknown).textValue())
                .isEqualTo("No such workflow found by id: " + unknown);
        assertThat(paused.path("message").textValue()).isEqualTo("Bulk Request has been processed.");
        assertThat(succeeded(api.put("workflow/bulk/resume", body))).containsExactly(live);
        assertThat(succeeded(api.post("workflow/bulk/terminate?reason=bulk", body)))
                .containsExactly(live);
        assertThat(succeeded(api.post("workflow/bulk/retry", body))).containsExactly(live);
        assertThat(succeeded(api.post("workflow/bulk/restart", body))).containsExactly(ended);
        assertThat(succeeded(api.post("workflow/bulk/delete", body))).containsExactly(ended);
        assertThat(succeeded(api.send(
                        api.ports.getFirst(),
                        "DELETE",
                        "workflow/bulk/terminate-remove",
                        Optional.of(body),
                        Map.of("Content-Type", "application/json"))))
                .containsExactly(live);
        api.put("workflow/bulk/pause", "[]").expect(400);
        api.put("workflow/bulk/pause", "{}").expect(400);
        api.put("workflow/bulk/pause", "[\"x\"" + ",\"x\"".repeat(1_000) + "]").expect(400);
    }

    private static List<String> succeeded(Response response) {
        List<String> ids = new ArrayList<>();
        response.expect(200).json().path("bulkSuccessfulResults").forEach(id -> ids.add(id.textValue()));
        return ids;
    }

    @Test
    void aRunIsDecidedAndMeasured() {
        String id = started("two", "{\"a\":1}");
        put("workflow/decide/" + id).expect(200);
        JsonNode size = api.get("workflow/" + id + "/size").expect(200).json();
        assertThat(size.path("taskCount").intValue()).isEqualTo(1);
        assertThat(size.path("size").longValue()).isPositive();
        post("workflow/" + id + "/resetcallbacks").expect(204);
    }

    @Test
    void aWorkflowIsTestedWithResultsThatAreGivenBeforehand() {
        JsonNode run = api.post("workflow/test", """
                        {"name": "two", "version": 1, "input": {"a": 1}, "taskRefToMockOutput": {
                           "first": [{"status": "FAILED", "output": {"n": 1}},
                                     {"status": "COMPLETED", "output": {"n": 2}, "executionTime": 7000}],
                           "second": [{"status": "COMPLETED", "output": {"done": true}}]}}""").expect(200).json();
        assertThat(run.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(run.path("output")).isEqualTo(Json.read("{\"done\":true}"));
        JsonNode tasks = run.path("tasks");
        assertThat(tasks).hasSize(3);
        assertThat(tasks.get(0).path("status").textValue()).isEqualTo("FAILED");
        JsonNode second = tasks.get(1);
        assertThat(second.path("retryCount").intValue()).isEqualTo(1);
        assertThat(second.path("endTime").longValue() - second.path("startTime").longValue())
                .isEqualTo(7000);
        api.get("workflow/" + run.path("workflowId").textValue()).expect(404);
    }

    @Test
    void aTestGoesOnWithinSubWorkflowsAndStopsWhereNoResultIsGiven() {
        JsonNode whole = api.post("workflow/test", """
                        {"name": "parent", "version": 1, "subWorkflowTestRequest": {"child": {"name": "waiting",
                           "taskRefToMockOutput": {"approval": [{"status": "COMPLETED", "output": {"x": 1}}]}}}}""").expect(200).json();
        assertThat(whole.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(whole.path("output").path("x").intValue()).isEqualTo(1);
        JsonNode stopped = api.post("workflow/test", "{\"name\":\"two\",\"version\":1}")
                .expect(200)
                .json();
        assertThat(stopped.path("status").textValue()).isEqualTo("RUNNING");
        assertThat(stopped.path("tasks")).hasSize(1);
    }

    @Test
    void aTestTakesAResultForEachPassOfALoop() {
        JsonNode run = api.post("workflow/test", """
                        {"name": "looped", "taskRefToMockOutput": {"body": [
                           {"status": "COMPLETED", "output": {"n": 1}}, {"status": "COMPLETED", "output": {"n": 2}},
                           {"status": "COMPLETED", "output": {"n": 3}}]}}""").expect(200).json();
        assertThat(run.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(run.path("output").path("3").path("body")).isEqualTo(Json.read("{\"n\":3}"));
    }

    @Test
    void aTestThatCannotBePlayedIsRefused() {
        api.post("workflow/test", "{\"name\":\"nothing\"}").expect(404);
        api.post("workflow/test", "{}").expect(400);
        api.post("workflow/test", """
                        {"name": "two", "taskRefToMockOutput": {"first": [{"status": "PERFECT"}]}}""").expect(400);
    }
}
