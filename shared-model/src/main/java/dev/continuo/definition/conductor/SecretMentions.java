package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.SecretReferences;
import java.util.HashSet;
import java.util.Set;

/** Which secrets and environment variables a task's own definition mentions: what else stands in its input is data. */
public final class SecretMentions {
    private SecretMentions() {}

    /**
     * @param snapshot what the run executes
     * @param ref as the definition has it; nothing for a task that the run's data brought
     */
    public static Set<SecretReferences.Mention> of(ObjectNode snapshot, String ref) {
        Set<SecretReferences.Mention> mentions = new HashSet<>();
        TaskTree.visit(snapshot.path("tasks"), json -> {
            WorkflowTaskDoc task = new WorkflowTaskDoc(json);
            if (task.ref().equals(ref)) {
                mentions.addAll(SecretReferences.in(task.inputParameters()));
                task.taskDefinition()
                        .map(TaskDefDoc::inputTemplate)
                        .ifPresent(template -> mentions.addAll(SecretReferences.in(template)));
            }
        });
        return mentions;
    }
}
