package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorDefaults;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.secret.SealedTexts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Agents as workflows: what is shown with their runs. A task for each node that is executed, its input as the agent's author
 * wrote it, without secrets.
 */
final class AgentDefinitions {
    /** Of a node, what is said of the task elsewhere. */
    private static final List<String> NOT_INPUT = List.of("type", "name");

    private AgentDefinitions() {}

    static RunDefinition of(Plan plan) {
        JsonNode agent = SealedTexts.masked(plan.traits().document());
        ObjectNode view = Views.object();
        view.put("name", plan.name());
        view.put("description", agent.path("description").asText());
        view.put("restartable", false);
        view.set("variables", agent.path("variables").isObject() ? agent.path("variables") : Views.object());
        ArrayNode tasks = view.putArray("tasks");
        Map<String, TaskFacts> facts = new HashMap<>();
        // An agent's plan has its nodes in their order, up to the first return.
        for (Node node : plan.nodes()) {
            ObjectNode task = task(node.common(), agent.path("workflow").path(node.index()));
            tasks.add(task);
            facts.put(node.ref(), facts(node.common(), task));
        }
        return new RunDefinition(ConductorDefaults.workflow(view), Map.copyOf(facts), Masking.NONE);
    }

    private static ObjectNode task(Node.Common node, JsonNode written) {
        ObjectNode task = Views.object();
        task.put("name", node.name());
        task.put("taskReferenceName", node.ref());
        task.put("type", node.type());
        task.put("retryCount", node.retry().limit());
        ObjectNode input = task.putObject("inputParameters");
        written.properties().stream()
                .filter(member -> !NOT_INPUT.contains(member.getKey()))
                .forEach(member -> input.set(member.getKey(), member.getValue()));
        return task;
    }

    private static TaskFacts facts(Node.Common node, ObjectNode task) {
        return new TaskFacts(
                ConductorDefaults.workflowTask(task),
                Optional.empty(),
                Duration.ZERO,
                node.retry(),
                Duration.ZERO,
                Optional.empty(),
                Set.of());
    }
}
