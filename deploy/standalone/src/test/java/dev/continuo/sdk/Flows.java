package dev.continuo.sdk;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.netflix.conductor.common.config.ObjectMapperProvider;
import com.netflix.conductor.common.metadata.tasks.TaskDef;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.metadata.workflow.WorkflowTask;
import dev.continuo.e2e.Docs;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Definitions and requests in the Java client's own classes, so that what is sent is what the client makes of them. */
final class Flows {
    private static final String OWNER = "tests@example.com";
    private static final ObjectMapper MAPPER = new ObjectMapperProvider().getObjectMapper();

    private Flows() {}

    /** A name that no other test has. */
    static String unique(String prefix) {
        return prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
    }

    static WorkflowDef flow(String name, WorkflowTask... tasks) {
        WorkflowDef flow = new WorkflowDef();
        flow.setName(name);
        flow.setVersion(1);
        flow.setOwnerEmail(OWNER);
        flow.setTasks(List.of(tasks));
        return flow;
    }

    static WorkflowDef withOutput(WorkflowDef flow, String outputParameters) {
        flow.setOutputParameters(map(outputParameters));
        return flow;
    }

    static WorkflowDef version(int version, WorkflowDef flow) {
        flow.setVersion(version);
        return flow;
    }

    /** @param text all its members, with single quotes and bare names */
    static WorkflowTask task(String text) {
        return MAPPER.convertValue(Docs.object(text), WorkflowTask.class);
    }

    /** A task of a worker. */
    static WorkflowTask simple(String type, String reference) {
        return simple(type, reference, "{}");
    }

    static WorkflowTask simple(String type, String reference, String inputs) {
        WorkflowTask task = new WorkflowTask();
        task.setName(type);
        task.setTaskReferenceName(reference);
        task.setInputParameters(map(inputs));
        return task;
    }

    /** Waits for a signal. */
    static WorkflowTask waiting(String reference) {
        return task("{name: '" + reference + "', taskReferenceName: '" + reference + "', type: 'WAIT'}");
    }

    static WorkflowTask inline(String reference, String expression, String inputs) {
        WorkflowTask task = simple(reference, reference, inputs);
        task.setType("INLINE");
        task.getInputParameters().put("evaluatorType", "graaljs");
        task.getInputParameters().put("expression", expression);
        return task;
    }

    static WorkflowTask join(String reference, String... joinOn) {
        WorkflowTask task = simple(reference, reference);
        task.setType("JOIN");
        task.setJoinOn(List.of(joinOn));
        return task;
    }

    static WorkflowTask subWorkflow(String reference, String name, String inputs) {
        WorkflowTask task = task("{type: 'SUB_WORKFLOW', subWorkflowParam: {name: '" + name + "', version: 1}, name: '"
                + reference + "', taskReferenceName: '" + reference + "'}");
        task.setInputParameters(map(inputs));
        return task;
    }

    /** Tried again at once. */
    static TaskDef definition(String type, int retryCount) {
        TaskDef definition = new TaskDef(type, "", OWNER, retryCount, 0, 60);
        definition.setRetryDelaySeconds(0);
        return definition;
    }

    static StartWorkflowRequest start(String name, String input) {
        StartWorkflowRequest request = new StartWorkflowRequest();
        request.setName(name);
        request.setVersion(1);
        request.setInput(map(input));
        return request;
    }

    static Map<String, Object> map(String text) {
        return MAPPER.convertValue(Docs.object(text), new TypeReference<Map<String, Object>>() {});
    }
}
