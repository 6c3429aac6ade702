package dev.continuo.sdk;

import static dev.continuo.sdk.Flows.definition;
import static dev.continuo.sdk.Flows.flow;
import static dev.continuo.sdk.Flows.simple;
import static dev.continuo.sdk.Flows.unique;
import static dev.continuo.sdk.Flows.version;
import static dev.continuo.sdk.Flows.withOutput;
import static dev.continuo.sdk.JavaSdk.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.conductor.common.metadata.tasks.TaskDef;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.run.Workflow;
import com.netflix.conductor.common.validation.ValidationError;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Definitions, as the official Java client registers and reads them. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaSdkDefinitionsIT {
    private final JavaSdk sdk;

    JavaSdkDefinitionsIT(Backends backends, @TempDir Path scratch) throws Exception {
        sdk = JavaSdk.start(backends, scratch);
    }

    @AfterAll
    void close() {
        sdk.close();
    }

    @Test
    void aDefinitionIsReadBackAsItWasRegistered() {
        WorkflowDef flow = withOutput(
                flow(unique("flow"), simple("reserve", "first", "{order: '${workflow.input.order}'}")),
                "{reserved: '${first.output.number}'}");
        flow.setDescription("Takes an order");
        flow.setInputParameters(List.of("order"));
        flow.setTimeoutSeconds(3_600);
        flow.setTimeoutPolicy(WorkflowDef.TimeoutPolicy.TIME_OUT_WF);
        sdk.metadata().registerWorkflowDef(flow);

        WorkflowDef read = sdk.metadata().getWorkflowDef(flow.getName(), 1);

        assertThat(read).isEqualTo(flow);
        assertThat(read.getDescription()).isEqualTo("Takes an order");
        assertThat(read.getTasks()).hasSize(1);
        assertThat(read.getTasks().get(0).getInputParameters()).isEqualTo(Map.of("order", "${workflow.input.order}"));
        assertThat(read.getOutputParameters()).isEqualTo(Map.of("reserved", "${first.output.number}"));
        assertThat(read.getTimeoutPolicy()).isEqualTo(WorkflowDef.TimeoutPolicy.TIME_OUT_WF);
        assertThat(read.getCreateTime()).isPositive();
    }

    @Test
    void aVersionThatIsThereIsRefusedAndAnUpdateReplacesIt() {
        WorkflowDef flow = flow(unique("flow"), simple("step", "first"));
        sdk.metadata().registerWorkflowDef(flow);

        refusal(409, () -> sdk.metadata().registerWorkflowDef(flow));
        flow.setDescription("changed");
        sdk.metadata().updateWorkflowDefs(List.of(flow));

        assertThat(sdk.metadata().getWorkflowDef(flow.getName(), 1).getDescription())
                .isEqualTo("changed");
    }

    @Test
    void allFaultsOfADefinitionAreToldAtOnce() {
        WorkflowDef flow = flow(
                unique("flow"),
                simple("step", "same"),
                simple("step", "same"),
                Flows.task("{name: 'loop', taskReferenceName: 'loop', type: 'DO_WHILE'}"));
        flow.setTimeoutSeconds(-1);

        List<ValidationError> faults =
                refusal(400, () -> sdk.metadata().registerWorkflowDef(flow)).getValidationErrors();

        assertThat(faults).hasSizeGreaterThanOrEqualTo(3);
        assertThat(faults).allSatisfy(fault -> assertThat(List.of(fault.getPath(), fault.getMessage()))
                .doesNotContain(""));
        assertThat(faults).extracting(ValidationError::getMessage).anyMatch(message -> message.contains("same"));
        refusal(404, () -> sdk.metadata().getWorkflowDef(flow.getName(), 1));
    }

    @Test
    void theLatestVersionIsTakenWhereNoneIsNamed() {
        String name = unique("flow");
        sdk.metadata().registerWorkflowDef(flow(name, simple("step", "first")));
        sdk.metadata().registerWorkflowDef(version(2, flow(name, simple("step", "second"))));
        StartWorkflowRequest request = Flows.start(name, "{}");
        request.setVersion(null);

        Workflow run = sdk.read(sdk.start(request));

        assertThat(run.getWorkflowVersion()).isEqualTo(2);
        assertThat(run.getTaskByRefName("second")).isNotNull();
        assertThat(sdk.metadata().getWorkflowDef(name, null).getVersion()).isEqualTo(2);
        assertThat(sdk.metadata().getAllWorkflowsWithLatestVersions())
                .filteredOn(flow -> flow.getName().equals(name))
                .extracting(WorkflowDef::getVersion)
                .containsExactly(2);
    }

    @Test
    void aVersionThatIsRemovedIsGoneAndItsRunsGoOn() {
        WorkflowDef flow = flow(unique("flow"), simple("step", "first"));
        String run = sdk.run(flow, "{}");

        sdk.metadata().unregisterWorkflowDef(flow.getName(), 1);

        refusal(404, () -> sdk.metadata().getWorkflowDef(flow.getName(), 1));
        refusal(404, () -> sdk.metadata().unregisterWorkflowDef(flow.getName(), 1));
        refusal(404, () -> sdk.start(Flows.start(flow.getName(), "{}")));
        sdk.complete(run, "first", "{}");
        sdk.await(run, Workflow.WorkflowStatus.COMPLETED);
    }

    @Test
    void taskDefinitionsAreListedChangedAndRemoved() {
        TaskDef definition = definition(unique("task"), 2);
        definition.setRetryLogic(TaskDef.RetryLogic.EXPONENTIAL_BACKOFF);
        definition.setConcurrentExecLimit(5);
        definition.setInputTemplate(Map.of("unit", "kg"));
        sdk.metadata().registerTaskDefs(List.of(definition));

        assertThat(sdk.metadata().getTaskDef(definition.getName())).isEqualTo(definition);
        assertThat(sdk.metadata().getAllTaskDefs()).contains(definition);

        definition.setRetryCount(7);
        sdk.metadata().updateTaskDef(definition);
        assertThat(sdk.metadata().getTaskDef(definition.getName()).getRetryCount())
                .isEqualTo(7);

        sdk.metadata().unregisterTaskDef(definition.getName());
        refusal(404, () -> sdk.metadata().getTaskDef(definition.getName()));
        refusal(404, () -> sdk.metadata().updateTaskDef(definition));
    }

    @Test
    void namesMayHaveSpacesAndSlashes() {
        String type = unique("send an e-mail/text");
        WorkflowDef flow = flow(unique("a flow/with slashes"), simple(type, "first"));
        sdk.metadata().registerTaskDefs(List.of(definition(type, 0)));
        sdk.metadata().registerWorkflowDef(flow);

        assertThat(sdk.metadata().getTaskDef(type).getName()).isEqualTo(type);
        assertThat(sdk.metadata().getWorkflowDef(flow.getName(), 1)).isEqualTo(flow);

        sdk.metadata().unregisterTaskDef(type);
        sdk.metadata().unregisterWorkflowDef(flow.getName(), 1);
        refusal(404, () -> sdk.metadata().getTaskDef(type));
        refusal(404, () -> sdk.metadata().getWorkflowDef(flow.getName(), 1));
    }
}
