package dev.continuo.definition.conductor;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.conductor.TaskOutline.Placed;
import dev.continuo.expression.Limits;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
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
    private final Set<String> refs;
    private final Limits limits;
    private final Violations violations;

    ReferenceCheck(List<Placed> tasks, Limits limits, Violations violations) {
        this.limits = limits;
        this.refs = tasks.stream().map(placed -> placed.task().ref()).collect(Collectors.toSet());
        this.violations = violations;
    }

    void check(Placed placed) {
        template(placed);
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

    private void template(Placed placed) {
        template(placed, placed.task().inputParameters(), placed.at().member("inputParameters"));
        JsonNode changes = placed.task().json().path("onStateChange");
        for (Map.Entry<String, JsonNode> change : changes.properties()) {
            for (int i = 0; i < change.getValue().size(); i++) {
                JsonNode payload = change.getValue().get(i).path("payload");
                if (payload.isObject()) {
                    Place at = placed.at().member("onStateChange").member(change.getKey());
                    template(placed, payload, at.item(i).member("payload"));
                }
            }
        }
    }

    private void template(Placed placed, JsonNode input, Place at) {
        switch (Template.parse(input, Syntax.CONDUCTOR, limits)) {
            case ParseResult.Faults(var faults) ->
                faults.forEach(fault -> {
                    JsonPointer pointer = JsonPointer.compile(fault.pointer());
                    violations.add(at.below(pointer, input), fault.message(), input.at(pointer));
                });
            case ParseResult.Parsed(Template template) -> {
                if (placed.depth() == 0) {
                    template.references().forEach(reference -> reference(reference, at, input));
                }
            }
        }
    }

    private void reference(Reference reference, Place at, JsonNode input) {
        boolean toTask = !reference.toWorkflow() && !reference.toTaskId() && !reference.toAnything();
        if (toTask && !refs.contains(reference.root())) {
            JsonPointer pointer = JsonPointer.compile(reference.at().toString());
            violations.add(
                    at.below(pointer, input),
                    reference.text() + " refers to the task '" + reference.root()
                            + "', and there is no such task; it may refer to " + Reference.WORKFLOW
                            + " and to the taskReferenceName of a task",
                    input.at(pointer));
        }
    }
}
