package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The versions that a workflow leaves open in what it starts: they are the latest ones as of the parent's own start, so
 * that all children of a run are of one version (conductor: SUB_WORKFLOW). A version of 0 stays: it is the latest one when
 * the child starts.
 */
public final class SubWorkflowVersions {
    private static final String PARAM = "subWorkflowParam";
    private static final String VERSION = "version";

    private SubWorkflowVersions() {}

    /** The names of workflows whose version is open, at any depth. */
    public static Set<String> open(ObjectNode workflowDef) {
        Set<String> names = new LinkedHashSet<>();
        TaskTree.visit(workflowDef.path("tasks"), task -> open(new WorkflowTaskDoc(task))
                .ifPresent(names::add));
        return names;
    }

    /**
     * @param workflowDef stays as it is, and shares with the result what is the same in both
     * @param latest by workflow name; where it has none, the version stays open
     */
    public static ObjectNode settled(ObjectNode workflowDef, Function<String, Optional<Integer>> latest) {
        return TaskTree.replacedInWorkflow(workflowDef, task -> {
            open(new WorkflowTaskDoc(task)).flatMap(latest).ifPresent(version -> {
                ObjectNode param = TaskTree.shallowCopy(Members.object(task, PARAM));
                task.set(PARAM, param.put(VERSION, version));
            });
            return task;
        });
    }

    /** Empty also where the name is only known at run time, or the definition is given. */
    private static Optional<String> open(WorkflowTaskDoc task) {
        return task.subWorkflowParam()
                .filter(param -> task.is(SystemTaskType.SUB_WORKFLOW))
                .filter(param ->
                        param.version().isEmpty() && param.workflowDefinition().isEmpty())
                .flatMap(SubWorkflowParamDoc::name)
                .filter(name -> !name.contains("${"));
    }
}
