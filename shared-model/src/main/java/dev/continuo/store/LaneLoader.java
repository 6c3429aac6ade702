package dev.continuo.store;

import dev.continuo.decide.Command;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
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
        for (Command command : commands) {
            runs.add(command.runId());
            switch (command) {
                case Command.OfTask ofTask -> tasks.add(ofTask.taskId());
                case Command.Pause pause -> wholes.add(pause.runId());
                case Command.Resume resume -> wholes.add(resume.runId());
                case Command.Retry retry -> retries.add(retry.runId());
                case Command.Terminate terminate -> wholes.add(terminate.runId());
                case Command.RunDue due -> wholes.add(due.runId());
            }
        }
        List<Call> calls = new ArrayList<>(opening);
        calls.add(new Call(RunRows.LOCK, ids(runs)));
        int lockTasks = callIfAny(calls, TaskRows.LOCK, tasks);
        int lockOpen = callIfAny(calls, TaskRows.LOCK_OPEN, wholes);
        int ended = callIfAny(calls, TaskRows.SELECT_ENDED, retries);
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
            endedTasks(results.get(ended), batch);
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

    private static void endedTasks(RowSet<Row> rows, Batch batch) {
        Map<UUID, List<Task>> byRun = new HashMap<>();
        for (Row row : rows) {
            Task task = TaskRows.read(row);
            byRun.computeIfAbsent(task.label().runId(), id -> new ArrayList<>()).add(task);
        }
        byRun.forEach((runId, tasks) -> batch.state(runId).ifPresent(state -> state.endedTasks(tasks)));
    }

    private void loadMisses(Set<UUID> misses, Batch batch) {
        List<RowSet<Row>> loaded = connection.roundTrip(
                List.of(new Call(RunRows.SELECT, ids(misses)), new Call(TaskRows.SELECT_OPEN, ids(misses))));
        List<Run> runs = new ArrayList<>();
        loaded.get(0).forEach(row -> runs.add(RunRows.read(row)));
        Map<UUID, List<Task>> tasks = new HashMap<>();
        for (Row row : loaded.get(1)) {
            Task task = TaskRows.read(row);
            tasks.computeIfAbsent(task.label().runId(), id -> new ArrayList<>()).add(task);
        }
        Map<UUID, Plan> needed = plansOf(runs);
        loadLatest(runs, needed, tasks);
        for (Run run : runs) {
            Plan plan = needed.get(run.origin().revisionId());
            batch.loaded(RunState.of(run, plan.remembered(), tasks.getOrDefault(run.id(), List.of())), plan);
        }
    }

    /** The latest task of each remembered reference; a run whose every task is open has no other. */
    private void loadLatest(List<Run> runs, Map<UUID, Plan> needed, Map<UUID, List<Task>> tasks) {
        List<UUID> runIds = new ArrayList<>();
        List<String> refs = new ArrayList<>();
        for (Run run : runs) {
            List<Task> open = tasks.getOrDefault(run.id(), List.of());
            if (open.size() == run.nextSeq() - 1) {
                continue;
            }
            for (String ref : needed.get(run.origin().revisionId()).remembered()) {
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
