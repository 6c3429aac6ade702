package dev.continuo.sdk;

import static dev.continuo.sdk.Flows.flow;
import static dev.continuo.sdk.Flows.inline;
import static dev.continuo.sdk.Flows.join;
import static dev.continuo.sdk.Flows.simple;
import static dev.continuo.sdk.Flows.subWorkflow;
import static dev.continuo.sdk.Flows.task;
import static dev.continuo.sdk.Flows.unique;
import static dev.continuo.sdk.Flows.withOutput;
import static dev.continuo.sdk.JavaSdk.completed;
import static dev.continuo.sdk.JavaSdk.worker;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.conductor.client.worker.Worker;
import com.netflix.conductor.common.metadata.tasks.Task;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.metadata.workflow.WorkflowTask;
import com.netflix.conductor.common.run.Workflow;
import com.netflix.conductor.common.run.Workflow.WorkflowStatus;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows with forks, loops, switches and children, as the official Java client sees them. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkTaskTypesIT {
    private static final int WORKERS = 20;

    private final JavaSdk sdk;

    JavaSdkTaskTypesIT(Backends backends, @TempDir Path scratch) throws Exception {
        sdk = JavaSdk.start(backends, scratch);
    }

    @AfterEach
    void stopWorkers() {
        sdk.stopWorkers();
    }

    @AfterAll
    void close() {
        sdk.close();
    }

    /** Squares its number. */
    private static Worker squares(String type) {
        return worker(type, task -> {
            int n = (Integer) task.getInputData().get("n");
            return completed(task, Map.of("square", n * n));
        });
    }

    private static List<String> references(Workflow run) {
        return run.getTasks().stream().map(Task::getReferenceTaskName).toList();
    }

    @Test
    void branchesOfAForkRunSideBySideAndAreJoined() {
        String type = unique("square");
        WorkflowTask fork = task("{name: 'fork', taskReferenceName: 'fork', type: 'FORK_JOIN'}");
        fork.setForkTasks(List.of(
                List.of(simple(type, "left", "{n: 2}")),
                List.of(simple(type, "right", "{n: 3}"), simple(type, "after", "{n: '${right.output.square}'}"))));
        String run = sdk.run(flow(unique("flow"), fork, join("join", "left", "after")), "{}");
        assertThat(references(sdk.read(run))).containsExactly("fork", "left", "right", "join");
        sdk.work(WORKERS, squares(type));

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(done.getTaskByRefName("fork").getTaskType()).isEqualTo("FORK");
        assertThat(done.getTaskByRefName("join").getOutputData())
                .isEqualTo(Map.of("left", Map.of("square", 4), "after", Map.of("square", 81)));
    }

    @Test
    void aDynamicForkRunsTheTasksThatItIsGiven() {
        String type = unique("square");
        WorkflowTask fork = task("{name: 'fork', taskReferenceName: 'fork', type: 'FORK_JOIN_DYNAMIC',"
                + " inputParameters: {tasks: '${workflow.input.tasks}', inputs: '${workflow.input.inputs}'},"
                + " dynamicForkTasksParam: 'tasks', dynamicForkTasksInputParamName: 'inputs'}");
        WorkflowDef flow = withOutput(
                flow(unique("flow"), fork, join("join")), "{three: '${part_3.output.square}', all: '${join.output}'}");
        String given = "{name: '" + type + "', type: 'SIMPLE', taskReferenceName: 'part_%d'}";
        sdk.work(WORKERS, squares(type));
        String run = sdk.run(
                flow,
                "{tasks: [" + String.join(", ", given.formatted(2), given.formatted(3), given.formatted(4))
                        + "], inputs: {part_2: {n: 2}, part_3: {n: 3}, part_4: {n: 4}}}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(references(done)).containsExactlyInAnyOrder("fork", "part_2", "part_3", "part_4", "join");
        assertThat(done.getOutput())
                .isEqualTo(Map.of(
                        "three",
                        9,
                        "all",
                        Map.of(
                                "part_2", Map.of("square", 4),
                                "part_3", Map.of("square", 9),
                                "part_4", Map.of("square", 16))));
    }

    @Test
    void aLoopNumbersItsTasksAndKeepsTheirOutputs() {
        String type = unique("square");
        WorkflowTask loop = task("{name: 'loop', taskReferenceName: 'loop', type: 'DO_WHILE',"
                + " inputParameters: {value: 3}, loopCondition: '$.loop[\"iteration\"] < $.value'}");
        loop.setLoopOver(List.of(simple(type, "pass", "{n: '${loop.output.iteration}'}")));
        sdk.work(WORKERS, squares(type));
        String run = sdk.run(flow(unique("flow"), loop), "{}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(references(done)).containsExactlyInAnyOrder("loop", "pass__1", "pass__2", "pass__3");
        assertThat(done.getTaskByRefName("pass__2").getIteration()).isEqualTo(2);
        assertThat(done.getTaskByRefName("pass__2").isLoopOverTask()).isTrue();
        assertThat(done.getTaskByRefName("loop").getOutputData())
                .isEqualTo(Map.of(
                        "iteration",
                        3,
                        "1",
                        Map.of("pass", Map.of("square", 1)),
                        "2",
                        Map.of("pass", Map.of("square", 4)),
                        "3",
                        Map.of("pass", Map.of("square", 9))));
    }

    @ParameterizedTest
    @CsvSource({"big, large", "small, little", "odd, other"})
    void aSwitchTakesTheCaseOfItsValue(String kind, String taken) {
        WorkflowTask choice = task("{name: 'choice', taskReferenceName: 'choice', type: 'SWITCH',"
                + " evaluatorType: 'value-param', expression: 'kind',"
                + " inputParameters: {kind: '${workflow.input.kind}'}}");
        choice.setDecisionCases(
                Map.of("big", List.of(inline("large", "1", "{}")), "small", List.of(inline("little", "2", "{}"))));
        choice.setDefaultCase(List.of(inline("other", "3", "{}")));
        String run = sdk.run(flow(unique("flow"), choice, inline("last", "4", "{}")), "{kind: '" + kind + "'}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(references(done)).containsExactly("choice", taken, "last");
        assertThat(done.getTaskByRefName("choice").getOutputData())
                .containsEntry("evaluationResult", List.of(kind))
                .containsEntry("selectedCase", kind);
    }

    @Test
    void aSubWorkflowGivesItsOutputToItsParent() {
        WorkflowDef child = withOutput(
                flow(unique("child"), inline("add", "$.n + 1", "{n: '${workflow.input.n}'}")),
                "{sum: '${add.output.result}'}");
        sdk.metadata().registerWorkflowDef(child);
        String run = sdk.run(
                withOutput(
                        flow(unique("parent"), subWorkflow("sub", child.getName(), "{n: '${workflow.input.n}'}")),
                        "{sum: '${sub.output.sum}'}"),
                "{n: 41}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        Task sub = done.getTaskByRefName("sub");
        Workflow childRun = sdk.read(sub.getSubWorkflowId());

        assertThat(done.getOutput()).isEqualTo(Map.of("sum", 42));
        assertThat(sub.getTaskType()).isEqualTo("SUB_WORKFLOW");
        assertThat(childRun.getStatus()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(childRun.getInput()).isEqualTo(Map.of("n", 41));
        assertThat(childRun.getParentWorkflowId()).isEqualTo(run);
        assertThat(childRun.getParentWorkflowTaskId()).isEqualTo(sub.getTaskId());
    }

    @Test
    void aFailedSubWorkflowFailsItsParentAndIsResumedByARetry() {
        WorkflowTask step = simple(unique("step"), "step");
        step.setRetryCount(0);
        WorkflowDef child = flow(unique("child"), step);
        sdk.metadata().registerWorkflowDef(child);
        String run = sdk.run(flow(unique("parent"), subWorkflow("sub", child.getName(), "{}")), "{}");
        String childRun = sdk.await(run, "sub", Task.Status.IN_PROGRESS).getSubWorkflowId();
        sdk.await(childRun, "step", Task.Status.SCHEDULED);
        sdk.fail(childRun, "step");
        Workflow failed = sdk.await(run, WorkflowStatus.FAILED);
        assertThat(failed.getTaskByRefName("sub").getStatus()).isEqualTo(Task.Status.FAILED);
        assertThat(sdk.read(childRun).getStatus()).isEqualTo(WorkflowStatus.FAILED);

        sdk.workflows().retryLastFailedTask(run);

        assertThat(sdk.await(childRun, "step", Task.Status.SCHEDULED).getRetryCount())
                .isEqualTo(1);
        sdk.complete(childRun, "step", "{}");
        sdk.await(childRun, WorkflowStatus.COMPLETED);
        assertThat(sdk.await(run, WorkflowStatus.COMPLETED)
                        .getTaskByRefName("sub")
                        .getSubWorkflowId())
                .isEqualTo(childRun);
    }

    @Test
    void aTerminatedParentTerminatesItsChild() {
        WorkflowDef child = flow(unique("child"), simple(unique("step"), "step"));
        sdk.metadata().registerWorkflowDef(child);
        String run = sdk.run(flow(unique("parent"), subWorkflow("sub", child.getName(), "{}")), "{}");
        String childRun = sdk.await(run, "sub", Task.Status.IN_PROGRESS).getSubWorkflowId();
        sdk.await(childRun, "step", Task.Status.SCHEDULED);

        sdk.workflows().terminateWorkflow(run, "enough");

        Workflow ended = sdk.await(childRun, WorkflowStatus.TERMINATED);
        assertThat(ended.getTaskByRefName("step").getStatus()).isEqualTo(Task.Status.CANCELED);
        assertThat(sdk.read(run).getTaskByRefName("sub").getStatus()).isEqualTo(Task.Status.CANCELED);
    }

    @Test
    void aTerminateTaskEndsTheRunWithItsOutput() {
        WorkflowTask end = task("{name: 'end', taskReferenceName: 'end', type: 'TERMINATE', inputParameters: {"
                + "terminationStatus: 'COMPLETED', terminationReason: 'enough',"
                + " workflowOutput: {said: '${workflow.input.word}'}}}");
        String run = sdk.run(flow(unique("flow"), end, simple(unique("step"), "never")), "{word: 'bye'}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(done.getOutput()).isEqualTo(Map.of("said", "bye"));
        assertThat(references(done)).containsExactly("end");
    }

    @Test
    void variablesAreSetAndTransformedWithJq() {
        WorkflowTask set = task("{name: 'set', taskReferenceName: 'set', type: 'SET_VARIABLE',"
                + " inputParameters: {names: '${workflow.input.people}'}}");
        WorkflowTask jq = task("{name: 'jq', taskReferenceName: 'jq', type: 'JSON_JQ_TRANSFORM', inputParameters: {"
                + "people: '${workflow.variables.names}', queryExpression: '[.people[] | .name]'}}");
        String run = sdk.run(
                withOutput(flow(unique("flow"), set, jq), "{names: '${jq.output.result}'}"),
                "{people: [{name: 'Ada'}, {name: 'Grace'}]}");

        assertThat(sdk.await(run, WorkflowStatus.COMPLETED).getOutput())
                .isEqualTo(Map.of("names", List.of("Ada", "Grace")));
    }
}
