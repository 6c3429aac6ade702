package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import java.util.Locale;
import java.util.Map;

/** Reads which tasks a run's data names (conductor: DYNAMIC, FORK_JOIN_DYNAMIC). */
final class DynamicTasks {
    private DynamicTasks() {}

    sealed interface Reading {
        /**
         * @param tasks an array of WorkflowTask
         * @param inputs the input of each by its reference name: data, no templates
         */
        record Tasks(ArrayNode tasks, ObjectNode inputs) implements Reading {}

        record Fault(String message) implements Reading {}
    }

    static Reading ofDynamic(Node.Dynamic node, ObjectNode input) {
        String name = input.path(node.parameter()).asText("").strip();
        if (name.isEmpty()) {
            return new Reading.Fault("Cannot map a dynamic task based on the parameter and input. Parameter= "
                    + node.parameter() + ", input= " + input.path(node.parameter()));
        }
        if (name.equals(SystemTaskType.DYNAMIC.name())) {
            return new Reading.Fault("A dynamic task cannot be of the type DYNAMIC again");
        }
        ObjectNode task = ((ObjectNode) node.document()).deepCopy();
        task.put("name", name);
        task.put("type", SystemTaskType.find(name).isPresent() ? name : WorkflowTaskDoc.SIMPLE);
        task.set("inputParameters", JsonNodeFactory.instance.objectNode());
        task.remove("dynamicTaskNameParam");
        return one(task, input);
    }

    private static Reading one(ObjectNode task, ObjectNode input) {
        ArrayNode tasks = JsonNodeFactory.instance.arrayNode().add(task);
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        inputs.set(task.path("taskReferenceName").asText(), input);
        return new Reading.Tasks(tasks, inputs);
    }

    static Reading ofFork(WorkflowTaskDoc fork, ObjectNode input) {
        if (fork.dynamicForkTasksParam().isPresent()) {
            return listed(fork, input);
        }
        if (fork.dynamicForkJoinTasksParam().isPresent()) {
            return legacy(fork.dynamicForkJoinTasksParam().get(), input);
        }
        return repeated(fork, input);
    }

    /** A list of tasks, and beside it a map of their inputs. */
    private static Reading listed(WorkflowTaskDoc fork, ObjectNode input) {
        String name = fork.dynamicForkTasksParam().orElseThrow();
        JsonNode tasks = input.path(name);
        if (!(tasks instanceof ArrayNode list)) {
            return new Reading.Fault(
                    "Input '" + name + "' is invalid. A list of tasks is expected, not " + kind(tasks));
        }
        String inputName = fork.dynamicForkTasksInputParamName().orElse("");
        JsonNode inputs = input.path(inputName);
        if (!inputName.isEmpty() && !inputs.isObject() && !list.isEmpty()) {
            return new Reading.Fault("Input to the dynamically forked tasks is not a map -> expecting a map of"
                    + " reference names to inputs in '" + inputName + "', but found " + kind(inputs));
        }
        ObjectNode known = inputs instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : known.properties()) {
            if (!entry.getValue().isObject()) {
                return new Reading.Fault("The input of the dynamically forked task '" + entry.getKey()
                        + "' is not a map but " + kind(entry.getValue()));
            }
        }
        return new Reading.Tasks(list, known);
    }

    /** {@code dynamicTasks}: [{taskName, workflowName, referenceName, input, type}] */
    private static Reading legacy(String name, ObjectNode input) {
        JsonNode list = input.path(name).path("dynamicTasks");
        if (!list.isArray()) {
            return new Reading.Fault("Input '" + name + "' has no list dynamicTasks, but " + kind(list));
        }
        ArrayNode tasks = JsonNodeFactory.instance.arrayNode();
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        for (JsonNode item : list) {
            ObjectNode task = JsonNodeFactory.instance.objectNode();
            String type = item.path("type").asText(WorkflowTaskDoc.SIMPLE);
            String ref = item.path("referenceName").asText(item.path("taskName").asText(""));
            task.put("name", item.path("taskName").asText(""));
            task.put("taskReferenceName", ref);
            task.put("type", type);
            if (!item.path("workflowName").asText("").isEmpty()) {
                task.put("type", SystemTaskType.SUB_WORKFLOW.name());
                task.putObject("subWorkflowParam")
                        .put("name", item.path("workflowName").asText());
            }
            tasks.add(task);
            place(task, inputs, ref, item.path("input"));
        }
        return new Reading.Tasks(tasks, inputs);
    }

    /** One task, repeated for each of the inputs. */
    private static Reading repeated(WorkflowTaskDoc fork, ObjectNode input) {
        JsonNode list = input.path("forkTaskInputs");
        String workflow = input.path("forkTaskWorkflow").asText("");
        String name = input.path("forkTaskName").asText(workflow);
        if (name.isEmpty() || !list.isArray()) {
            return new Reading.Fault("A dynamic fork needs dynamicForkTasksParam, or forkTaskName (or forkTaskWorkflow)"
                    + " and the list forkTaskInputs in its input; found " + kind(list));
        }
        ArrayNode tasks = JsonNodeFactory.instance.arrayNode();
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < list.size(); i++) {
            ObjectNode task = JsonNodeFactory.instance.objectNode();
            String ref = "_" + name + "_" + i;
            task.put("name", name);
            task.put("taskReferenceName", ref);
            task.put("type", type(input, workflow));
            if (!workflow.isEmpty()) {
                ObjectNode param = task.putObject("subWorkflowParam").put("name", workflow);
                if (input.path("forkTaskWorkflowVersion").isNumber()) {
                    param.set("version", input.path("forkTaskWorkflowVersion"));
                }
            }
            tasks.add(task);
            ObjectNode own = JsonNodeFactory.instance.objectNode();
            if (list.get(i) instanceof ObjectNode members) {
                own.setAll(members);
            } else {
                own.set("input", list.get(i));
            }
            own.put("__index", i);
            place(task, inputs, ref, own);
        }
        return new Reading.Tasks(tasks, inputs);
    }

    private static String type(ObjectNode input, String workflow) {
        if (!workflow.isEmpty()) {
            return SystemTaskType.SUB_WORKFLOW.name();
        }
        return input.path("forkTaskType").asText(WorkflowTaskDoc.SIMPLE);
    }

    private static void place(ObjectNode task, ObjectNode inputs, String ref, JsonNode input) {
        if (input instanceof ObjectNode object) {
            inputs.set(ref, object);
        }
        task.set("inputParameters", JsonNodeFactory.instance.objectNode());
    }

    private static String kind(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
