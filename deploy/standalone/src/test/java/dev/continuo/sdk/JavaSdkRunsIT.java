package dev.continuo.sdk;

import static dev.continuo.sdk.Flows.flow;
import static dev.continuo.sdk.Flows.inline;
import static dev.continuo.sdk.Flows.simple;
import static dev.continuo.sdk.Flows.subWorkflow;
import static dev.continuo.sdk.Flows.unique;
import static dev.continuo.sdk.Flows.version;
import static dev.continuo.sdk.Flows.waiting;
import static dev.continuo.sdk.Flows.withOutput;
import static dev.continuo.sdk.JavaSdk.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.conductor.common.metadata.tasks.Task;
import com.netflix.conductor.common.metadata.tasks.TaskResult;
import com.netflix.conductor.common.metadata.workflow.IdempotencyStrategy;
import com.netflix.conductor.common.metadata.workflow.RerunWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.UpgradeWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.run.Workflow;
import com.netflix.conductor.common.run.Workflow.WorkflowStatus;
import com.netflix.conductor.common.run.WorkflowTestRequest;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.conductoross.conductor.common.model.Consistency;
import org.conductoross.conductor.common.model.ReturnStrategy;
import org.conductoross.conductor.common.model.SignalResponse;
import org.conductoross.conductor.common.model.WorkflowRun;
import org.conductoross.conductor.common.model.WorkflowStateUpdate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the official Java client does with runs. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkRunsIT {
    private static final int SECONDS = 5;

    private final JavaSdk sdk;

    JavaSdkRunsIT(Backends backends, @TempDir Path scratch) throws Exception {
        sdk = JavaSdk.start(backends, scratch);
    }

    @AfterAll
    void close() {
        sdk.close();
    }

    private static WorkflowDef twoSteps() {
        return flow(
                unique("flow"),
                simple(unique("step"), "first", "{order: '${workflow.input.order}'}"),
                simple(unique("step"), "second", "{before: '${first.output.number}'}"));
    }

    @Test
    void aRunIsStartedAndReadWithItsTasks() {
        WorkflowDef flow = twoSteps();
        sdk.metadata().registerWorkflowDef(flow);
        StartWorkflowRequest request = Flows.start(flow.getName(), "{order: 'A-1'}");
        request.setCorrelationId("customer 7");
        request.setPriority(9);

        Workflow run = sdk.read(sdk.start(request));

        assertThat(run.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(run.getWorkflowName()).isEqualTo(flow.getName());
        assertThat(run.getWorkflowVersion()).isEqualTo(1);
        assertThat(run.getInput()).isEqualTo(Map.of("order", "A-1"));
        assertThat(run.getCorrelationId()).isEqualTo("customer 7");
        assertThat(run.getPriority()).isEqualTo(9);
        assertThat(run.getStartTime()).isPositive();
        assertThat(run.getTasks()).hasSize(1);
        Task task = run.getTasks().get(0);
        assertThat(task.getReferenceTaskName()).isEqualTo("first");
        assertThat(task.getTaskType()).isEqualTo(flow.getTasks().get(0).getName());
        assertThat(task.getTaskDefName()).isEqualTo(task.getTaskType());
        assertThat(task.getStatus()).isEqualTo(Task.Status.SCHEDULED);
        assertThat(task.getInputData()).isEqualTo(Map.of("order", "A-1"));
        assertThat(task.getRetryCount()).isZero();
        assertThat(task.getSeq()).isEqualTo(1);
        assertThat(task.getWorkflowInstanceId()).isEqualTo(run.getWorkflowId());
        assertThat(sdk.tasks().getTaskDetails(task.getTaskId())).isEqualTo(task);
        assertThat(sdk.workflows().getWorkflow(run.getWorkflowId(), false).getTasks())
                .isEmpty();
        assertThat(sdk.workflows().getRunningWorkflow(flow.getName(), 1)).containsExactly(run.getWorkflowId());
    }

    @Test
    void whatIsNotThereIsNotFound() {
        String nobody = "00000000-0000-7000-8000-000000000000";

        refusal(404, () -> sdk.start(Flows.start(unique("nothing"), "{}")));
        refusal(404, () -> sdk.read(nobody));
        refusal(404, () -> sdk.tasks().getTaskDetails(nobody));
        refusal(404, () -> sdk.workflows().pauseWorkflow(nobody));
    }

    @Test
    void anExecutionAnswersTheOutput() throws Exception {
        WorkflowDef flow = withOutput(
                flow(unique("flow"), inline("add", "$.a + $.b", "{a: '${workflow.input.a}', b: 2}")),
                "{sum: '${add.output.result}'}");
        sdk.metadata().registerWorkflowDef(flow);

        WorkflowRun run = sdk.workflows()
                .executeWorkflow(Flows.start(flow.getName(), "{a: 40}"), (String) null, SECONDS)
                .get();

        assertThat(run.getStatus()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(run.getOutput()).isEqualTo(Map.of("sum", 42));
        assertThat(run.getInput()).isEqualTo(Map.of("a", 40));
        assertThat(run.getRequestId()).isNotBlank();
        assertThat(run.getTasks()).extracting(Task::getStatus).containsExactly(Task.Status.COMPLETED);
    }

    @Test
    void anExecutionAnswersWhenTheNamedTaskIsDone() throws Exception {
        WorkflowDef flow = flow(unique("flow"), inline("add", "1 + 1", "{}"), waiting("wait"));
        sdk.metadata().registerWorkflowDef(flow);

        WorkflowRun run = sdk.workflows()
                .executeWorkflow(Flows.start(flow.getName(), "{}"), "add", SECONDS)
                .get();

        assertThat(run.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(sdk.read(run.getWorkflowId()).getTaskByRefName("add").getStatus())
                .isEqualTo(Task.Status.COMPLETED);
    }

    @Test
    void aSignalCompletesTheWaitThatBlocks() throws Exception {
        WorkflowDef flow = withOutput(flow(unique("flow"), waiting("wait")), "{said: '${wait.output.said}'}");
        sdk.metadata().registerWorkflowDef(flow);

        SignalResponse blocked = sdk.workflows()
                .executeWorkflowWithReturnStrategy(
                        Flows.start(flow.getName(), "{}"),
                        List.of(),
                        SECONDS,
                        Consistency.DURABLE,
                        ReturnStrategy.BLOCKING_TASK)
                .get();
        SignalResponse done = sdk.tasks().signal(blocked.getWorkflowId(), Task.Status.COMPLETED, Map.of("said", "go"));

        assertThat(blocked.isBlockingTask()).isTrue();
        assertThat(blocked.getBlockingTask().getReferenceTaskName()).isEqualTo("wait");
        assertThat(blocked.getBlockingTask().getTaskType()).isEqualTo("WAIT");
        assertThat(blocked.getBlockingTask().getStatus()).isEqualTo(Task.Status.IN_PROGRESS);
        assertThat(done.isTargetWorkflow()).isTrue();
        assertThat(done.getTargetWorkflowId()).isEqualTo(blocked.getWorkflowId());
        assertThat(done.getWorkflow().getStatus()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(done.getWorkflow().getOutput()).isEqualTo(Map.of("said", "go"));
    }

    @Test
    void aSignalReachesIntoASubWorkflow() {
        WorkflowDef child = flow(unique("child"), waiting("one"), waiting("two"));
        child.getTasks().get(1).setInputParameters(Map.of("heard", "${one.output.said}"));
        sdk.metadata().registerWorkflowDef(child);
        String run = sdk.run(flow(unique("parent"), subWorkflow("sub", child.getName(), "{}")), "{}");
        String childRun = sdk.await(run, "sub", Task.Status.IN_PROGRESS).getSubWorkflowId();
        sdk.await(childRun, "one", Task.Status.IN_PROGRESS);

        SignalResponse next =
                sdk.tasks().signal(run, Task.Status.COMPLETED, Map.of("said", 1), ReturnStrategy.BLOCKING_TASK_INPUT);
        sdk.tasks().signalAsync(run, Task.Status.COMPLETED, Map.of("said", 2));

        assertThat(next.isBlockingTaskInput()).isTrue();
        assertThat(next.getTargetWorkflowId()).isEqualTo(run);
        assertThat(next.getWorkflowId()).isEqualTo(childRun);
        assertThat(next.getTaskInput()).containsEntry("heard", 1);
        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        assertThat(done.getTaskByRefName("sub").getOutputData()).containsEntry("said", 2);
    }

    @Test
    void aPausedRunSchedulesNothingUntilItIsResumed() {
        String run = sdk.run(twoSteps(), "{}");

        sdk.workflows().pauseWorkflow(run);
        sdk.complete(run, "first", "{number: 5}");

        Workflow paused = sdk.read(run);
        assertThat(paused.getStatus()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(paused.getTaskByRefName("first").getStatus()).isEqualTo(Task.Status.COMPLETED);
        assertThat(paused.getTaskByRefName("second")).isNull();

        sdk.workflows().resumeWorkflow(run);
        assertThat(sdk.await(run, "second", Task.Status.SCHEDULED).getInputData())
                .isEqualTo(Map.of("before", 5));
        assertThat(sdk.read(run).getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        refusal(409, () -> sdk.workflows().resumeWorkflow(run));
    }

    @Test
    void aTerminatedRunTellsTheReasonAndItsTasksAreCanceled() {
        String run = sdk.run(twoSteps(), "{}");

        sdk.workflows().terminateWorkflow(run, "not wanted any more");
        sdk.workflows().terminateWorkflow(run, "again");

        Workflow ended = sdk.read(run);
        assertThat(ended.getStatus()).isEqualTo(WorkflowStatus.TERMINATED);
        assertThat(ended.getReasonForIncompletion()).isEqualTo("not wanted any more");
        assertThat(ended.getTasks()).extracting(Task::getStatus).containsExactly(Task.Status.CANCELED);
        assertThat(ended.getEndTime()).isPositive();
    }

    @Test
    void aCompletedRunCannotBeTerminated() {
        String run = sdk.run(flow(unique("flow"), inline("add", "1", "{}")), "{}");
        sdk.await(run, WorkflowStatus.COMPLETED);

        refusal(409, () -> sdk.workflows().terminateWorkflow(run, "too late"));
    }

    @Test
    void aRestartBeginsAgainUnderTheSameId() {
        String run = sdk.run(twoSteps(), "{order: 'A-2'}");
        refusal(409, () -> sdk.workflows().restart(run, false));
        String before = sdk.read(run).getTaskByRefName("first").getTaskId();
        sdk.workflows().terminateWorkflow(run, "once more");

        sdk.workflows().restart(run, false);

        Workflow restarted = sdk.read(run);
        assertThat(restarted.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(restarted.getReasonForIncompletion()).isNull();
        assertThat(restarted.getTasks()).hasSize(1);
        assertThat(restarted.getTasks().get(0).getTaskId()).isNotEqualTo(before);
        assertThat(restarted.getTasks().get(0).getStatus()).isEqualTo(Task.Status.SCHEDULED);
        assertThat(restarted.getTasks().get(0).getInputData()).isEqualTo(Map.of("order", "A-2"));
    }

    @Test
    void aRetryTriesTheFailedTaskAgain() {
        WorkflowDef flow = twoSteps();
        flow.getTasks().get(1).setRetryCount(0);
        String run = sdk.run(flow, "{}");
        refusal(404, () -> sdk.workflows().retryLastFailedTask(run));
        sdk.complete(run, "first", "{number: 1}");
        sdk.fail(run, "second");
        Workflow failed = sdk.await(run, WorkflowStatus.FAILED);
        assertThat(failed.getFailedReferenceTaskNames()).containsExactly("second");

        sdk.workflows().retryLastFailedTask(run);

        Workflow retried = sdk.read(run);
        Task attempt = retried.getTaskByRefName("second");
        assertThat(retried.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(attempt.getStatus()).isEqualTo(Task.Status.SCHEDULED);
        assertThat(attempt.getRetryCount()).isEqualTo(1);
        assertThat(attempt.getRetriedTaskId())
                .isEqualTo(failed.getTaskByRefName("second").getTaskId());
        sdk.complete(run, "second", "{}");
        sdk.await(run, WorkflowStatus.COMPLETED);
    }

    @Test
    void aRerunFromATaskForgetsWhatCameAfterIt() {
        String run = sdk.run(twoSteps(), "{order: 'A-3'}");
        sdk.complete(run, "first", "{number: 1}");
        sdk.complete(run, "second", "{}");
        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        RerunWorkflowRequest request = new RerunWorkflowRequest();
        request.setReRunFromTaskId(done.getTaskByRefName("first").getTaskId());
        request.setTaskInput(Map.of("order", "A-4"));

        assertThat(sdk.workflows().rerunWorkflow(run, request)).isEqualTo(run);

        Workflow again = sdk.read(run);
        assertThat(again.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(again.getTasks()).hasSize(1);
        assertThat(again.getTaskByRefName("first").getStatus()).isEqualTo(Task.Status.SCHEDULED);
        assertThat(again.getTaskByRefName("first").getInputData()).containsEntry("order", "A-4");
        sdk.complete(run, "first", "{number: 2}");
        assertThat(sdk.await(run, "second", Task.Status.SCHEDULED).getInputData())
                .isEqualTo(Map.of("before", 2));
    }

    @Test
    void aRerunOfAllTakesANewInput() {
        String run = sdk.run(twoSteps(), "{order: 'A-5'}");
        sdk.workflows().terminateWorkflow(run, "wrong order");
        RerunWorkflowRequest request = new RerunWorkflowRequest();
        request.setWorkflowInput(Map.of("order", "A-6"));

        sdk.workflows().rerunWorkflow(run, request);

        Workflow again = sdk.read(run);
        assertThat(again.getInput()).isEqualTo(Map.of("order", "A-6"));
        assertThat(again.getTaskByRefName("first").getInputData()).isEqualTo(Map.of("order", "A-6"));
        refusal(400, () -> {
            sdk.workflows().terminateWorkflow(run, "enough");
            request.setReRunFromTaskId("00000000-0000-7000-8000-000000000000");
            sdk.workflows().rerunWorkflow(run, request);
        });
    }

    @Test
    void aSkippedTaskIsPassedOver() {
        String run = sdk.run(twoSteps(), "{}");
        sdk.workflows().skipTaskFromWorkflow(run, "second");

        sdk.complete(run, "first", "{}");

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        assertThat(done.getTaskByRefName("second").getStatus()).isEqualTo(Task.Status.SKIPPED);
    }

    @Test
    void variablesAreChangedFromOutside() {
        String run = sdk.run(flow(unique("flow"), waiting("wait")), "{}");

        Workflow changed = sdk.workflows().updateVariables(run, Map.of("colour", "red"));

        assertThat(changed.getVariables()).isEqualTo(Map.of("colour", "red"));
        var summary = sdk.workflows().getWorkflowStatusSummary(run, true, true);
        assertThat(summary.getWorkflowId()).isEqualTo(run);
        assertThat(summary.getStatus().getValue()).isEqualTo("RUNNING");
        assertThat(summary.getVariables()).isEqualTo(Map.of("colour", "red"));
    }

    @Test
    void variablesAndATaskAreChangedTogether() {
        WorkflowDef flow = withOutput(
                flow(unique("flow"), waiting("wait"), waiting("next")), "{colour: '${workflow.variables.colour}'}");
        String run = sdk.run(flow, "{}");
        TaskResult result = TaskResult.complete();
        result.setOutputData(Map.of("said", "go"));
        WorkflowStateUpdate update = WorkflowStateUpdate.builder()
                .taskReferenceName("wait")
                .variables(Map.of("colour", "blue"))
                .taskResult(result)
                .build();

        WorkflowRun after = sdk.workflows().updateWorkflow(run, List.of("wait"), SECONDS, update);

        assertThat(after.getWorkflowId()).isEqualTo(run);
        assertThat(after.getVariables()).isEqualTo(Map.of("colour", "blue"));
        assertThat(sdk.read(run).getTaskByRefName("wait").getOutputData()).containsEntry("said", "go");
        sdk.complete(run, "next", "{}");
        assertThat(sdk.await(run, WorkflowStatus.COMPLETED).getOutput()).isEqualTo(Map.of("colour", "blue"));
    }

    @Test
    void aKeyStartsOneRun() {
        WorkflowDef flow = twoSteps();
        StartWorkflowRequest request = Flows.start(flow.getName(), "{}");
        sdk.metadata().registerWorkflowDef(flow);
        request.setIdempotencyKey(unique("key"));
        request.setIdempotencyStrategy(IdempotencyStrategy.RETURN_EXISTING);

        String run = sdk.start(request);

        assertThat(sdk.start(request)).isEqualTo(run);
        assertThat(sdk.read(run).getIdempotencyKey()).isEqualTo(request.getIdempotencyKey());
        request.setIdempotencyStrategy(IdempotencyStrategy.FAIL);
        refusal(409, () -> sdk.start(request));
        request.setIdempotencyStrategy(IdempotencyStrategy.FAIL_ON_RUNNING);
        refusal(409, () -> sdk.start(request));
        sdk.workflows().terminateWorkflow(run, "ended");
        assertThat(sdk.start(request)).isNotEqualTo(run);
    }

    @Test
    void aRunGoesOnWithANewerDefinition() {
        WorkflowDef flow = twoSteps();
        String run = sdk.run(flow, "{}");
        sdk.metadata()
                .registerWorkflowDef(version(
                        2,
                        flow(
                                flow.getName(),
                                flow.getTasks().get(0),
                                flow.getTasks().get(1),
                                simple("more", "third"))));

        sdk.workflows()
                .upgradeRunningWorkflow(
                        run,
                        UpgradeWorkflowRequest.builder()
                                .name(flow.getName())
                                .version(2)
                                .build());

        sdk.complete(run, "first", "{}");
        sdk.complete(run, "second", "{}");
        assertThat(sdk.read(run).getWorkflowVersion()).isEqualTo(2);
        sdk.complete(run, "third", "{}");
        sdk.await(run, WorkflowStatus.COMPLETED);
    }

    @Test
    void aTestRunTakesItsTasksOutputsFromMocks() {
        WorkflowDef flow = withOutput(twoSteps(), "{last: '${second.output.number}'}");
        WorkflowTestRequest request = new WorkflowTestRequest();
        request.setName(flow.getName());
        request.setVersion(1);
        request.setWorkflowDef(flow);
        request.setInput(Map.of("order", "A-7"));
        request.setTaskRefToMockOutput(Map.of(
                "first",
                List.of(new WorkflowTestRequest.TaskMock(TaskResult.Status.COMPLETED, Map.of("number", 1))),
                "second",
                List.of(new WorkflowTestRequest.TaskMock(TaskResult.Status.COMPLETED, Map.of("number", 2)))));

        Workflow tested = sdk.workflows().testWorkflow(request);

        assertThat(tested.getStatus()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(tested.getOutput()).isEqualTo(Map.of("last", 2));
        assertThat(tested.getTaskByRefName("second").getInputData()).isEqualTo(Map.of("before", 1));
    }
}
