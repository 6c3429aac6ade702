package dev.continuo.store;

import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Plan;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.LaneConnection.Call;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Locks the runs that a batch of commands is about and brings their states up to date: from the cache where the locked
 * version is the cached one, from Postgres otherwise.
 */
final class LaneLoader {
    private final LaneConnection connection;
    private final RunCache cache;
    private final Plans plans;
    private final DbClock clock;

    LaneLoader(LaneConnection connection, RunCache cache, Plans plans, DbClock clock) {
        this.connection = connection;
        this.cache = cache;
        this.plans = plans;
        this.clock = clock;
    }

    /** The first round trip of the transaction locks; further ones happen only for what the cache does not have. */
    void load(List<Call> opening, List<Command> commands, Batch batch) {
        Set<UUID> runs = new TreeSet<>();
        Set<UUID> tasks = new TreeSet<>();
        Set<UUID> wholes = new TreeSet<>();
        Set<UUID> retries = new TreeSet<>();
        Set<UUID> every = new TreeSet<>();
        for (Command command : commands) {
            runs.add(command.runId());
            switch (command) {
                case Command.OfTask ofTask -> tasks.add(ofTask.taskId());
                case Command.Pause pause -> wholes.add(pause.runId());
                case Command.Resume resume -> wholes.add(resume.runId());
                case Command.Retry retry -> retries.add(retry.runId());
                case Command.Terminate terminate -> wholes.add(terminate.runId());
                case Command.RunDue due -> wholes.add(due.runId());
                case Command.ChildReopened reopened -> {
                    retries.add(reopened.runId());
                    every.add(reopened.runId());
                }
                case Command.Rerun rerun -> every.add(rerun.runId());
                case Command.Begin begin -> {}
                case Command.Restart restart -> {}
                case Command.Skip skip -> every.add(skip.runId());
                case Command.SetVariables set -> {}
                case Command.ResetCallbacks reset -> wholes.add(reset.runId());
                case Command.Jump jump -> wholes.add(jump.runId());
                case Command.Upgrade upgrade -> {
                    wholes.add(upgrade.runId());
                    every.add(upgrade.runId());
                }
                case Command.FollowedUp followedUp -> {}
            }
        }
        List<Call> calls = new ArrayList<>(opening);
        calls.add(new Call(RunRows.LOCK, ids(runs)));
        int lockTasks = callIfAny(calls, TaskRows.LOCK, tasks);
        int lockOpen = callIfAny(calls, TaskRows.LOCK_OPEN, wholes);
        int ended = callIfAny(calls, TaskRows.SELECT_ENDED, retries);
        int all = callIfAny(calls, TaskRows.SELECT_EVERY, every);
        List<RowSet<Row>> results = connection.roundTrip(calls);

        Map<UUID, Integer> versions = versions(results.get(opening.size()));
        Set<UUID> misses = new TreeSet<>();
        versions.forEach((runId, version) -> cache.get(runId)
                .filter(cached -> cached.state().run().version() == version)
                .ifPresentOrElse(cached -> batch.loaded(cached.state(), cached.plan()), () -> misses.add(runId)));
        runs.removeAll(versions.keySet());
        if (!runs.isEmpty()) {
            // Not locked: either there is no such run, or another process has it.
            connection
                    .roundTrip(List.of(new Call(RunRows.EXIST, ids(runs))))
                    .get(0)
                    .forEach(row -> batch.lockedElsewhere(row.getUUID("id")));
        }
        if (!misses.isEmpty()) {
            loadMisses(misses, batch);
        }
        refresh(results, lockTasks, batch);
        refresh(results, lockOpen, batch);
        if (ended >= 0) {
            byRun(results.get(ended))
                    .forEach((runId, of) -> batch.state(runId).ifPresent(state -> state.endedTasks(of)));
        }
        if (all >= 0) {
            byRun(results.get(all)).forEach((runId, of) -> batch.state(runId).ifPresent(state -> state.everyTask(of)));
        }
        Set<UUID> past = new TreeSet<>(retries);
        past.addAll(every);
        if (!past.isEmpty()) {
            loadFragments(past, batch);
        }
    }

    /** Whether the command goes by tasks that have ended, which no state has at hand. */
    static boolean readsThePast(Command command) {
        return command instanceof Command.Retry
                || command instanceof Command.ChildReopened
                || command instanceof Command.Rerun
                || command instanceof Command.Skip
                || command instanceof Command.Upgrade;
    }

    /** What ended tasks belong to is not at hand: only the open ones' fragments are kept. */
    private void loadFragments(Set<UUID> runs, Batch batch) {
        for (UUID runId : runs) {
            batch.run(runId)
                    .filter(run -> run.plan().traits().dynamics() != Dynamics.NONE)
                    .ifPresent(run -> {
                        List<Row> rows = new ArrayList<>();
                        connection
                                .roundTrip(List.of(new Call(Fragments.SELECT, ids(Set.of(runId)))))
                                .get(0)
                                .forEach(rows::add);
                        Fragments.read(run.plan(), rows).forEach(run.state()::add);
                    });
        }
    }

    private static int callIfAny(List<Call> calls, String sql, Set<UUID> ids) {
        if (ids.isEmpty()) {
            return -1;
        }
        calls.add(new Call(sql, ids(ids)));
        return calls.size() - 1;
    }

    private static Tuple ids(Set<UUID> ids) {
        return Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new));
    }

    private Map<UUID, Integer> versions(RowSet<Row> locked) {
        Map<UUID, Integer> versions = new HashMap<>();
        for (Row row : locked) {
            versions.put(row.getUUID("id"), row.getInteger("version"));
            clock.read(row.getOffsetDateTime("now"));
        }
        return versions;
    }

    private void refresh(List<RowSet<Row>> results, int index, Batch batch) {
        if (index < 0) {
            return;
        }
        for (Row row : results.get(index)) {
            Task task = TaskRows.read(row);
            batch.state(task.label().runId()).ifPresent(state -> state.refresh(task));
        }
    }

    private static Map<UUID, List<Task>> byRun(RowSet<Row> rows) {
        Map<UUID, List<Task>> byRun = new HashMap<>();
        for (Row row : rows) {
            Task task = TaskRows.read(row);
            byRun.computeIfAbsent(task.label().runId(), id -> new ArrayList<>()).add(task);
        }
        return byRun;
    }

    private void loadMisses(Set<UUID> misses, Batch batch) {
        List<RowSet<Row>> loaded = connection.roundTrip(
                List.of(new Call(RunRows.SELECT, ids(misses)), new Call(TaskRows.SELECT_OPEN, ids(misses))));
        List<Run> runs = new ArrayList<>();
        loaded.get(0).forEach(row -> runs.add(RunRows.read(row)));
        Map<UUID, List<Task>> tasks = byRun(loaded.get(1));
        Map<UUID, Plan> needed = plansOf(runs);
        Map<UUID, List<Fragment>> fragments = fragments(runs, needed, tasks);
        loadLatest(runs, needed, fragments, tasks);
        List<Outcome.Pass> passes = passes(runs, needed, tasks);
        for (Run run : runs) {
            Plan plan = needed.get(run.origin().revisionId());
            RunState state = new RunState(run, plan.remembered());
            fragments.getOrDefault(run.id(), List.of()).forEach(state::add);
            state.tasks(tasks.getOrDefault(run.id(), List.of()));
            passes.stream()
                    .filter(pass -> state.openTask(pass.loop()).isPresent())
                    .forEach(state::pass);
            batch.loaded(state, plan);
        }
    }

    /** Those of open tasks: a loop may have brought many more in the passes that are over. */
    private Map<UUID, List<Fragment>> fragments(List<Run> runs, Map<UUID, Plan> needed, Map<UUID, List<Task>> tasks) {
        List<UUID> runIds = new ArrayList<>();
        List<Integer> parts = new ArrayList<>();
        for (Run run : runs) {
            tasks.getOrDefault(run.id(), List.of()).stream()
                    .map(task -> task.label().part())
                    .filter(part -> part > 0)
                    .distinct()
                    .forEach(part -> {
                        runIds.add(run.id());
                        parts.add(part);
                    });
        }
        if (parts.isEmpty()) {
            return Map.of();
        }
        Tuple wanted = Tuple.tuple()
                .addArrayOfUUID(runIds.toArray(UUID[]::new))
                .addArrayOfInteger(parts.toArray(Integer[]::new));
        Map<UUID, List<Row>> rows = new HashMap<>();
        connection
                .roundTrip(List.of(new Call(Fragments.SELECT_PARTS, wanted)))
                .get(0)
                .forEach(row -> rows.computeIfAbsent(row.getUUID("run_id"), id -> new ArrayList<>())
                        .add(row));
        Map<UUID, List<Fragment>> found = new HashMap<>();
        for (Run run : runs) {
            if (rows.containsKey(run.id())) {
                found.put(run.id(), Fragments.read(needed.get(run.origin().revisionId()), rows.get(run.id())));
            }
        }
        return found;
    }

    /** Of open loops that keep all their passes. */
    private List<Outcome.Pass> passes(List<Run> runs, Map<UUID, Plan> needed, Map<UUID, List<Task>> tasks) {
        Set<UUID> loops = new TreeSet<>();
        for (Run run : runs) {
            if (needed.get(run.origin().revisionId()).dialect() == Dialect.CONDUCTOR) {
                tasks.getOrDefault(run.id(), List.of()).stream()
                        .filter(task -> task.label().type().equals("DO_WHILE"))
                        .forEach(task -> loops.add(task.id()));
            }
        }
        List<Outcome.Pass> passes = new ArrayList<>();
        if (!loops.isEmpty()) {
            connection
                    .roundTrip(List.of(new Call(LoopPasses.SELECT, ids(loops))))
                    .get(0)
                    .forEach(row -> passes.add(LoopPasses.read(row)));
        }
        return passes;
    }

    /** The latest task of each remembered reference; a run whose every task is open has no other. */
    private void loadLatest(
            List<Run> runs, Map<UUID, Plan> needed, Map<UUID, List<Fragment>> fragments, Map<UUID, List<Task>> tasks) {
        List<UUID> runIds = new ArrayList<>();
        List<String> refs = new ArrayList<>();
        for (Run run : runs) {
            List<Task> open = tasks.getOrDefault(run.id(), List.of());
            if (open.size() == run.nextSeq() - 1) {
                continue;
            }
            Set<String> remembered =
                    new TreeSet<>(needed.get(run.origin().revisionId()).remembered());
            fragments.getOrDefault(run.id(), List.of()).forEach(fragment -> remembered.addAll(fragment.remembered()));
            for (String ref : remembered) {
                runIds.add(run.id());
                refs.add(ref);
            }
        }
        if (runIds.isEmpty()) {
            return;
        }
        Tuple wanted =
                Tuple.tuple().addArrayOfUUID(runIds.toArray(UUID[]::new)).addArrayOfString(refs.toArray(String[]::new));
        for (Row row : connection
                .roundTrip(List.of(new Call(TaskRows.SELECT_LATEST, wanted)))
                .get(0)) {
            Task task = TaskRows.read(row);
            List<Task> known = tasks.computeIfAbsent(task.label().runId(), id -> new ArrayList<>());
            if (known.stream().noneMatch(other -> other.id().equals(task.id()))) {
                known.add(task);
            }
        }
    }

    private Map<UUID, Plan> plansOf(List<Run> runs) {
        Map<UUID, Plan> found = new HashMap<>();
        Set<UUID> missing = new HashSet<>();
        for (Run run : runs) {
            Optional<Plan> cached = plans.cached(run.origin().revisionId());
            cached.ifPresentOrElse(
                    plan -> found.put(plan.revisionId(), plan),
                    () -> missing.add(run.origin().revisionId()));
        }
        if (!missing.isEmpty()) {
            for (Row row : connection
                    .roundTrip(List.of(new Call(Plans.SELECT, ids(missing))))
                    .get(0)) {
                Plan plan = plans.compiled(row);
                found.put(plan.revisionId(), plan);
            }
        }
        return found;
    }
}
