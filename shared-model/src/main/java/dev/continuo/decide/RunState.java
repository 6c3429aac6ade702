package dev.continuo.decide;

import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.model.Weight;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What a decision needs of a run: its open tasks and the latest task of each reference that the plan remembers. It does
 * not grow with the run's history (guarantee G8).
 *
 * <p>The decider only reads it. Its owner, one lane, brings it up to date with {@link #apply} once the outcome is
 * committed, and forgets it when the commit fails.
 */
public final class RunState {
    private final Set<String> ofPlan;
    private final Set<String> remembered;
    private final Map<UUID, Task> open = new LinkedHashMap<>();
    private final Map<String, Task> latest = new HashMap<>();
    private final Map<UUID, Integer> openChildren = new HashMap<>();
    private final NavigableMap<Integer, Fragment> fragments = new TreeMap<>();
    private final Map<Integer, Integer> openInPart = new HashMap<>();
    private final Map<UUID, Passes> passes = new HashMap<>();
    private Map<UUID, Task> ended = Map.of();
    private List<Task> every = List.of();
    private Run run;
    private long weight;

    public RunState(Run run, Set<String> remembered) {
        this.run = run;
        this.ofPlan = new HashSet<>(remembered);
        this.remembered = new HashSet<>(remembered);
        this.weight = ofRun(run);
    }

    private static long ofRun(Run run) {
        return 512 + Weight.of(run.origin().input());
    }

    /** The state as loaded: every open task, and of each remembered reference the latest task. */
    public static RunState of(Run run, Set<String> remembered, Collection<Task> tasks) {
        RunState state = new RunState(run, remembered);
        tasks.forEach(state::put);
        return state;
    }

    public Run run() {
        return run;
    }

    /** Tasks as loaded: see {@link #of}. */
    public void tasks(Collection<Task> tasks) {
        tasks.forEach(this::put);
    }

    public Collection<Task> open() {
        return open.values();
    }

    public Optional<Task> openTask(UUID id) {
        return Optional.ofNullable(open.get(id));
    }

    /** The task's node: in the plan, or in the fragment that the task belongs to. */
    public Node node(Plan plan, Task task) {
        return node(plan, task.label().part(), task.label().node());
    }

    Node node(Plan plan, int part, int index) {
        return part == 0 ? plan.node(index) : fragments.get(part).nodes().get(index);
    }

    Optional<Fragment> fragment(int part) {
        return Optional.ofNullable(fragments.get(part));
    }

    public void add(Fragment fragment) {
        fragments.put(fragment.part(), fragment);
        remembered.addAll(fragment.remembered());
    }

    /** How many fragments are at hand: those of open tasks, and of tasks that ended a moment ago. */
    int fragmentCount() {
        return fragments.size();
    }

    /** Whether a task of a fragment waits for tasks that are not inside of it. */
    boolean waitsAside() {
        return fragments.values().stream().anyMatch(Fragment::waitsAside);
    }

    /** The outputs of the passes that an open loop has completed. */
    Passes passes(UUID loop) {
        return passes.getOrDefault(loop, Passes.NONE);
    }

    public void pass(Outcome.Pass pass) {
        Passes before = passes(pass.loop());
        int keep = openTask(pass.loop()).map(Loops::kept).orElse(Integer.MAX_VALUE);
        Passes after = before.with(pass).last(keep);
        passes.put(pass.loop(), after);
        weight += after.weight() - before.weight();
    }

    private void forgetPasses(UUID loop) {
        Passes known = passes.remove(loop);
        weight -= known == null ? 0 : known.weight();
    }

    /** An open task, or one that was loaded for a retry. */
    public Optional<Task> known(UUID id) {
        Task task = open.get(id);
        return Optional.ofNullable(task == null ? ended.get(id) : task);
    }

    public Optional<Task> latest(String ref) {
        return Optional.ofNullable(latest.get(ref));
    }

    int openChildren(UUID parent) {
        return openChildren.getOrDefault(parent, 0);
    }

    /** The tasks that ended without success and were not tried again; there only for a {@link Command.Retry}. */
    Collection<Task> ended() {
        return ended.values();
    }

    public void endedTasks(Collection<Task> tasks) {
        Map<UUID, Task> byId = new LinkedHashMap<>();
        tasks.forEach(task -> byId.put(task.id(), task));
        ended = byId;
    }

    /** Every task of the run; there only for what looks at all that a run has done. */
    List<Task> every() {
        return every;
    }

    public void everyTask(Collection<Task> tasks) {
        every = tasks.stream()
                .sorted(Comparator.comparingInt(task -> task.label().seq()))
                .toList();
    }

    /** The state without some of its tasks, of all of which it knows. */
    RunState without(Run changed, Set<UUID> removed) {
        RunState rest = new RunState(changed, remembered);
        fragments.values().forEach(rest::add);
        for (Task task : every) {
            if (!removed.contains(task.id())) {
                rest.put(task);
            }
        }
        return rest;
    }

    /** The state under another plan, whose fragments are those of this one. */
    RunState under(Run changed, Set<String> otherRemembered) {
        RunState other = new RunState(changed, otherRemembered);
        fragments.values().forEach(other::add);
        every.forEach(other::put);
        other.passes.putAll(passes);
        return other;
    }

    Collection<Fragment> fragments() {
        return fragments.values();
    }

    /** Keeps the latest tasks of further references at hand: those that another plan of the run remembers. */
    public void remember(Set<String> refs) {
        ofPlan.addAll(refs);
        remembered.addAll(refs);
        every.forEach(this::put);
    }

    /** Takes over what the dispatch side has written to an open task since it was cached. */
    public void refresh(Task seen) {
        open.computeIfPresent(
                seen.id(),
                (id, task) -> task.refreshed(
                        seen.status(), seen.due(), seen.claim(), seen.times().startedAt()));
    }

    public void apply(Outcome.Accepted accepted) {
        if (accepted.removed().any()) {
            remove(accepted);
        }
        run = accepted.run();
        accepted.fragments().forEach(this::add);
        accepted.inserted().forEach(this::put);
        accepted.updated().forEach(this::put);
        accepted.passes().forEach(this::pass);
        accepted.updated().stream().filter(task -> !task.open()).forEach(task -> forgetPasses(task.id()));
        ended = Map.of();
        every = List.of();
        if (!fragments.isEmpty()) {
            forgetFragments(accepted);
        }
    }

    private void remove(Outcome.Accepted accepted) {
        open.clear();
        latest.clear();
        openChildren.clear();
        openInPart.clear();
        passes.clear();
        weight = ofRun(accepted.run());
        if (accepted.removed().all()) {
            fragments.clear();
            remembered.retainAll(ofPlan);
        } else {
            every.stream()
                    .filter(task -> !accepted.removed().ids().contains(task.id()))
                    .forEach(this::put);
        }
    }

    /** A loop may bring fragments in each of its passes: only those are kept of which a task is open or just ended. */
    private void forgetFragments(Outcome.Accepted accepted) {
        Set<Integer> needed = new HashSet<>(openInPart.keySet());
        accepted.inserted().forEach(task -> needed.add(task.label().part()));
        accepted.updated().forEach(task -> needed.add(task.label().part()));
        // An owner has a smaller number than what it brought.
        for (Fragment fragment : fragments.descendingMap().values()) {
            if (needed.contains(fragment.part())) {
                needed.add(fragment.ownerPart());
            }
        }
        if (fragments.keySet().retainAll(needed)) {
            remembered.retainAll(ofPlan);
            fragments.values().forEach(fragment -> remembered.addAll(fragment.remembered()));
            latest.entrySet().removeIf(entry -> {
                boolean forgotten = !remembered.contains(entry.getKey());
                weight -= forgotten ? weight(entry.getValue()) : 0;
                return forgotten;
            });
        }
    }

    /** About how many bytes of payload the state holds. */
    public long weight() {
        return weight;
    }

    private static long weight(Task task) {
        return task == null ? 0 : 512 + Weight.of(task.input()) + Weight.of(task.output());
    }

    private void countOpen(Task task, int one) {
        if (task != null && task.label().part() > 0) {
            openInPart.merge(task.label().part(), one, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    private void put(Task task) {
        Task before = task.open() ? open.put(task.id(), task) : open.remove(task.id());
        weight += (task.open() ? weight(task) : 0) - weight(before);
        boolean was = before != null;
        // A task that was computed has become one of its fragment while it was open.
        countOpen(before, -1);
        countOpen(task.open() ? task : null, 1);
        if (was != task.open()) {
            task.label()
                    .parentId()
                    .ifPresent(parent -> openChildren.merge(
                            parent, task.open() ? 1 : -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b)));
        }
        if (remembered.contains(task.label().ref())) {
            Task known = latest.get(task.label().ref());
            if (known == null || known.label().seq() <= task.label().seq()) {
                latest.put(task.label().ref(), task);
                weight += weight(task) - weight(known);
            }
        }
    }
}
