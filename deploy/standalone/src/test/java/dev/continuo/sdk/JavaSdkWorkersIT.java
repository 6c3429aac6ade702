package dev.continuo.sdk;

import static dev.continuo.sdk.Flows.definition;
import static dev.continuo.sdk.Flows.flow;
import static dev.continuo.sdk.Flows.simple;
import static dev.continuo.sdk.Flows.unique;
import static dev.continuo.sdk.Flows.withOutput;
import static dev.continuo.sdk.JavaSdk.LIMIT;
import static dev.continuo.sdk.JavaSdk.completed;
import static dev.continuo.sdk.JavaSdk.worker;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.conductor.common.metadata.tasks.PollData;
import com.netflix.conductor.common.metadata.tasks.Task;
import com.netflix.conductor.common.metadata.tasks.TaskExecLog;
import com.netflix.conductor.common.metadata.tasks.TaskResult;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.run.Workflow;
import com.netflix.conductor.common.run.Workflow.WorkflowStatus;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers of the official Java client: its runner polls, works and reports. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkWorkersIT {
    private static final int WORKERS = 20;
    private static final int RUNS = 100;

    private final JavaSdk sdk;

    JavaSdkWorkersIT(Backends backends, @TempDir Path scratch) throws Exception {
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

    @Test
    void twentyWorkersDoEveryTaskOnce() {
        String twice = unique("twice");
        String plusOne = unique("plus_one");
        WorkflowDef flow = withOutput(
                flow(
                        unique("flow"),
                        simple(twice, "a", "{n: '${workflow.input.n}'}"),
                        simple(plusOne, "b", "{n: '${a.output.n}'}")),
                "{n: '${b.output.n}'}");
        Map<String, Integer> executions = new ConcurrentHashMap<>();
        sdk.metadata().registerWorkflowDef(flow);
        sdk.work(
                WORKERS,
                worker(twice, task -> {
                    executions.merge(task.getTaskId(), 1, Integer::sum);
                    return completed(task, Map.of("n", number(task) * 2));
                }),
                worker(plusOne, task -> {
                    executions.merge(task.getTaskId(), 1, Integer::sum);
                    return completed(task, Map.of("n", number(task) + 1));
                }));

        List<String> runs = IntStream.range(0, RUNS)
                .mapToObj(n -> sdk.start(Flows.start(flow.getName(), "{n: " + n + "}")))
                .toList();

        for (int n = 0; n < RUNS; n++) {
            assertThat(sdk.await(runs.get(n), WorkflowStatus.COMPLETED).getOutput())
                    .isEqualTo(Map.of("n", n * 2 + 1));
        }
        assertThat(executions).hasSize(2 * RUNS);
        assertThat(Set.copyOf(executions.values())).containsExactly(1);
    }

    private static int number(Task task) {
        return (Integer) task.getInputData().get("n");
    }

    @Test
    void aTypeMayHaveSpacesAndSlashes() {
        String type = unique("send an e-mail/text");
        String run = sdk.run(flow(unique("a flow/with slashes"), simple(type, "first")), "{}");
        sdk.work(1, worker(type, task -> completed(task, Map.of("sent", true))));

        assertThat(sdk.await(run, WorkflowStatus.COMPLETED).getOutput()).isEqualTo(Map.of("sent", true));
    }

    @Test
    void aTaskThatFailedIsTriedAgain() {
        String type = unique("flaky");
        sdk.metadata().registerTaskDefs(List.of(definition(type, 2)));
        String run = sdk.run(flow(unique("flow"), simple(type, "flaky")), "{}");
        sdk.work(1, worker(type, task -> {
            if (task.getRetryCount() == 0) {
                throw new IllegalStateException("not today");
            }
            return completed(task, Map.of("attempt", task.getRetryCount()));
        }));

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(done.getTasks()).hasSize(2);
        Task first = done.getTasks().get(0);
        Task second = done.getTasks().get(1);
        assertThat(first.getStatus()).isEqualTo(Task.Status.FAILED);
        assertThat(first.getReasonForIncompletion()).contains("not today");
        assertThat(first.isRetried()).isTrue();
        assertThat(second.getStatus()).isEqualTo(Task.Status.COMPLETED);
        assertThat(second.getRetryCount()).isEqualTo(1);
        assertThat(second.getRetriedTaskId()).isEqualTo(first.getTaskId());
        assertThat(second.getOutputData()).isEqualTo(Map.of("attempt", 1));
        assertThat(sdk.tasks().getTaskLogs(first.getTaskId()))
                .extracting(TaskExecLog::getLog)
                .anyMatch(log -> log.contains("IllegalStateException"));
    }

    @Test
    void aRunFailsWhenItsTaskHasNoAttemptsLeft() {
        String type = unique("broken");
        sdk.metadata().registerTaskDefs(List.of(definition(type, 1)));
        String run = sdk.run(flow(unique("flow"), simple(type, "broken")), "{}");
        sdk.work(1, worker(type, task -> TaskResult.failed("out of order")));

        Workflow failed = sdk.await(run, WorkflowStatus.FAILED);

        assertThat(failed.getTasks()).extracting(Task::getRetryCount).containsExactly(0, 1);
        assertThat(failed.getTasks()).extracting(Task::getStatus).containsOnly(Task.Status.FAILED);
        assertThat(failed.getReasonForIncompletion()).contains("out of order");
        assertThat(failed.getFailedReferenceTaskNames()).containsExactly("broken");
        assertThat(failed.getFailedTaskNames()).containsExactly(type);
    }

    @Test
    void aTerminalErrorIsNotTriedAgain() {
        String type = unique("hopeless");
        sdk.metadata().registerTaskDefs(List.of(definition(type, 5)));
        String run = sdk.run(flow(unique("flow"), simple(type, "hopeless")), "{}");
        sdk.work(1, worker(type, task -> TaskResult.newTaskResult(TaskResult.Status.FAILED_WITH_TERMINAL_ERROR)));

        assertThat(sdk.await(run, WorkflowStatus.FAILED).getTasks())
                .extracting(Task::getStatus)
                .containsExactly(Task.Status.FAILED_WITH_TERMINAL_ERROR);
    }

    @Test
    void aTaskInProgressIsPolledAgainAndKeepsItsOutput() {
        String type = unique("slow");
        String run = sdk.run(flow(unique("flow"), simple(type, "slow")), "{}");
        sdk.work(1, worker(type, task -> {
            TaskResult result = TaskResult.inProgress();
            result.setCallbackAfterSeconds(1);
            result.addOutputData("half", true);
            return task.getPollCount() == 1 ? result : TaskResult.complete().addOutputData("rest", true);
        }));

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(done.getTasks()).hasSize(1);
        assertThat(done.getTasks().get(0).getPollCount()).isEqualTo(2);
        assertThat(done.getTasks().get(0).getRetryCount()).isZero();
        assertThat(done.getTasks().get(0).getOutputData()).isEqualTo(Map.of("half", true, "rest", true));
    }

    @Test
    void logsOfATaskAreKeptInTheirOrder() {
        String type = unique("talker");
        String run = sdk.run(flow(unique("flow"), simple(type, "talker")), "{}");
        String id = sdk.read(run).getTasks().get(0).getTaskId();
        sdk.tasks().logMessageForTask(id, "before, with \"quotes\"");
        sdk.work(1, worker(type, task -> completed(task, Map.of()).log("one").log("two")));

        sdk.await(run, WorkflowStatus.COMPLETED);

        assertThat(sdk.tasks().getTaskLogs(id))
                .extracting(TaskExecLog::getLog)
                .containsExactly("before, with \"quotes\"", "one", "two");
        assertThat(sdk.tasks().getTaskLogs(id))
                .extracting(TaskExecLog::getTaskId)
                .containsOnly(id);
    }

    @Test
    void aTaskGoesToTheDomainThatTheStartNames() {
        String type = unique("step");
        WorkflowDef flow = flow(unique("flow"), simple(type, "step"));
        sdk.metadata().registerWorkflowDef(flow);
        StartWorkflowRequest request = Flows.start(flow.getName(), "{}");
        request.setTaskToDomain(Map.of(type, "blue"));
        String run = sdk.start(request);

        assertThat(sdk.tasks().pollTask(type, "nobody", null)).isNull();
        sdk.work(Map.of(type, "blue"), 1, worker(type, task -> completed(task, Map.of())));

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        assertThat(done.getTaskByRefName("step").getDomain()).isEqualTo("blue");
        assertThat(done.getTaskToDomain()).isEqualTo(Map.of(type, "blue"));
    }

    @Test
    void queuesAndTheirPollersAreListed() {
        String type = unique("queued");
        WorkflowDef flow = flow(unique("flow"), simple(type, "step"));
        sdk.metadata().registerWorkflowDef(flow);
        for (int n = 0; n < 3; n++) {
            sdk.start(Flows.start(flow.getName(), "{}"));
        }
        assertThat(sdk.tasks().getQueueSizeForTask(type)).isEqualTo(3);

        Task polled = sdk.tasks().pollTask(type, "worker 1", null);
        List<Task> others = sdk.tasks().batchPollTasksByTaskType(type, "worker 2", 5, 100);

        assertThat(polled.getStatus()).isEqualTo(Task.Status.IN_PROGRESS);
        assertThat(polled.getWorkerId()).isEqualTo("worker 1");
        assertThat(polled.getPollCount()).isEqualTo(1);
        assertThat(polled.getStartTime()).isPositive();
        assertThat(others).hasSize(2);
        assertThat(sdk.tasks().batchPollTasksByTaskType(type, "worker 2", 5, 100))
                .isEmpty();
        assertThat(sdk.tasks().getQueueSizeForTask(type)).isZero();
        Await.untilAsserted(
                "the pollers are known", LIMIT, () -> assertThat(sdk.tasks().getPollData(type))
                        .extracting(PollData::getWorkerId)
                        .contains("worker 2"));
        assertThat(sdk.tasks().getAllPollData())
                .extracting(PollData::getQueueName)
                .contains(type);
        assertThat(sdk.tasks().requeuePendingTasksByTaskType(type)).matches("\\d+");
    }

    @Test
    void theAnswerToAResultIsTheNextTask() {
        String type = unique("chained");
        WorkflowDef flow = flow(unique("flow"), simple(type, "step"));
        sdk.metadata().registerWorkflowDef(flow);
        String first = sdk.start(Flows.start(flow.getName(), "{}"));
        Task polled = sdk.tasks().pollTask(type, "worker", null);
        String second = sdk.start(Flows.start(flow.getName(), "{}"));

        Task next = sdk.tasks().updateTaskV2(completed(polled, Map.of()));
        Task nothing = sdk.tasks().updateTaskV2(completed(next, Map.of()));

        assertThat(polled.getWorkflowInstanceId()).isEqualTo(first);
        assertThat(next.getWorkflowInstanceId()).isEqualTo(second);
        assertThat(next.getStatus()).isEqualTo(Task.Status.IN_PROGRESS);
        assertThat(nothing).isNull();
        sdk.await(first, WorkflowStatus.COMPLETED);
        sdk.await(second, WorkflowStatus.COMPLETED);
    }

    @Test
    void aResultThatComesTwiceCountsOnce() {
        String type = unique("step");
        String run = sdk.run(flow(unique("flow"), simple(type, "step")), "{}");
        Task polled = sdk.tasks().pollTask(type, "worker", null);

        sdk.tasks().updateTask(completed(polled, Map.of("said", "first")));
        sdk.tasks().updateTask(completed(polled, Map.of("said", "second")));

        Workflow done = sdk.await(run, WorkflowStatus.COMPLETED);
        assertThat(done.getTasks()).hasSize(1);
        assertThat(done.getTasks().get(0).getOutputData()).isEqualTo(Map.of("said", "first"));
    }

    @Test
    void aTaskIsUpdatedByItsReferenceAndTheRunIsAnswered() {
        String run = sdk.run(flow(unique("flow"), simple(unique("step"), "one"), simple(unique("step"), "two")), "{}");

        Workflow after = sdk.tasks().updateTaskSync(run, "one", TaskResult.Status.COMPLETED, Map.of("number", 3));

        assertThat(after.getWorkflowId()).isEqualTo(run);
        assertThat(after.getTaskByRefName("one").getOutputData()).isEqualTo(Map.of("number", 3));
        assertThat(after.getTaskByRefName("two").getStatus()).isEqualTo(Task.Status.SCHEDULED);
    }
}
