package dev.continuo.decide;

import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A decision in the making: the state as it was, overlaid with what has been decided so far. */
final class Draft {
    private final Plan plan;
    private final RunState base;
    private final Moment moment;
    private final Map<UUID, Task> inserted = new LinkedHashMap<>();
    private final Map<UUID, Task> updated = new LinkedHashMap<>();
    private final Map<String, Task> latest = new HashMap<>();
    private final Map<UUID, Integer> childrenDelta = new HashMap<>();
    private final List<LogEntry> logs = new ArrayList<>();
    private final List<Effect> effects = new ArrayList<>();
    private final Map<Integer, Fragment> fragments = new LinkedHashMap<>();
    private final List<Outcome.Pass> passes = new ArrayList<>();
    private final Map<UUID, Passes> grown = new HashMap<>();
    private Outcome.Removal removal = Outcome.Removal.NONE;
    private Run run;
    private int nextSeq;

    Draft(Plan plan, RunState base, Moment moment) {
        this.plan = plan;
        this.base = base;
        this.moment = moment;
        this.run = base.run();
        this.nextSeq = run.nextSeq();
    }

    Instant now() {
        return moment.now();
    }

    Moment moment() {
        return moment;
    }

    Run run() {
        return run;
    }

    void run(Run changed) {
        run = changed;
    }

    int takeSeq() {
        return nextSeq++;
    }

    Plan plan() {
        return plan;
    }

    Node node(Task task) {
        return node(task.label().part(), task.label().node());
    }

    Node node(int part, int index) {
        Fragment mine = fragments.get(part);
        return mine == null ? base.node(plan, part, index) : mine.nodes().get(index);
    }

    Fragment fragment(int part) {
        Fragment mine = fragments.get(part);
        return mine == null ? base.fragment(part).orElseThrow() : mine;
    }

    void fragment(Fragment fragment) {
        fragments.put(fragment.part(), fragment);
    }

    Passes passes(UUID loop) {
        Passes mine = grown.get(loop);
        return mine == null ? base.passes(loop) : mine;
    }

    void pass(Outcome.Pass pass) {
        grown.put(pass.loop(), passes(pass.loop()).with(pass));
        passes.add(pass);
    }

    /** Whether a task may wait for tasks that are not inside of it. */
    boolean waitsAside() {
        return plan.traits().exclusive()
                || base.waitsAside()
                || fragments.values().stream().anyMatch(Fragment::waitsAside);
    }

    /** Empty for a task that has ended, of a fragment that is not at hand any more. */
    Optional<Node> knownNode(Task task) {
        int part = task.label().part();
        return part == 0 || fragments.containsKey(part) || base.fragment(part).isPresent()
                ? Optional.of(node(task))
                : Optional.empty();
    }

    Optional<Task> openTask(UUID id) {
        Task mine = mine(id);
        if (mine != null) {
            return mine.open() ? Optional.of(mine) : Optional.empty();
        }
        return base.openTask(id);
    }

    /**
     * Those of the state and of this draft, reopened ones included, in the order in which they came to be: a decision
     * must not depend on how the state was loaded.
     */
    List<Task> openTasks() {
        List<Task> open = new ArrayList<>();
        for (Task task : base.open()) {
            Task mine = mine(task.id());
            if (mine == null) {
                open.add(task);
            } else if (mine.open()) {
                open.add(mine);
            }
        }
        updated.values().stream()
                .filter(task -> task.open() && base.openTask(task.id()).isEmpty())
                .forEach(open::add);
        inserted.values().stream().filter(Task::open).forEach(open::add);
        open.sort(Comparator.comparingInt(task -> task.label().seq()));
        return open;
    }

    Optional<Task> latest(String ref) {
        Task mine = latest.get(ref);
        return mine == null ? base.latest(ref) : Optional.of(mine);
    }

    int openChildren(UUID parent) {
        return base.openChildren(parent) + childrenDelta.getOrDefault(parent, 0);
    }

    /** Writes a task of this draft or of the state; a new one is inserted, whatever happens to it afterwards. */
    void put(Task task) {
        Optional<Task> before = openTask(task.id());
        boolean known = before.isPresent() || mine(task.id()) != null;
        if (inserted.containsKey(task.id()) || (!known && task.label().seq() >= run.nextSeq())) {
            inserted.put(task.id(), task);
        } else {
            updated.put(task.id(), task);
        }
        if (before.isPresent() != task.open()) {
            int delta = task.open() ? 1 : -1;
            task.label().parentId().ifPresent(parent -> childrenDelta.merge(parent, delta, Integer::sum));
        }
        latest(task.label().ref())
                .filter(other -> other.label().seq() > task.label().seq())
                .ifPresentOrElse(newer -> {}, () -> latest.put(task.label().ref(), task));
    }

    void log(UUID taskId, LogEntry.Level level, String message) {
        logs.add(new LogEntry(taskId, now(), level, message));
    }

    void logs(List<LogEntry> lines) {
        logs.addAll(lines);
    }

    void removed(Outcome.Removal removed) {
        removal = removed;
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    private void announce() {
        inserted.replaceAll((id, task) -> started(task));
        updated.replaceAll((id, task) -> started(task));
        Announcements announcements = new Announcements(this);
        inserted.values().forEach(task -> effects.addAll(announcements.of(Optional.empty(), task)));
        // One of which the state knew nothing had ended before, and whatever it announced then stands.
        updated.values().forEach(task -> base.known(task.id())
                .ifPresent(before -> effects.addAll(announcements.of(Optional.of(before), task))));
    }

    private Task started(Task task) {
        boolean tells = plan.traits().stateEvents().containsKey(task.label().ref())
                && task.times().startedAt().isPresent()
                && !Notes.startTold(task);
        return tells ? Notes.withStartTold(task) : task;
    }

    Outcome.Accepted accepted() {
        if (!plan.traits().stateEvents().isEmpty()) {
            announce();
        }
        return new Outcome.Accepted(
                run.advanced(nextSeq, now()),
                List.copyOf(inserted.values()),
                List.copyOf(updated.values()),
                List.copyOf(logs),
                List.copyOf(effects),
                List.copyOf(fragments.values()),
                // The output of a loop that is over tells about them.
                passes.stream()
                        .filter(pass -> openTask(pass.loop()).isPresent())
                        .toList(),
                removal);
    }

    private Task mine(UUID id) {
        Task task = inserted.get(id);
        return task == null ? updated.get(id) : task;
    }
}
