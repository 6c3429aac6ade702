package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.conductor.TaskOutline.Placed;
import dev.continuo.expression.WaitTexts;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What each type of task needs (conductor: validation at registration). */
final class TypeCheck {
    private static final List<String> EVALUATORS = List.of("value-param", "javascript", "graaljs", "ecmascript", "js");
    private static final List<String> ENDS = List.of("COMPLETED", "FAILED", "TERMINATED");

    private final Function<String, Optional<ObjectNode>> taskDefs;
    private final Violations violations;

    /**
     * @param taskDefs by name: a task definition's input template may give what the task does not
     */
    TypeCheck(Function<String, Optional<ObjectNode>> taskDefs, Violations violations) {
        this.taskDefs = taskDefs;
        this.violations = violations;
    }

    void check(Placed placed) {
        placed.task().systemType().ifPresent(type -> check(type, placed));
    }

    private void check(SystemTaskType type, Placed placed) {
        switch (type) {
            case SWITCH -> aSwitch(placed);
            case DECISION -> decision(placed);
            case FORK_JOIN -> fork(placed);
            case FORK_JOIN_DYNAMIC -> dynamicFork(placed);
            case JOIN -> evaluator(placed.task().json(), placed.at());
            case DYNAMIC -> member(placed, "dynamicTaskNameParam");
            case DO_WHILE -> loop(placed);
            case SUB_WORKFLOW -> subWorkflow(placed);
            case EVENT -> member(placed, "sink");
            case HTTP, HTTP_POLL -> input(placed, "http_request", "uri");
            case KAFKA_PUBLISH -> input(placed, "kafka_request");
            case TERMINATE -> terminate(placed);
            case LLM_TEXT_COMPLETE -> {
                model(placed);
                input(placed, "prompt");
            }
            case LLM_CHAT_COMPLETE -> model(placed);
            case LLM_GENERATE_EMBEDDINGS -> {
                model(placed);
                input(placed, "text");
            }
            case LIST_MCP_TOOLS -> input(placed, "mcpServer");
            case CALL_MCP_TOOL -> {
                input(placed, "mcpServer");
                input(placed, "method");
            }
            case INLINE -> {
                input(placed, "expression");
                evaluator(placed.task().inputParameters(), placed.at().member("inputParameters"));
            }
            case LAMBDA -> {
                if (placed.task().scriptExpression().isEmpty()) {
                    input(placed, "scriptExpression");
                }
            }
            case JSON_JQ_TRANSFORM -> input(placed, "queryExpression");
            case START_WORKFLOW -> input(placed, "startWorkflow");
            case WAIT -> waits(placed);
            case EXCLUSIVE_JOIN,
                    SET_VARIABLE,
                    NOOP,
                    HUMAN,
                    YIELD,
                    UPDATE_TASK,
                    GET_WORKFLOW,
                    TERMINATE_WORKFLOW,
                    PULL_WORKFLOW_MESSAGES -> {}
        }
    }

    private void aSwitch(Placed placed) {
        member(placed, "evaluatorType");
        evaluator(placed.task().json(), placed.at());
        member(placed, "expression");
        filled(placed, "decisionCases");
    }

    private void decision(Placed placed) {
        if (placed.task().caseValueParam().isEmpty()
                && placed.task().caseExpression().isEmpty()) {
            missing(placed.at().member("caseValueParam"), placed, "caseValueParam or caseExpression");
        }
        filled(placed, "decisionCases");
    }

    private void fork(Placed placed) {
        filled(placed, "forkTasks");
        followedByJoin(placed);
    }

    private void dynamicFork(Placed placed) {
        WorkflowTaskDoc task = placed.task();
        boolean tasks = task.dynamicForkTasksParam().isPresent();
        boolean inputs = task.dynamicForkTasksInputParamName().isPresent();
        boolean legacy = task.dynamicForkJoinTasksParam().isPresent();
        boolean brief = given(task, "forkTaskName") || given(task, "forkTaskType") || given(task, "forkTaskWorkflow");
        if (legacy && (tasks || inputs)) {
            violations.add(
                    placed.at().member("dynamicForkJoinTasksParam"),
                    "dynamicForkJoinTasksParam and dynamicForkTasksParam cannot both be given, taskName: "
                            + task.name(),
                    task.json().path("dynamicForkJoinTasksParam"));
        } else if (tasks && !inputs) {
            missing(placed.at().member("dynamicForkTasksInputParamName"), placed, "dynamicForkTasksInputParamName");
        } else if (!tasks && !legacy && !brief) {
            missing(
                    placed.at().member("dynamicForkTasksParam"),
                    placed,
                    "dynamicForkTasksParam, dynamicForkJoinTasksParam or the input forkTaskName");
        }
        followedByJoin(placed);
    }

    private void followedByJoin(Placed placed) {
        if (placed.next().filter(next -> next.is(SystemTaskType.JOIN)).isEmpty()) {
            violations.add(
                    placed.at().member("type"),
                    placed.task().type() + " task must be followed by a JOIN task, taskName: "
                            + placed.task().name(),
                    placed.task().json().path("type"));
        }
    }

    private void loop(Placed placed) {
        filled(placed, "loopOver");
        if (placed.task().loopCondition().isEmpty() && placed.task().items().isEmpty()) {
            missing(placed.at().member("loopCondition"), placed, "loopCondition or items");
        }
    }

    private void subWorkflow(Placed placed) {
        Optional<SubWorkflowParamDoc> param = placed.task().subWorkflowParam();
        Place at = placed.at().member("subWorkflowParam");
        if (param.isEmpty()) {
            missing(at, placed, "subWorkflowParam");
        } else if (param.get().name().isEmpty()
                && param.get().workflowDefinition().isEmpty()) {
            missing(at.member("name"), placed, "subWorkflowParam.name or subWorkflowParam.workflowDefinition");
        }
    }

    private void terminate(Placed placed) {
        WorkflowTaskDoc task = placed.task();
        input(placed, "terminationStatus");
        JsonNode status = task.inputParameters().path("terminationStatus");
        if (status.isTextual() && !ShapeCheck.isTemplate(status) && !ENDS.contains(status.textValue())) {
            violations.add(
                    placed.at().member("inputParameters").member("terminationStatus"),
                    "terminationStatus must be one of " + String.join(", ", ENDS) + ", taskName: " + task.name(),
                    status);
        }
        if (task.optional()) {
            violations.add(
                    placed.at().member("optional"),
                    "a TERMINATE task cannot be optional, taskName: " + task.name(),
                    task.json().path("optional"));
        }
    }

    private void waits(Placed placed) {
        ObjectNode input = placed.task().inputParameters();
        Place at = placed.at().member("inputParameters");
        Optional<String> duration = Members.text(input, "duration");
        Optional<String> until = Members.text(input, "until");
        if (duration.isPresent() && until.isPresent()) {
            violations.add(
                    at.member("until"),
                    "a WAIT task has either duration or until, taskName: "
                            + placed.task().name(),
                    input.path("until"));
        }
        if (!ShapeCheck.isTemplate(input.path("duration"))) {
            duration.ifPresent(
                    text -> readable(WaitTexts.duration(text), at.member("duration"), input.path("duration")));
        }
        if (!ShapeCheck.isTemplate(input.path("until"))) {
            until.ifPresent(text -> readable(WaitTexts.until(text), at.member("until"), input.path("until")));
        }
    }

    private <T> void readable(WaitTexts.Reading<T> reading, Place at, JsonNode value) {
        switch (reading) {
            case WaitTexts.Reading.Read<T> read -> {}
            case WaitTexts.Reading.Fault<T>(String message) -> violations.add(at, message, value);
        }
    }

    private void evaluator(JsonNode json, Place parent) {
        JsonNode value = json.path("evaluatorType");
        Members.text(json, "evaluatorType")
                .filter(type -> !EVALUATORS.contains(type) && !ShapeCheck.isTemplate(value))
                .ifPresent(type -> violations.add(
                        parent.member("evaluatorType"),
                        "evaluatorType must be one of " + String.join(", ", EVALUATORS),
                        value));
    }

    private void member(Placed placed, String name) {
        if (Members.text(placed.task().json(), name).isEmpty()) {
            missing(placed.at().member(name), placed, name);
        }
    }

    private void filled(Placed placed, String name) {
        JsonNode value = placed.task().json().path(name);
        if (!value.isContainerNode() || value.isEmpty()) {
            violations.add(
                    placed.at().member(name),
                    name + " should have at least one task for taskType: "
                            + placed.task().type() + " taskName: "
                            + placed.task().name(),
                    value);
        }
    }

    private void model(Placed placed) {
        input(placed, "llmProvider");
        input(placed, "model");
    }

    /** One of the inputs is needed. */
    private void input(Placed placed, String... names) {
        for (String name : names) {
            if (given(placed.task(), name)) {
                return;
            }
        }
        missing(placed.at().member("inputParameters").member(names[0]), placed, String.join(" or ", names));
    }

    private boolean given(WorkflowTaskDoc task, String input) {
        return filled(task.inputParameters(), input)
                || task.taskDefinition()
                        .or(() -> taskDefs.apply(task.name()).map(TaskDefDoc::new))
                        .filter(def -> filled(def.inputTemplate(), input))
                        .isPresent();
    }

    private static boolean filled(JsonNode inputs, String name) {
        return Members.value(inputs, name)
                .filter(value -> !value.isTextual() || !value.textValue().isBlank())
                .isPresent();
    }

    private void missing(Place at, Placed placed, String what) {
        violations.add(
                at,
                what + " is required for taskType: " + placed.task().type() + " taskName: "
                        + placed.task().name());
    }
}
