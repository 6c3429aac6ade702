package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** The names under which the tasks of a workflow may have task definitions. */
public final class TaskNames {
    private TaskNames() {}

    /** Every task's name, at any depth, in the order of the document. */
    public static Set<String> of(ObjectNode workflowDef) {
        Set<String> names = new LinkedHashSet<>();
        TaskTree.visit(
                workflowDef.path("tasks"), task -> Members.text(task, "name").ifPresent(names::add));
        return names;
    }
}
