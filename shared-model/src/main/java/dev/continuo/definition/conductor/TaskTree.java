package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Goes over the tasks of a document at any depth, whatever their types. What it makes shares the parts that it leaves as
 * they are with the document, so neither is to be changed afterwards.
 */
final class TaskTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> LISTS = List.of("defaultCase", "loopOver");

    private TaskTree() {}

    /** A workflow definition with other tasks. */
    static ObjectNode replacedInWorkflow(ObjectNode workflow, UnaryOperator<ObjectNode> replacement) {
        ObjectNode copy = shallowCopy(workflow);
        replaceList(copy, "tasks", replacement);
        return copy;
    }

    /** The replacement gets a task of its own to change, with what is inside of it replaced already. */
    static ObjectNode replaced(ObjectNode task, UnaryOperator<ObjectNode> replacement) {
        ObjectNode copy = shallowCopy(task);
        LISTS.forEach(list -> replaceList(copy, list, replacement));
        if (task.path("decisionCases") instanceof ObjectNode cases && !cases.isEmpty()) {
            ObjectNode replacedCases = copy.putObject("decisionCases");
            for (Map.Entry<String, JsonNode> each : cases.properties()) {
                replacedCases.set(each.getKey(), list(each.getValue(), replacement));
            }
        }
        if (task.path("forkTasks") instanceof ArrayNode branches && !branches.isEmpty()) {
            ArrayNode replacedBranches = copy.putArray("forkTasks");
            branches.forEach(branch -> replacedBranches.add(list(branch, replacement)));
        }
        return replacement.apply(copy);
    }

    private static void replaceList(ObjectNode parent, String member, UnaryOperator<ObjectNode> replacement) {
        if (parent.path(member) instanceof ArrayNode tasks && !tasks.isEmpty()) {
            parent.set(member, list(tasks, replacement));
        }
    }

    private static JsonNode list(JsonNode tasks, UnaryOperator<ObjectNode> replacement) {
        if (!tasks.isArray()) {
            return tasks;
        }
        ArrayNode list = NODES.arrayNode(tasks.size());
        tasks.forEach(item -> list.add(item instanceof ObjectNode task ? replaced(task, replacement) : item));
        return list;
    }

    /** Containers before what is inside of them. */
    static void visit(JsonNode tasks, Consumer<ObjectNode> visitor) {
        for (JsonNode item : tasks) {
            if (item instanceof ObjectNode task) {
                visitor.accept(task);
                LISTS.forEach(list -> visit(task.path(list), visitor));
                task.path("decisionCases").forEach(list -> visit(list, visitor));
                task.path("forkTasks").forEach(branch -> visit(branch, visitor));
            }
        }
    }

    static ObjectNode shallowCopy(ObjectNode object) {
        ObjectNode copy = NODES.objectNode();
        copy.setAll(object);
        return copy;
    }
}
