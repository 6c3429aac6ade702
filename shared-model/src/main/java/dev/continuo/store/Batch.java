package dev.continuo.store;

import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.LaneConnection.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private final List<LogEntry> logs = new ArrayList<>();
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
        accepted.inserted().forEach(task -> insert(task, plan, run));
        loaded(RunState.of(run, plan.remembered(), accepted.inserted()), plan);
        accept(pending, accepted);
    }

    void decided(Pending pending, Plan plan, RunState state, Outcome.Accepted accepted) {
        Run run = accepted.run();
        int was = state.run().version();
        runUpdates.merge(run.id(), new RunRows.Update(run, was), (first, next) -> new RunRows.Update(run, first.was()));
        accepted.inserted().forEach(task -> insert(task, plan, run));
        accepted.updated().forEach(task -> update(task, plan, state));
        state.apply(accepted);
        accept(pending, accepted);
    }

    private void accept(Pending pending, Outcome.Accepted accepted) {
        logs.addAll(accepted.logs());
        outcomes.add(accepted);
        answer(pending, new Reply.Done(accepted));
    }

    private void insert(Task task, Plan plan, Run run) {
        taskInserts.put(task.id(), new TaskRows.Insert(task, plan, run.origin().priority()));
    }

    private void update(Task task, Plan plan, RunState state) {
        TaskRows.Insert insert = taskInserts.get(task.id());
        if (insert != null) {
            taskInserts.put(task.id(), new TaskRows.Insert(task, plan, insert.priority()));
            return;
        }
        Optional<Task> before = state.known(task.id());
        TaskRows.Update earlier = taskUpdates.get(task.id());
        boolean input = before.map(known -> known.input() != task.input()).orElse(true);
        boolean output = before.map(known -> known.output() != task.output()).orElse(true);
        taskUpdates.put(
                task.id(),
                new TaskRows.Update(
                        task,
                        input || (earlier != null && earlier.input()),
                        output || (earlier != null && earlier.output())));
    }

    boolean nothingToWrite() {
        return runInserts.isEmpty() && runUpdates.isEmpty();
    }

    List<Call> writes(Duration defaultLease) {
        List<Call> calls = new ArrayList<>();
        if (!runInserts.isEmpty()) {
            calls.add(new Call(RunRows.INSERT, RunRows.insert(List.copyOf(runInserts.values()))));
        }
        if (!runUpdates.isEmpty()) {
            calls.add(new Call(RunRows.UPDATE, RunRows.update(List.copyOf(runUpdates.values()))));
        }
        if (!taskInserts.isEmpty()) {
            calls.add(new Call(TaskRows.INSERT, TaskRows.insert(List.copyOf(taskInserts.values()), defaultLease)));
        }
        if (!taskUpdates.isEmpty()) {
            calls.add(new Call(TaskRows.UPDATE, TaskRows.update(List.copyOf(taskUpdates.values()))));
        }
        if (!logs.isEmpty()) {
            calls.add(new Call(LogRows.INSERT, LogRows.insert(logs)));
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
