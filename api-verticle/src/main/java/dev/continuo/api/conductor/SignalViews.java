package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.ConductorRuns.Whole;
import java.util.Optional;

/** What execute and signal answer (conductor: SignalResponse, WorkflowRun, TaskRun). */
final class SignalViews {
    private SignalViews() {}

    /** What the caller wants to be told about. */
    enum ReturnStrategy {
        /** The run that was asked for. */
        TARGET_WORKFLOW,
        /** The run that has the task which waits: the target or one below it. */
        BLOCKING_WORKFLOW,
        /** The task that waits. */
        BLOCKING_TASK,
        /** The same, for the sake of its input. */
        BLOCKING_TASK_INPUT
    }

    /**
     * @param timedOut true when the time to wait was over first
     */
    record Request(Run target, Optional<String> requestId, boolean timedOut) {}

    /** A run: the target itself, or one below it. */
    static ObjectNode workflowRun(Request request, ReturnStrategy as, Whole shown, RunDefinition definition) {
        ObjectNode view = common(request, as, shown.run());
        Run run = shown.run();
        payloads(view, definition.masking(), run.origin().input(), run.output());
        view.put("priority", run.origin().priority());
        view.set("variables", definition.masking().applied(run.variables()));
        view.set("tasks", WorkflowView.tasks(shown, definition, WorkflowView.Shown.ALL));
        view.put("createdBy", run.origin().createdBy());
        view.put("createTime", run.times().createdAt().toEpochMilli());
        view.put("updateTime", run.times().updatedAt().toEpochMilli());
        view.put("status", run.status().name());
        return view;
    }

    /** A task that waits. */
    static ObjectNode taskRun(Request request, ReturnStrategy as, Run run, Task task, RunDefinition definition) {
        ObjectNode view = common(request, as, run);
        payloads(view, definition.masking(), task.input(), task.output());
        view.put("taskType", task.label().type());
        view.put("taskId", task.id().toString());
        view.put("referenceTaskName", task.shownRef());
        view.put("retryCount", task.label().attempt());
        view.put("taskDefName", task.label().name());
        task.label().retryOf().ifPresent(before -> view.put("retriedTaskId", before.toString()));
        view.put("workflowType", run.origin().name());
        task.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.put("priority", run.origin().priority());
        view.set("variables", definition.masking().applied(run.variables()));
        view.put("createdBy", run.origin().createdBy());
        view.put("createTime", task.times().scheduledAt().toEpochMilli());
        view.put("updateTime", task.times().updatedAt().toEpochMilli());
        view.put("status", task.status().name());
        return view;
    }

    private static ObjectNode common(Request request, ReturnStrategy as, Run run) {
        ObjectNode view = Views.object();
        view.put("responseType", as.name());
        view.put("targetWorkflowId", request.target().id().toString());
        view.put("targetWorkflowStatus", request.target().status().name());
        request.requestId().ifPresent(id -> view.put("requestId", id));
        view.put("workflowId", run.id().toString());
        run.origin().correlationId().ifPresent(id -> view.put("correlationId", id));
        view.put("signalTimeout", request.timedOut());
        return view;
    }

    private static void payloads(ObjectNode view, Masking masking, JsonNode input, JsonNode output) {
        view.set("input", input.isObject() ? masking.applied(input) : Views.object());
        view.set("output", output.isObject() ? masking.applied(output) : Views.object());
    }
}
