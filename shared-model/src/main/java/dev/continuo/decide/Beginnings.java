package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Begins runs that have ended again, from their start or from one of their tasks (source: conductor, section 3.3). */
final class Beginnings {
    private final Plan plan;
    private final RunState state;
    private final Moment moment;
    private final DeciderLimits limits;
    private final Conditions conditions;

    Beginnings(Plan plan, RunState state, Moment moment, DeciderLimits limits, Conditions conditions) {
        this.plan = plan;
        this.state = state;
        this.moment = moment;
        this.limits = limits;
        this.conditions = conditions;
    }

    Outcome decide(Command.Anew command) {
        return switch (command) {
            case Command.Restart restart -> restart(restart);
            case Command.Rerun rerun -> rerun(rerun);
        };
    }

    private Outcome restart(Command.Restart command) {
        RunStatus status = state.run().status();
        if (!status.terminal()) {
            return notEnded("restarted");
        }
        Plan next = command.latest().orElse(plan);
        if (status == RunStatus.COMPLETED && !next.traits().restartable()) {
            return new Rejected(Code.NOT_FOUND, "The definition says that a run that is COMPLETED is not restartable");
        }
        return begin(next, origin(next), command.by(), Effect.Change.RESTARTED);
    }

    private Outcome rerun(Command.Rerun command) {
        if (!state.run().status().terminal()) {
            return notEnded("rerun");
        }
        Run.Origin origin = state.run().origin();
        Run.Origin asked = asked(origin, command);
        if (command.taskId().isEmpty()) {
            return begin(plan, asked, command.by(), Effect.Change.RERUN);
        }
        Optional<Task> from = state.every().stream()
                .filter(task -> task.id().equals(command.taskId().get()))
                .findFirst();
        return from.<Outcome>map(task -> rerunFrom(task, asked, command))
                .orElseGet(() -> new Rejected(
                        Code.NOT_FOUND,
                        "Run " + state.run().id() + " has no task "
                                + command.taskId().get()));
    }

    private Rejected notEnded(String verb) {
        return new Rejected(
                Code.CONFLICT,
                "The run is %s: only a run that has ended can be %s"
                        .formatted(state.run().status(), verb));
    }

    private Run.Origin origin(Plan next) {
        Run.Origin old = state.run().origin();
        int version = next.traits().document().path("version").asInt(old.definitionVersion());
        return new Run.Origin(
                old.dialect(),
                old.namespace(),
                next.definitionId(),
                next.revisionId(),
                old.name(),
                old.input(),
                old.priority(),
                old.correlationId(),
                old.idempotencyKey(),
                old.parentTaskId(),
                old.createdBy(),
                version,
                old.parentRunId(),
                old.attributes());
    }

    private static Run.Origin asked(Run.Origin old, Command.Rerun command) {
        return new Run.Origin(
                old.dialect(),
                old.namespace(),
                old.definitionId(),
                old.revisionId(),
                old.name(),
                command.input().<JsonNode>map(input -> input).orElse(old.input()),
                old.priority(),
                command.correlationId().or(old::correlationId),
                old.idempotencyKey(),
                old.parentTaskId(),
                old.createdBy(),
                old.definitionVersion(),
                old.parentRunId(),
                old.attributes());
    }

    private Outcome begin(Plan next, Run.Origin origin, String by, Effect.Change change) {
        Run old = state.run();
        Run run = new Run(
                old.id(),
                origin,
                RunStatus.RUNNING,
                old.version(),
                1,
                next.variables(origin.input()),
                MissingNode.getInstance(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put(Notes.BEGUN_AGAIN, moment.now().toEpochMilli()),
                Optional.empty(),
                new Run.Times(old.times().createdAt(), moment.now(), Optional.empty()),
                next.timeout().map(moment.now()::plus),
                by);
        Draft draft = new Draft(next, new RunState(run, next.remembered()), moment);
        draft.removed(new Outcome.Removal(true, Set.of()));
        draft.effect(new Effect.RunChanged(change));
        new Flow(draft, limits, conditions).start();
        return draft.accepted();
    }

    /** The task that waited for a child which goes on although both had completed. */
    Optional<Task> completedWaitFor(Command.ChildReopened command) {
        return state.every().stream()
                .filter(task -> task.id().equals(command.taskId()) && task.status() == TaskStatus.COMPLETED)
                .filter(task -> task.extra().childRunId().equals(Optional.of(command.childRunId())))
                .filter(task -> state.run().status().terminal())
                .findFirst();
    }

    /** The run waits for the child again; what it did with the child's output is gone, as with a rerun from the task. */
    Outcome waitAgain(Task from) {
        Map<UUID, Task> byId = Retries.byId(state.every());
        Set<UUID> removed = new Downstream(plan, state, byId).of(from, false);
        Draft draft = new Draft(plan, state.without(state.run(), removed), moment);
        draft.removed(new Outcome.Removal(false, removed));
        Flow flow = new Flow(draft, limits, conditions);
        Retries retries = new Retries(draft, flow, limits);
        retries.reopen(state.run().updatedBy(), Effect.Change.RERUN);
        stillTolerated(removed, draft, flow);
        Set<UUID> opened = reopenAround(from, byId, draft, flow);
        retryTheCanceled(byId, removed, opened, draft, flow, retries);
        draft.put(retries.waiting(from));
        flow.drain();
        return draft.accepted();
    }

    private Outcome rerunFrom(Task from, Run.Origin origin, Command.Rerun command) {
        Task.Label label = from.label();
        if (label.part() == 0 && !plan.node(label.node()).ref().equals(label.ref())) {
            return new Rejected(
                    Code.CONFLICT, "The definition has no task '" + label.ref() + "' since the run was upgraded");
        }
        Map<UUID, Task> byId = Retries.byId(state.every());
        boolean join = state.node(plan, from) instanceof Node.Join known && !known.alone();
        Downstream downstream = new Downstream(plan, state, byId);
        Set<UUID> removed = downstream.of(from, !join);

        Draft draft = new Draft(plan, state.without(state.run().withOrigin(origin), removed), moment);
        draft.removed(new Outcome.Removal(false, removed));
        Flow flow = new Flow(draft, limits, conditions);
        Retries retries = new Retries(draft, flow, limits);
        retries.reopen(command.by(), Effect.Change.RERUN);
        stillTolerated(removed, draft, flow);
        Set<UUID> opened = reopenAround(from, byId, draft, flow);
        if (join) {
            draft.put(from.reopened(flow.limit(draft.node(from)), draft.now()));
            opened.add(from.id());
        }
        retryTheCanceled(byId, removed, opened, draft, flow, retries);
        if (join) {
            flow.joins().opened(draft.openTask(from.id()).orElseThrow(), (Node.Join) draft.node(from));
        } else {
            Task again = beginning(from, draft, flow);
            command.taskInput().ifPresent(input -> flow.override(again.id(), input));
            flow.insert(again);
        }
        flow.drain();
        return draft.accepted();
    }

    /** A failure that was tolerated and is not done again fails the run at its end, as before. */
    private void stillTolerated(Set<UUID> removed, Draft draft, Flow flow) {
        state.every().stream()
                .filter(task -> !removed.contains(task.id()) && !task.retried())
                .filter(task -> task.extra().notes().path(Notes.TOLERATED).asBoolean())
                .forEach(task -> flow.failures()
                        .tolerate(task, task.status(), task.reason().orElse("")));
    }

    /** A task that was computed is computed again. */
    private static Task beginning(Task from, Draft draft, Flow flow) {
        Place place = Place.of(from);
        if (draft.node(from).common().then() instanceof Node.Successor.EndOfFragment) {
            Fragment fragment = draft.fragment(from.label().part());
            Node owner = draft.node(fragment.ownerPart(), fragment.ownerNode());
            return flow.fresh(owner, place.of(fragment.ownerPart()), 0, Optional.empty());
        }
        return flow.fresh(draft.node(from), place, 0, Optional.empty());
    }

    /** Whatever contains the task is open, a loop in the pass that the task is of. */
    private static Set<UUID> reopenAround(Task from, Map<UUID, Task> byId, Draft draft, Flow flow) {
        Set<UUID> opened = new HashSet<>();
        Task inner = from;
        while (inner.label().parentId().isPresent()) {
            Task container = byId.get(inner.label().parentId().get());
            Task open = container.reopened(flow.limit(draft.node(container)), draft.now());
            if (draft.node(container) instanceof Node.Loop) {
                open = flow.loops().backTo(open, inner.label().iteration());
            }
            draft.put(open);
            opened.add(container.id());
            inner = container;
        }
        return opened;
    }

    /** What was canceled or failed beside the task, in containers that are open again, would keep them from ending. */
    private static void retryTheCanceled(
            Map<UUID, Task> byId, Set<UUID> removed, Set<UUID> opened, Draft draft, Flow flow, Retries retries) {
        Map<UUID, Task> ended = new HashMap<>();
        for (Task task : byId.values()) {
            boolean failed = !task.open() && !task.retried() && !task.status().successful();
            // A failure that was tolerated keeps nothing from ending: the flow has gone past it.
            if (failed && !retries.passed(task) && !removed.contains(task.id()) && !opened.contains(task.id())) {
                ended.put(task.id(), task);
            }
        }
        List<Task> leaves = retries.leaves(ended);
        retries.open(ended, leaves);
        leaves.forEach(leaf -> flow.again(leaf, Duration.ZERO));
    }
}
