package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The input of a system task, before it is resolved: what the author wrote there, and what stands beside it. */
final class Inputs {
    private static final String DEFINITION = "subWorkflowDefinition";

    private Inputs() {}

    static ObjectNode of(WorkflowTaskDoc task, SystemTaskType type) {
        return switch (type) {
            case SUB_WORKFLOW -> subWorkflow(task);
            case EVENT -> {
                ObjectNode input = copy(task);
                task.sink().ifPresent(sink -> input.put("sink", sink));
                input.put("workflowInstanceId", "${workflow.workflowId}");
                input.put("workflowType", "${workflow.workflowType}");
                input.put("workflowVersion", "${workflow.version}");
                input.put("correlationId", "${workflow.correlationId}");
                input.put("taskToDomain", "${workflow.taskToDomain}");
                yield async(task, input);
            }
            case HTTP, HTTP_POLL, KAFKA_PUBLISH -> async(task, copy(task));
            case INLINE -> {
                ObjectNode input = copy(task);
                task.expression().ifPresent(text -> missing(input, "expression", text));
                task.evaluatorType().ifPresent(text -> missing(input, "evaluatorType", text));
                yield input;
            }
            case LAMBDA -> {
                ObjectNode input = copy(task);
                task.scriptExpression().ifPresent(text -> missing(input, "scriptExpression", text));
                yield input;
            }
            case DO_WHILE -> {
                ObjectNode input = copy(task);
                task.items().ifPresent(items -> input.set("_items", items));
                yield input;
            }
            case SWITCH,
                    DECISION,
                    FORK_JOIN,
                    FORK_JOIN_DYNAMIC,
                    JOIN,
                    EXCLUSIVE_JOIN,
                    DYNAMIC,
                    JSON_JQ_TRANSFORM,
                    SET_VARIABLE,
                    TERMINATE,
                    NOOP,
                    WAIT,
                    HUMAN,
                    YIELD,
                    LLM_TEXT_COMPLETE,
                    LLM_CHAT_COMPLETE,
                    LLM_GENERATE_EMBEDDINGS,
                    LIST_MCP_TOOLS,
                    CALL_MCP_TOOL,
                    START_WORKFLOW,
                    UPDATE_TASK,
                    GET_WORKFLOW,
                    TERMINATE_WORKFLOW,
                    PULL_WORKFLOW_MESSAGES -> task.inputParameters();
        };
    }

    private static ObjectNode copy(WorkflowTaskDoc task) {
        ObjectNode copy = ConductorCompiler.empty();
        copy.setAll(task.inputParameters());
        return copy;
    }

    private static ObjectNode async(WorkflowTaskDoc task, ObjectNode input) {
        if (task.asyncComplete()) {
            input.put("asyncComplete", true);
        }
        return input;
    }

    private static void missing(ObjectNode input, String name, String text) {
        if (input.path(name).isMissingNode()) {
            input.put(name, text);
        }
    }

    /** Under the names that the original keeps them (conductor: SUB_WORKFLOW). */
    private static ObjectNode subWorkflow(WorkflowTaskDoc task) {
        ObjectNode input = ConductorCompiler.empty();
        input.set("workflowInput", task.inputParameters());
        task.subWorkflowParam().ifPresent(param -> {
            param.name().ifPresent(name -> input.put("subWorkflowName", name));
            param.version().ifPresent(version -> input.set("subWorkflowVersion", version));
            param.workflowDefinition().filter(JsonNode::isTextual).ifPresent(text -> input.set(DEFINITION, text));
            if (!param.taskToDomain().isEmpty()) {
                input.set("subWorkflowTaskToDomain", param.taskToDomain());
            }
            param.priority().ifPresent(priority -> input.set("priority", priority));
            param.idempotencyKey().ifPresent(key -> input.put("idempotencyKey", key));
            param.idempotencyStrategy().ifPresent(strategy -> input.put("idempotencyStrategy", strategy));
        });
        return input;
    }

    /**
     * What is put into the input as it is: the data of a dynamic fork, and a definition that is written in the task, which
     * holds references of the child that the parent must not resolve.
     */
    static ObjectNode fixed(WorkflowTaskDoc task, SystemTaskType type, ObjectNode data) {
        if (type != SystemTaskType.SUB_WORKFLOW) {
            return data;
        }
        ObjectNode fixed = ConductorCompiler.empty();
        if (!data.isEmpty()) {
            fixed.set("workflowInput", data);
        }
        task.subWorkflowParam()
                .flatMap(SubWorkflowParamDoc::workflowDefinition)
                .filter(JsonNode::isObject)
                .ifPresent(definition -> fixed.set(DEFINITION, definition));
        return fixed;
    }
}
