package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.conductor.TaskOutline.Placed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that what tasks refer to exists, at whatever depth. As in the original, only inputs of the workflow's own list are
 * looked at: definitions in use have references below it that resolve to null, or to tasks that a dynamic fork makes
 * (conductor: validation at registration).
 */
final class ReferenceCheck {
    static final String WORKFLOW = "workflow";

    private final Set<String> refs;
    private final Violations violations;

    ReferenceCheck(List<Placed> tasks, Violations violations) {
        this.refs = tasks.stream().map(placed -> placed.task().ref()).collect(Collectors.toSet());
        this.violations = violations;
    }

    void check(Placed placed) {
        if (placed.depth() == 0) {
            texts(placed.task().inputParameters(), placed.at().member("inputParameters"));
        }
        if (joins(placed)) {
            JsonNode on = placed.task().json().path("joinOn");
            for (int i = 0; i < on.size(); i++) {
                if (on.get(i).isTextual() && !refs.contains(on.get(i).textValue())) {
                    violations.add(
                            placed.at().member("joinOn").item(i),
                            "joinOn names the task '" + on.get(i).textValue() + "', and there is no such task",
                            on.get(i));
                }
            }
        }
    }

    /** What a JOIN behind a dynamic fork waits for is only known at run time. */
    private static boolean joins(Placed placed) {
        boolean join = placed.task().is(SystemTaskType.JOIN) || placed.task().is(SystemTaskType.EXCLUSIVE_JOIN);
        return join
                && placed.previous()
                        .filter(task -> task.is(SystemTaskType.FORK_JOIN_DYNAMIC))
                        .isEmpty();
    }

    private void texts(JsonNode value, Place at) {
        if (violations.full()) {
            return;
        }
        if (value.isTextual()) {
            for (String root : References.of(value)) {
                if (!root.equals(WORKFLOW) && !refs.contains(root)) {
                    violations.add(
                            at,
                            "refers to the task '" + root + "', and there is no such task; it may refer to " + WORKFLOW
                                    + " and to the taskReferenceName of a task",
                            value);
                }
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            texts(member.getValue(), at.member(member.getKey()));
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            texts(value.get(i), at.item(i));
        }
    }
}
