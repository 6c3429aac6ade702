package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the tasks that a document would run, at any depth, however wrong it is, in the order of the document. */
final class TaskOutline {
    /**
     * A task where it stands.
     *
     * @param depth 0 in the workflow's own list
     * @param previous the task before it in its list
     * @param next the task behind it in its list
     */
    record Placed(
            WorkflowTaskDoc task,
            Place at,
            int depth,
            Optional<WorkflowTaskDoc> previous,
            Optional<WorkflowTaskDoc> next) {}

    private final ConductorLimits limits;
    private final Violations violations;
    private final List<Placed> found = new ArrayList<>();

    private TaskOutline(ConductorLimits limits, Violations violations) {
        this.limits = limits;
        this.violations = violations;
    }

    /** Tasks that run one after the other. */
    static List<Placed> ofList(JsonNode tasks, Place at, ConductorLimits limits, Violations violations) {
        TaskOutline outline = new TaskOutline(limits, violations);
        outline.list(tasks, at, 0);
        return outline.found;
    }

    /** Tasks that run side by side, each alone. */
    static List<Placed> ofBranches(JsonNode tasks, Place at, ConductorLimits limits, Violations violations) {
        TaskOutline outline = new TaskOutline(limits, violations);
        for (int i = 0; tasks.isArray() && i < tasks.size(); i++) {
            if (tasks.get(i) instanceof ObjectNode json) {
                outline.task(new Placed(new WorkflowTaskDoc(json), at.item(i), 0, Optional.empty(), Optional.empty()));
            }
        }
        return outline.found;
    }

    private void list(JsonNode tasks, Place at, int depth) {
        if (depth > limits.definition().maxDepth()) {
            violations.add(
                    at, "tasks are nested deeper than " + limits.definition().maxDepth() + " levels");
            return;
        }
        for (int i = 0; tasks.isArray() && i < tasks.size(); i++) {
            if (tasks.get(i) instanceof ObjectNode json
                    && !task(new Placed(
                            new WorkflowTaskDoc(json),
                            at.item(i),
                            depth,
                            sibling(tasks, i - 1),
                            sibling(tasks, i + 1)))) {
                return;
            }
        }
    }

    private static Optional<WorkflowTaskDoc> sibling(JsonNode tasks, int index) {
        return index >= 0 && tasks.path(index) instanceof ObjectNode json
                ? Optional.of(new WorkflowTaskDoc(json))
                : Optional.empty();
    }

    /** False when there are too many tasks. */
    private boolean task(Placed placed) {
        if (found.size() >= limits.definition().maxTasks()) {
            violations.add(
                    placed.at(), "a workflow has at most " + limits.definition().maxTasks() + " tasks");
            return false;
        }
        found.add(placed);
        placed.task().systemType().ifPresent(type -> inside(type, placed));
        return true;
    }

    private void inside(SystemTaskType type, Placed container) {
        JsonNode json = container.task().json();
        int depth = container.depth() + 1;
        if (type == SystemTaskType.SWITCH || type == SystemTaskType.DECISION) {
            cases(json.path("decisionCases"), container.at().member("decisionCases"), depth);
            list(json.path("defaultCase"), container.at().member("defaultCase"), depth);
        } else if (type == SystemTaskType.FORK_JOIN) {
            JsonNode branches = json.path("forkTasks");
            for (int i = 0; branches.isArray() && i < branches.size(); i++) {
                list(branches.get(i), container.at().member("forkTasks").item(i), depth);
            }
        } else if (type == SystemTaskType.DO_WHILE) {
            list(json.path("loopOver"), container.at().member("loopOver"), depth);
        }
    }

    private void cases(JsonNode cases, Place at, int depth) {
        for (Map.Entry<String, JsonNode> each : cases.properties()) {
            if (each.getKey().length() > limits.maxNameChars()) {
                violations.add(
                        at.member(each.getKey()),
                        "the name of a case has at most " + limits.maxNameChars() + " characters");
            } else {
                list(each.getValue(), at.member(each.getKey()), depth);
            }
        }
    }
}
