package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.LaneConnection.Call;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What one transaction is going to write: the outcomes of many commands, merged so that each row is written once, by a
 * handful of set-based statements.
 */
final class Batch {
    /** Somebody to answer once the transaction is committed. */
    private record Answer(Pending to, Reply reply) {}

    /** A run as the batch has locked it. */
    record Loaded(RunState state, Plan plan) {}

    private final Map<UUID, Loaded> runs = new HashMap<>();
    private final Set<UUID> elsewhere = new HashSet<>();
    private final Map<UUID, RunRows.Insert> runInserts = new LinkedHashMap<>();
    private final Map<UUID, RunRows.Update> runUpdates = new LinkedHashMap<>();
    private final Map<UUID, TaskRows.Insert> taskInserts = new LinkedHashMap<>();
    private final Map<UUID, TaskRows.Update> taskUpdates = new LinkedHashMap<>();
    private final Map<UUID, Run> begunAgain = new LinkedHashMap<>();
    private final Set<UUID> removedRuns = new LinkedHashSet<>();
    private final Set<UUID> removedTasks = new LinkedHashSet<>();
    private final List<Fragments.Insert> fragments = new ArrayList<>();
    private final List<Outcome.Pass> passes = new ArrayList<>();
    private final List<Announced> announcements = new ArrayList<>();
    private final Set<UUID> closedLoops = new LinkedHashSet<>();
    private final List<LogEntry> logs = new ArrayList<>();
    private final Set<UUID> calledBackAgain = new LinkedHashSet<>();
    private final List<Outcome.Accepted> outcomes = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    void loaded(RunState state, Plan plan) {
        runs.put(state.run().id(), new Loaded(state, plan));
    }

    /** Another process holds the run at this moment. */
    void lockedElsewhere(UUID runId) {
        elsewhere.add(runId);
    }

    boolean isLockedElsewhere(UUID runId) {
        return elsewhere.contains(runId);
    }

    /** Whether this batch changes the run: what Postgres has of it is behind its state. */
    boolean hasDecided(UUID runId) {
        return runUpdates.containsKey(runId) || runInserts.containsKey(runId);
    }

    Optional<Loaded> run(UUID runId) {
        return Optional.ofNullable(runs.get(runId));
    }

    Optional<RunState> state(UUID runId) {
        return run(runId).map(Loaded::state);
    }

    Collection<Loaded> runs() {
        return runs.values();
    }

    void answer(Pending pending, Reply reply) {
        answers.add(new Answer(pending, reply));
    }

    void started(Pending.ToStart pending, Outcome.Accepted accepted) {
        Run run = accepted.run();
        runInserts.put(run.id(), new RunRows.Insert(run, pending.run()));
        Plan plan = pending.run().plan();
        RunState state = new RunState(run, plan.remembered());
        state.apply(accepted);
        accepted.inserted().forEach(task -> insert(task, plan, state));
        loaded(state, plan);
        accept(pending, accepted);
    }

    void decided(Pending pending, Plan plan, RunState state, Outcome.Accepted accepted) {
        Run run = accepted.run();
        Run before = state.run();
        runUpdates.merge(
                run.id(),
                new RunRows.Update(
                        run, before.version(), before.variables() != run.variables(), before.notes() != run.notes()),
                (first, next) -> new RunRows.Update(
                        run, first.was(), first.variables() || next.variables(), first.notes() || next.notes()));
        if (before.origin() != run.origin()) {
            begunAgain.put(run.id(), run);
        }
        if (before.status().terminal()
                && !before.times().endedAt().equals(run.times().endedAt())
                && AgentTasks.callsBack(run)) {
            calledBackAgain.add(run.id());
        }
        Map<UUID, Task> known = new HashMap<>();
        for (Task task : accepted.updated()) {
            if (!task.open() && state.node(plan, task) instanceof Node.Loop loop && loop.kept() == Node.Loop.Kept.ALL) {
                closedLoops.add(task.id());
                passes.removeIf(pass -> pass.loop().equals(task.id()));
            }
            state.known(task.id()).ifPresent(was -> known.put(task.id(), was));
        }
        remove(run.id(), accepted.removed());
        state.apply(accepted);
        loaded(state, plan);
        accepted.inserted().forEach(task -> insert(task, plan, state));
        accepted.updated().forEach(task -> update(task, plan, state, Optional.ofNullable(known.get(task.id()))));
        accept(pending, accepted);
    }

    private void remove(UUID runId, Outcome.Removal removal) {
        if (removal.all()) {
            taskInserts.values().removeIf(row -> row.task().label().runId().equals(runId));
            taskUpdates.values().removeIf(row -> row.task().label().runId().equals(runId));
            removedRuns.add(runId);
        }
        for (UUID id : removal.ids()) {
            taskInserts.remove(id);
            taskUpdates.remove(id);
            removedTasks.add(id);
        }
    }

    private void accept(Pending pending, Outcome.Accepted accepted) {
        logs.addAll(accepted.logs());
        accepted.fragments()
                .forEach(fragment ->
                        fragments.add(new Fragments.Insert(accepted.run().id(), fragment)));
        passes.addAll(accepted.passes());
        for (Outcome.Effect effect : accepted.effects()) {
            if (effect instanceof Outcome.Effect.Announce announce) {
                announcements.add(announced(accepted.run(), announce));
            }
        }
        outcomes.add(accepted);
        answer(pending, new Reply.Done(accepted));
    }

    private static Announced announced(Run run, Outcome.Effect.Announce announce) {
        return new Announced(
                announce.id(),
                run.id(),
                announce.taskId(),
                run.origin().namespace(),
                announce.event(),
                announce.payload());
    }

    private void insert(Task task, Plan plan, RunState state) {
        Node node = state.node(plan, task);
        taskInserts.put(
                task.id(),
                new TaskRows.Insert(
                        stored(task, node), node, state.run().origin().priority()));
    }

    private void update(Task task, Plan plan, RunState state, Optional<Task> before) {
        if (taskInserts.containsKey(task.id())) {
            insert(task, plan, state);
            return;
        }
        TaskRows.Update earlier = taskUpdates.get(task.id());
        boolean input = before.map(known -> known.input() != task.input()).orElse(true);
        boolean output = before.map(known -> known.output() != task.output()).orElse(true);
        boolean label = before.map(
                        known -> !known.label().type().equals(task.label().type()))
                .orElse(true);
        boolean notes = before.map(
                        known -> known.extra().notes() != task.extra().notes())
                .orElse(true);
        taskUpdates.put(
                task.id(),
                new TaskRows.Update(
                        stored(task, state.node(plan, task)),
                        input || (earlier != null && earlier.input()),
                        output || (earlier != null && earlier.output()),
                        label || (earlier != null && earlier.label()),
                        notes || (earlier != null && earlier.notes())));
    }

    /** What an open loop's passes came to is in rows of its own. */
    private static Task stored(Task task, Node node) {
        boolean partial = task.open() && node instanceof Node.Loop loop && loop.kept() == Node.Loop.Kept.ALL;
        return partial && task.output() instanceof ObjectNode output
                ? task.withOutput(LoopPasses.without(output), task.times().updatedAt())
                : task;
    }

    boolean nothingToWrite() {
        return runInserts.isEmpty() && runUpdates.isEmpty();
    }

    List<Call> writes(Duration defaultLease) {
        List<Call> calls = new ArrayList<>();
        if (!runInserts.isEmpty()) {
            calls.add(new Call(RunRows.INSERT, RunRows.insert(List.copyOf(runInserts.values()))));
        }
        removedRuns.forEach(id -> calls.add(new Call(TaskRows.REMOVE_ALL, Tuple.of(id))));
        if (!removedTasks.isEmpty()) {
            Tuple ids = Tuple.tuple().addArrayOfUUID(removedTasks.toArray(UUID[]::new));
            calls.add(new Call(TaskRows.REMOVE, ids));
        }
        begunAgain.values().forEach(run -> calls.add(new Call(RunRows.BEGIN_AGAIN, RunRows.beginAgain(run))));
        if (!runUpdates.isEmpty()) {
            calls.add(new Call(RunRows.UPDATE, RunRows.update(List.copyOf(runUpdates.values()))));
        }
        if (!taskInserts.isEmpty()) {
            calls.add(new Call(TaskRows.INSERT, TaskRows.insert(List.copyOf(taskInserts.values()), defaultLease)));
        }
        if (!taskUpdates.isEmpty()) {
            calls.add(new Call(TaskRows.UPDATE, TaskRows.update(List.copyOf(taskUpdates.values()))));
        }
        if (!fragments.isEmpty()) {
            calls.add(new Call(Fragments.INSERT, Fragments.insert(fragments)));
        }
        if (!closedLoops.isEmpty()) {
            Tuple ids = Tuple.tuple().addArrayOfUUID(closedLoops.toArray(UUID[]::new));
            calls.add(new Call(LoopPasses.DELETE, ids));
        }
        if (!passes.isEmpty()) {
            calls.add(new Call(LoopPasses.INSERT, LoopPasses.insert(passes)));
        }
        if (!announcements.isEmpty()) {
            calls.add(new Call(Announcements.INSERT, Announcements.insert(announcements)));
        }
        if (!logs.isEmpty()) {
            calls.add(new Call(LogRows.INSERT, LogRows.insert(logs)));
        }
        if (!calledBackAgain.isEmpty()) {
            Tuple ids = Tuple.tuple().addArrayOfUUID(calledBackAgain.toArray(UUID[]::new));
            calls.add(new Call(Webhooks.REOPEN, ids));
        }
        return calls;
    }

    List<Outcome.Accepted> outcomes() {
        return outcomes;
    }

    /** Tells everybody; to be called when the transaction is committed. */
    void reply() {
        answers.forEach(answer -> answer.to().promise().tryComplete(answer.reply()));
    }
}
