package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Lets a run go on with another version of its definition (source: Orkes, upgrade). */
final class Upgrades {
    private final Plan plan;
    private final RunState state;
    private final Moment moment;
    private final DeciderLimits limits;
    private final Conditions conditions;

    Upgrades(Plan plan, RunState state, Moment moment, DeciderLimits limits, Conditions conditions) {
        this.plan = plan;
        this.state = state;
        this.moment = moment;
        this.limits = limits;
        this.conditions = conditions;
    }

    Outcome upgrade(Command.Upgrade command) {
        Run run = state.run();
        if (run.status().terminal()) {
            return conflict(
                    "The run is %s: only a run that is RUNNING or PAUSED can be upgraded".formatted(run.status()));
        }
        Plan next = command.next();
        Map<String, Node> nodes = byRef(next);
        Optional<Rejected> misfit = misfit(next, nodes);
        if (misfit.isPresent()) {
            return misfit.get();
        }
        Run changed = run.withOrigin(origin(next, command.input()))
                .withDeadline(deadline(next))
                .withUpdatedBy(command.by());
        RunState upgraded = state.under(changed, next.remembered());
        Draft draft = new Draft(next, upgraded, moment);
        state.fragments().forEach(fragment -> moved(fragment, nodes).ifPresent(draft::fragment));
        for (Task task : state.every()) {
            moved(task, next, nodes).ifPresent(draft::put);
        }
        passOver(draft, new Flow(draft, limits, conditions), command.outputs());
        return draft.accepted();
    }

    private static Rejected conflict(String message) {
        return new Rejected(Code.CONFLICT, message);
    }

    private static Map<String, Node> byRef(Plan plan) {
        Map<String, Node> byRef = new HashMap<>();
        plan.nodes().forEach(node -> byRef.put(node.ref(), node));
        return byRef;
    }

    /** Whatever is open must have its place in the other version, and what the run brought itself its owner. */
    private Optional<Rejected> misfit(Plan next, Map<String, Node> nodes) {
        for (Task task : state.open()) {
            if (task.label().part() == 0) {
                Node other = nodes.get(task.label().ref());
                if (other == null || !same(plan.node(task.label().node()), other, next)) {
                    return Optional.of(conflict("Task '%s' is open, and the other version has none such in that place"
                            .formatted(task.label().ref())));
                }
            }
        }
        for (Fragment fragment : state.fragments()) {
            if (fragment.ownerPart() == 0) {
                Node owner = plan.node(fragment.ownerNode());
                Node other = nodes.get(owner.ref());
                if (other == null || other.getClass() != owner.getClass()) {
                    return Optional.of(conflict(
                            "Task '%s' has brought tasks, and the other version has none such".formatted(owner.ref())));
                }
            }
        }
        return Optional.empty();
    }

    private boolean same(Node node, Node other, Plan next) {
        return node.getClass() == other.getClass()
                && node.common().type().equals(other.common().type())
                && container(plan, node).equals(container(next, other));
    }

    private static Optional<String> container(Plan of, Node node) {
        OptionalInt container = Lists.container(of, node.index());
        return container.isEmpty()
                ? Optional.empty()
                : Optional.of(of.node(container.getAsInt()).ref());
    }

    private Run.Origin origin(Plan next, ObjectNode input) {
        Run.Origin old = state.run().origin();
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        merged.setAll((ObjectNode) old.input());
        merged.setAll(input);
        return new Run.Origin(
                old.dialect(),
                old.namespace(),
                next.definitionId(),
                next.revisionId(),
                old.name(),
                merged,
                old.priority(),
                old.correlationId(),
                old.idempotencyKey(),
                old.parentTaskId(),
                old.createdBy(),
                next.traits().document().path("version").asInt(old.definitionVersion()),
                old.parentRunId(),
                old.attributes());
    }

    /** The other version's time limit, from when the run's own began to count. */
    private Optional<Instant> deadline(Plan next) {
        Run run = state.run();
        if (run.status() == RunStatus.PAUSED) {
            return Optional.empty();
        }
        JsonNode retried = run.notes().path(Notes.RETRIED_AT);
        Instant since = retried.isNumber()
                ? Instant.ofEpochMilli(retried.longValue())
                : run.times().createdAt();
        return next.timeout().map(since::plus);
    }

    private Optional<Fragment> moved(Fragment fragment, Map<String, Node> nodes) {
        if (fragment.ownerPart() > 0) {
            return Optional.empty();
        }
        int owner = nodes.get(plan.node(fragment.ownerNode()).ref()).index();
        return owner == fragment.ownerNode()
                ? Optional.empty()
                : Optional.of(new Fragment(
                        fragment.part(),
                        0,
                        owner,
                        fragment.nodes(),
                        fragment.branches(),
                        fragment.remembered(),
                        fragment.document()));
    }

    /**
     * A task that is done and that the other version does not have is out of the flow: it counts as superseded, so that
     * no retry takes it up, and stands at the plan's beginning, which follows nothing.
     */
    private static Optional<Task> moved(Task task, Plan next, Map<String, Node> nodes) {
        Task.Label label = task.label();
        if (label.part() > 0) {
            return Optional.empty();
        }
        Node node = nodes.get(label.ref());
        if (node == null) {
            return Optional.of(
                    task.superseded().withLabel(label.as(label.type(), label.name(), next.first(), label.part())));
        }
        return node.index() == label.node()
                ? Optional.empty()
                : Optional.of(task.withLabel(label.as(label.type(), label.name(), node.index(), label.part())));
    }

    /** What is new in this version and comes before what is open: the flow has gone past it. */
    private void passOver(Draft draft, Flow flow, ObjectNode outputs) {
        Set<String> known = new HashSet<>(byRef(plan).keySet());
        Plan next = draft.plan();
        for (Task open : draft.openTasks()) {
            if (open.label().part() > 0) {
                continue;
            }
            for (Node node : next.nodes()) {
                boolean before = node.index() != open.label().node()
                        && Lists.from(next, node.index()).contains(open.label().node());
                if (before && known.add(node.ref())) {
                    JsonNode output = outputs.path(node.ref());
                    draft.put(flow.fresh(node, Place.of(open), 0, Optional.empty())
                            .withInput(JsonNodeFactory.instance.objectNode())
                            .closed(
                                    TaskStatus.SKIPPED,
                                    output.isObject() ? output : JsonNodeFactory.instance.objectNode(),
                                    Optional.empty(),
                                    draft.now()));
                }
            }
        }
    }
}
