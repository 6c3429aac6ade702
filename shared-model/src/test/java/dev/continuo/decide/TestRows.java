package dev.continuo.decide;

import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The tables that a run has rows in. */
final class TestRows {
    private final Map<UUID, Task> tasks = new LinkedHashMap<>();
    private final Map<Integer, Fragment> fragments = new TreeMap<>();
    private final Map<UUID, Map<Integer, Outcome.Pass>> passes = new LinkedHashMap<>();

    Collection<Task> all() {
        return tasks.values();
    }

    /** What the dispatch side writes. */
    void write(Task task) {
        tasks.put(task.id(), task);
    }

    void remember(Outcome.Accepted accepted) {
        if (accepted.removed().all()) {
            tasks.clear();
            fragments.clear();
            passes.clear();
        }
        accepted.removed().ids().forEach(id -> {
            tasks.remove(id);
            passes.remove(id);
        });
        accepted.inserted().forEach(task -> tasks.put(task.id(), task));
        accepted.updated().forEach(task -> tasks.merge(task.id(), task, TestRows::written));
        accepted.updated().stream().filter(task -> !task.open()).forEach(task -> passes.remove(task.id()));
        accepted.fragments().forEach(fragment -> fragments.put(fragment.part(), fragment));
        accepted.passes().forEach(pass -> passes.computeIfAbsent(pass.loop(), loop -> new TreeMap<>())
                .put(pass.number(), pass));
    }

    /** An update takes nothing back of what the dispatch side has written meanwhile. */
    private static Task written(Task row, Task update) {
        Task.Claim claim = new Task.Claim(
                Math.max(row.claim().fence(), update.claim().fence()),
                row.claim().deliveries(),
                row.claim().workerId(),
                update.claim().deadline());
        Optional<Instant> startedAt = update.times().startedAt().or(row.times()::startedAt);
        return update.refreshed(update.status(), update.due(), claim, startedAt);
    }

    List<Task> ended() {
        return tasks.values().stream()
                .filter(task ->
                        !task.open() && !task.retried() && !task.status().successful())
                .toList();
    }

    /** The state as a lane loads it: the open tasks, and the latest task of each remembered reference. */
    RunState loaded(Run run, Plan plan) {
        Map<UUID, Task> loaded = new LinkedHashMap<>();
        List<Task> newestFirst = new ArrayList<>(tasks.values());
        Collections.reverse(newestFirst);
        newestFirst.stream().filter(Task::open).forEach(task -> loaded.put(task.id(), task));
        boolean brought = loaded.values().stream().anyMatch(task -> task.label().part() > 0);
        List<Fragment> needed = brought ? compiled(plan) : List.of();
        Set<String> remembered = new HashSet<>(plan.remembered());
        needed.forEach(fragment -> remembered.addAll(fragment.remembered()));
        for (String ref : remembered) {
            newestFirst.stream()
                    .filter(task -> task.label().ref().equals(ref))
                    .max((a, b) -> Integer.compare(a.label().seq(), b.label().seq()))
                    .ifPresent(task -> loaded.put(task.id(), task));
        }
        RunState state = new RunState(run, plan.remembered());
        needed.forEach(state::add);
        state.tasks(loaded.values());
        passes.forEach((loop, known) -> {
            if (state.openTask(loop).isPresent()) {
                known.values().forEach(state::pass);
            }
        });
        return state;
    }

    /** The fragments, made anew of what is stored of them. */
    List<Fragment> compiled(Plan plan) {
        Map<Integer, Fragment> byPart = new TreeMap<>();
        for (Fragment stored : fragments.values()) {
            Node owner = stored.ownerPart() == 0
                    ? plan.node(stored.ownerNode())
                    : byPart.get(stored.ownerPart()).nodes().get(stored.ownerNode());
            Dynamics.Compiled compiled = plan.traits().dynamics().compile(owner, stored.document());
            byPart.put(
                    stored.part(),
                    new Fragment(
                            stored.part(),
                            stored.ownerPart(),
                            stored.ownerNode(),
                            compiled.nodes(),
                            compiled.branches(),
                            compiled.remembered(),
                            stored.document()));
        }
        return List.copyOf(byPart.values());
    }
}
