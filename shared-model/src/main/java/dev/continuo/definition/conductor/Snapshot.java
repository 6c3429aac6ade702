package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a run executes: a workflow definition with the task definitions as of the run's start, so that a change of a task
 * definition does not reach runs that are under way.
 *
 * <p>A task at any depth gets a {@code taskDefinition} where there is one of its name; its author's own wins. A SIMPLE task
 * without any gets one of its name with nothing but defaults (conductor: ad-hoc task definitions).
 */
public final class Snapshot {
    private static final String TASK_DEFINITION = "taskDefinition";

    private Snapshot() {}

    /**
     * @param workflowDef stays as it is, and shares with the result what is the same in both
     * @param taskDefs by task name; what it gives becomes part of the result
     */
    public static ObjectNode of(ObjectNode workflowDef, Function<String, Optional<ObjectNode>> taskDefs) {
        return TaskTree.replacedInWorkflow(workflowDef, task -> defined(task, taskDefs));
    }

    /** The same for one task, with what is inside of it: for tasks that only exist at run time. */
    public static ObjectNode ofTask(ObjectNode workflowTask, Function<String, Optional<ObjectNode>> taskDefs) {
        return TaskTree.replaced(workflowTask, task -> defined(task, taskDefs));
    }

    private static ObjectNode defined(ObjectNode task, Function<String, Optional<ObjectNode>> taskDefs) {
        WorkflowTaskDoc doc = new WorkflowTaskDoc(task);
        if (doc.taskDefinition().isEmpty()) {
            taskDefs.apply(doc.name()).or(() -> adHoc(doc)).ifPresent(def -> task.set(TASK_DEFINITION, def));
        }
        return task;
    }

    private static Optional<ObjectNode> adHoc(WorkflowTaskDoc task) {
        return task.type().equals(WorkflowTaskDoc.SIMPLE)
                ? Optional.of(JsonNodeFactory.instance.objectNode().put("name", task.name()))
                : Optional.empty();
    }
}
