package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One task of a workflow definition, read with the dialect's defaults (conductor: WorkflowTask). The document has been
 * validated; a member of a wrong type reads as an absent one.
 *
 * @param json the task as its author wrote it, in a snapshot with {@code taskDefinition}
 */
public record WorkflowTaskDoc(ObjectNode json) {
    static final String SIMPLE = "SIMPLE";

    /** What a JOIN with a mode waits with; the engine's JOIN is never polled, so both mean the same here. */
    public enum JoinMode {
        SYNC,
        ASYNC
    }

    /**
     * How long the output of a task may be used again for the same key.
     *
     * @param key a template; empty for the whole input
     */
    public record Cache(String key, Duration ttl) {}

    /** An event to publish when the task changes its state. */
    public record StateChange(String type, ObjectNode payload) {}

    /** A list of tasks that run one after the other, with the name of the case, empty for other lists. */
    public record TaskList(String label, List<WorkflowTaskDoc> tasks) {}

    public String name() {
        return text("name").orElse("");
    }

    public String ref() {
        return text("taskReferenceName").orElse("");
    }

    public String type() {
        return text("type").or(() -> text("workflowTaskType")).orElse(SIMPLE);
    }

    /** Empty for a worker task. */
    public Optional<SystemTaskType> systemType() {
        return SystemTaskType.find(type());
    }

    public boolean is(SystemTaskType type) {
        return type().equals(type.name());
    }

    /** What workers poll for, and what a task is shown as: a SIMPLE task's name, any other task's type. */
    public String taskType() {
        return type().equals(SIMPLE) ? name() : type();
    }

    public Optional<String> description() {
        return text("description");
    }

    public ObjectNode inputParameters() {
        return Members.object(json, "inputParameters");
    }

    public boolean optional() {
        return Members.bool(json, "optional", false);
    }

    public boolean permissive() {
        return Members.bool(json, "permissive", false);
    }

    public boolean asyncComplete() {
        return Members.bool(json, "asyncComplete", false);
    }

    public Duration startDelay() {
        return Members.seconds(json, "startDelay", 0).orElse(Duration.ZERO);
    }

    /** Overrides the one of the task definition. */
    public Optional<Integer> retryCount() {
        return Members.number(json, "retryCount");
    }

    /** Given by the author or filled in by the snapshot. */
    public Optional<TaskDefDoc> taskDefinition() {
        return Members.optionalObject(json, "taskDefinition").map(TaskDefDoc::new);
    }

    /** Of a SWITCH ({@code value-param}, {@code javascript}, {@code graaljs}) or of a JOIN's script. */
    public Optional<String> evaluatorType() {
        return text("evaluatorType");
    }

    /** Of a SWITCH: an input's name or a script. Of a JOIN: a script. */
    public Optional<String> expression() {
        return text("expression");
    }

    public Optional<String> caseValueParam() {
        return text("caseValueParam");
    }

    public Optional<String> caseExpression() {
        return text("caseExpression");
    }

    /** In the order of the document. */
    public Map<String, List<WorkflowTaskDoc>> decisionCases() {
        Map<String, List<WorkflowTaskDoc>> cases = new LinkedHashMap<>();
        Members.object(json, "decisionCases")
                .properties()
                .forEach(entry -> cases.put(entry.getKey(), Members.tasks(entry.getValue())));
        return cases;
    }

    public List<WorkflowTaskDoc> defaultCase() {
        return Members.tasks(json.path("defaultCase"));
    }

    public List<List<WorkflowTaskDoc>> forkTasks() {
        List<List<WorkflowTaskDoc>> branches = new ArrayList<>();
        json.path("forkTasks").forEach(branch -> branches.add(Members.tasks(branch)));
        return List.copyOf(branches);
    }

    public List<String> joinOn() {
        return Members.texts(json, "joinOn");
    }

    public Optional<JoinMode> joinMode() {
        return text("joinMode").flatMap(mode -> switch (mode) {
            case "SYNC" -> Optional.of(JoinMode.SYNC);
            case "ASYNC" -> Optional.of(JoinMode.ASYNC);
            default -> Optional.empty();
        });
    }

    public List<String> defaultExclusiveJoinTask() {
        return Members.texts(json, "defaultExclusiveJoinTask");
    }

    public Optional<String> scriptExpression() {
        return text("scriptExpression");
    }

    public Optional<String> dynamicTaskNameParam() {
        return text("dynamicTaskNameParam");
    }

    public Optional<String> dynamicForkTasksParam() {
        return text("dynamicForkTasksParam");
    }

    public Optional<String> dynamicForkTasksInputParamName() {
        return text("dynamicForkTasksInputParamName");
    }

    public Optional<String> dynamicForkJoinTasksParam() {
        return text("dynamicForkJoinTasksParam");
    }

    public Optional<String> loopCondition() {
        return text("loopCondition");
    }

    public List<WorkflowTaskDoc> loopOver() {
        return Members.tasks(json.path("loopOver"));
    }

    /** What a DO_WHILE in list mode goes over: a template or a literal list; the input {@code _items} says it too. */
    public Optional<JsonNode> items() {
        return Members.value(json, "items").or(() -> Members.value(inputParameters(), "_items"));
    }

    public Optional<SubWorkflowParamDoc> subWorkflowParam() {
        return Members.optionalObject(json, "subWorkflowParam").map(SubWorkflowParamDoc::new);
    }

    public Optional<String> sink() {
        return text("sink");
    }

    public Optional<Cache> cacheConfig() {
        return Members.optionalObject(json, "cacheConfig").flatMap(Caches::read);
    }

    /**
     * Events by what publishes them: {@code onScheduled}, {@code onStart}, {@code onSuccess}, {@code onFailed},
     * {@code onCancelled}. The document may name several at once, with commas.
     */
    public Map<String, List<StateChange>> onStateChange() {
        Map<String, List<StateChange>> changes = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                Members.object(json, "onStateChange").properties()) {
            for (String state : entry.getKey().split(",")) {
                List<StateChange> events = changes.computeIfAbsent(state.strip(), each -> new ArrayList<>());
                entry.getValue()
                        .forEach(event -> events.add(new StateChange(
                                Members.text(event, "type").orElse(""), Members.object(event, "payload"))));
            }
        }
        return changes;
    }

    /** The lists that a task of this type runs, in the order of the document. */
    public List<TaskList> lists() {
        return systemType().map(this::lists).orElse(List.of());
    }

    private List<TaskList> lists(SystemTaskType type) {
        List<TaskList> lists = new ArrayList<>();
        if (type == SystemTaskType.SWITCH || type == SystemTaskType.DECISION) {
            decisionCases().forEach((label, tasks) -> lists.add(new TaskList(label, tasks)));
            lists.add(new TaskList("", defaultCase()));
        } else if (type == SystemTaskType.FORK_JOIN) {
            forkTasks().forEach(branch -> lists.add(new TaskList("", branch)));
        } else if (type == SystemTaskType.DO_WHILE) {
            lists.add(new TaskList("", loopOver()));
        }
        return List.copyOf(lists);
    }

    private Optional<String> text(String member) {
        return Members.text(json, member);
    }
}
