package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.expression.SecretReferences;
import dev.continuo.expression.SecretReferences.Mention;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a snapshot says about one of its tasks, ready to be shown with each attempt of it. Shared by all who ask: no part of
 * it is ever to be changed.
 *
 * @param workflowTask with defaults
 * @param taskDefinition with defaults; empty for a task that has none
 * @param response how long a worker may be silent; zero when nobody owes an answer
 * @param rateLimit of the task definition
 * @param mentions the secrets and environment variables that the definition itself names in the task's input
 */
public record TaskFacts(
        ObjectNode workflowTask,
        Optional<ObjectNode> taskDefinition,
        Duration startDelay,
        RetryPolicy retry,
        Duration response,
        Optional<TaskDefDoc.RateLimit> rateLimit,
        Set<Mention> mentions) {

    public TaskFacts {
        mentions = Set.copyOf(mentions);
    }

    public static TaskFacts of(ObjectNode workflowTask) {
        WorkflowTaskDoc doc = new WorkflowTaskDoc(workflowTask);
        Optional<TaskDefDoc> definition = doc.taskDefinition();
        Set<SecretReferences.Mention> mentions = new HashSet<>(SecretReferences.in(doc.inputParameters()));
        definition.ifPresent(def -> mentions.addAll(SecretReferences.in(def.inputTemplate())));
        return new TaskFacts(
                ConductorDefaults.workflowTask(workflowTask),
                definition.map(def -> ConductorDefaults.taskDef(def.json())),
                doc.startDelay(),
                ConductorPolicies.retry(doc),
                ConductorPolicies.time(doc).response().orElse(Duration.ZERO),
                definition.flatMap(TaskDefDoc::rateLimit),
                mentions);
    }

    /**
     * The tasks of a document at any depth, by their references.
     *
     * @param document a snapshot, a list of tasks or lists of them, or one task
     */
    public static Map<String, TaskFacts> in(JsonNode document) {
        Map<String, TaskFacts> facts = new HashMap<>();
        collect(document, facts);
        return facts;
    }

    private static void collect(JsonNode document, Map<String, TaskFacts> facts) {
        switch (document) {
            case ArrayNode list -> list.forEach(item -> collect(item, facts));
            case ObjectNode object
            when object.has("taskReferenceName") ->
                TaskTree.visit(
                        JsonNodeFactory.instance.arrayNode().add(object),
                        task -> facts.putIfAbsent(new WorkflowTaskDoc(task).ref(), of(task)));
            case ObjectNode object -> collect(object.path("tasks"), facts);
            default -> {}
        }
    }
}
