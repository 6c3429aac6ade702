package dev.continuo.sdk;

import static dev.continuo.sdk.Flows.flow;
import static dev.continuo.sdk.Flows.simple;
import static dev.continuo.sdk.Flows.unique;
import static dev.continuo.sdk.JavaSdk.LIMIT;
import static dev.continuo.sdk.JavaSdk.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.conductor.common.metadata.tasks.Task;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.model.BulkResponse;
import com.netflix.conductor.common.run.TaskSummary;
import com.netflix.conductor.common.run.Workflow;
import com.netflix.conductor.common.run.Workflow.WorkflowStatus;
import com.netflix.conductor.common.run.WorkflowSummary;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the official Java client does with many runs at once: search, bulk, correlation ids, removal. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkManyRunsIT {
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";

    private final JavaSdk sdk;

    JavaSdkManyRunsIT(Backends backends, @TempDir Path scratch) throws Exception {
        sdk = JavaSdk.start(backends, scratch);
    }

    @AfterAll
    void close() {
        sdk.close();
    }

    private WorkflowDef registered() {
        WorkflowDef flow = flow(unique("flow"), simple(unique("step"), "first", "{n: '${workflow.input.n}'}"));
        flow.getTasks().get(0).setRetryCount(0);
        sdk.metadata().registerWorkflowDef(flow);
        return flow;
    }

    private List<String> start(WorkflowDef flow, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> {
                    StartWorkflowRequest request = Flows.start(flow.getName(), "{n: " + n + "}");
                    request.setCorrelationId(flow.getName() + "/" + n % 2);
                    return sdk.start(request);
                })
                .toList();
    }

    private List<WorkflowStatus> statuses(List<String> runs) {
        return runs.stream().map(sdk::read).map(Workflow::getStatus).distinct().toList();
    }

    private static List<?> done(BulkResponse<?> response) {
        return response.getBulkSuccessfulResults();
    }

    private static Map<String, String> refused(BulkResponse<?> response) {
        return response.getBulkErrorResults();
    }

    @Test
    void runsAreFoundByTypeStatusAndCorrelationId() {
        WorkflowDef flow = registered();
        List<String> runs = start(flow, 5);
        sdk.complete(runs.get(0), "first", "{}");
        sdk.await(runs.get(0), WorkflowStatus.COMPLETED);
        String type = "workflowType = '" + flow.getName() + "'";

        Await.untilAsserted("all are found", LIMIT, () -> assertThat(
                        sdk.workflows().search(type).getTotalHits())
                .isEqualTo(5));
        var open = sdk.workflows().search(0, 2, "startTime:DESC", "*", type + " AND status IN (RUNNING,PAUSED)");
        var next = sdk.workflows().search(2, 2, "startTime:DESC", "*", type + " AND status IN (RUNNING,PAUSED)");
        var some = sdk.workflows()
                .search(
                        0,
                        10,
                        "startTime:ASC",
                        "*",
                        "(" + type + " AND correlationId = '" + flow.getName() + "/0') AND status != COMPLETED");

        assertThat(open.getTotalHits()).isEqualTo(4);
        assertThat(open.getResults())
                .extracting(WorkflowSummary::getWorkflowId)
                .containsExactly(runs.get(4), runs.get(3));
        assertThat(next.getResults())
                .extracting(WorkflowSummary::getWorkflowId)
                .containsExactly(runs.get(2), runs.get(1));
        assertThat(some.getResults())
                .extracting(WorkflowSummary::getWorkflowId)
                .containsExactly(runs.get(2), runs.get(4));
        WorkflowSummary summary = some.getResults().get(0);
        assertThat(summary.getWorkflowType()).isEqualTo(flow.getName());
        assertThat(summary.getVersion()).isEqualTo(1);
        assertThat(summary.getStatus()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(summary.getInput()).contains("n", "2");
        assertThat(Instant.parse(summary.getStartTime())).isBefore(Instant.now());
    }

    @Test
    void wholeRunsAreFoundToo() {
        WorkflowDef flow = registered();
        String run = start(flow, 1).get(0);
        String query = "workflowType = '" + flow.getName() + "'";

        Await.untilAsserted("the run is found", LIMIT, () -> assertThat(
                        sdk.workflows().searchV2(0, 10, "", "*", query).getResults())
                .extracting(Workflow::getWorkflowId)
                .containsExactly(run));
    }

    @Test
    void anUnknownFieldIsRefusedWithTheKnownOnes() {
        assertThat(refusal(400, () -> sdk.workflows().search("colour = 'red'")))
                .hasMessageContaining("colour")
                .hasMessageContaining("workflowType");
    }

    @Test
    void tasksAreFound() {
        WorkflowDef flow = registered();
        String run = start(flow, 1).get(0);
        String type = flow.getTasks().get(0).getName();
        Task task = sdk.read(run).getTasks().get(0);
        String query = "taskType = '" + type + "'";

        Await.untilAsserted("the task is found", LIMIT, () -> assertThat(
                        sdk.tasks().search(0, 10, "", "*", query).getResults())
                .extracting(TaskSummary::getTaskId)
                .containsExactly(task.getTaskId()));
        assertThat(sdk.tasks().searchV2(0, 10, "", "*", query).getResults())
                .extracting(Task::getReferenceTaskName)
                .containsExactly("first");
    }

    @Test
    void manyArePausedResumedAndTerminatedAtOnce() {
        List<String> runs = start(registered(), 3);
        List<String> asked = List.of(runs.get(0), runs.get(1), runs.get(2), NOBODY);

        BulkResponse<?> paused = sdk.workflows().pauseWorkflows(asked);

        assertThat(done(paused)).isEqualTo(runs);
        assertThat(refused(paused)).containsOnlyKeys(NOBODY);
        assertThat(statuses(runs)).containsExactly(WorkflowStatus.PAUSED);
        assertThat(done(sdk.workflows().resumeWorkflows(runs))).isEqualTo(runs);
        assertThat(statuses(runs)).containsExactly(WorkflowStatus.RUNNING);
        assertThat(done(sdk.workflows().terminateWorkflows(runs, "all of them")))
                .isEqualTo(runs);
        assertThat(statuses(runs)).containsExactly(WorkflowStatus.TERMINATED);
        assertThat(sdk.read(runs.get(1)).getReasonForIncompletion()).isEqualTo("all of them");
    }

    @Test
    void manyAreRetriedAndRestartedAtOnce() {
        List<String> runs = start(registered(), 2);
        runs.forEach(run -> sdk.fail(run, "first"));
        runs.forEach(run -> sdk.await(run, WorkflowStatus.FAILED));

        assertThat(done(sdk.workflows().retryWorkflows(runs))).isEqualTo(runs);
        assertThat(sdk.read(runs.get(0)).getTaskByRefName("first").getRetryCount())
                .isEqualTo(1);
        assertThat(refused(sdk.workflows().restartWorkflows(runs, false))).containsOnlyKeys(runs);
        sdk.workflows().terminateWorkflows(runs, "again");
        assertThat(done(sdk.workflows().restartWorkflows(runs, true))).isEqualTo(runs);
        assertThat(sdk.read(runs.get(1)).getTasks())
                .extracting(Task::getRetryCount)
                .containsExactly(0);
    }

    @Test
    void runsAreListedByTheirCorrelationIds() {
        WorkflowDef flow = registered();
        List<String> runs = start(flow, 3);
        String even = flow.getName() + "/0";
        sdk.complete(runs.get(0), "first", "{}");
        sdk.await(runs.get(0), WorkflowStatus.COMPLETED);

        assertThat(sdk.workflows().getWorkflows(flow.getName(), even, false, false))
                .extracting(Workflow::getWorkflowId)
                .containsExactly(runs.get(2));
        assertThat(sdk.workflows().getWorkflows(flow.getName(), even, true, true))
                .extracting(run -> run.getTasks().size())
                .containsExactly(1, 1);
        Map<String, List<Workflow>> batch = sdk.workflows()
                .getWorkflowsByNamesAndCorrelationIds(
                        List.of(even, flow.getName() + "/1"), List.of(flow.getName()), true, false);
        assertThat(batch).containsOnlyKeys(even, flow.getName() + "/1");
        assertThat(batch.get(even))
                .extracting(Workflow::getWorkflowId)
                .containsExactlyInAnyOrder(runs.get(0), runs.get(2));
    }

    @Test
    void aRemovedRunIsGone() {
        String run = start(registered(), 1).get(0);
        String task = sdk.read(run).getTasks().get(0).getTaskId();
        sdk.workflows().terminateWorkflow(run, "to be removed");

        sdk.workflows().deleteWorkflow(run, false);

        refusal(404, () -> sdk.read(run));
        refusal(404, () -> sdk.tasks().getTaskDetails(task));
    }
}
