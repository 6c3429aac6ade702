package dev.continuo.decide;

import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.model.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a run did because of one of its tasks: what came after it in its own list, what came after each container around
 * it, later passes of the loops around it, and everything within those. Branches beside it are no consequence of it.
 */
final class Downstream {
    private final Plan plan;
    private final RunState state;
    private final Map<UUID, Task> byId;

    Downstream(Plan plan, RunState state, Map<UUID, Task> byId) {
        this.plan = plan;
        this.state = state;
        this.byId = byId;
    }

    private record Spot(int part, int node) {}

    Set<UUID> of(Task from, boolean itself) {
        Set<UUID> removed = new HashSet<>();
        Task inner = from;
        boolean included = itself;
        while (true) {
            addFollowing(inner, included, removed);
            Optional<UUID> parent = inner.label().parentId();
            if (parent.isEmpty()) {
                break;
            }
            Task container = byId.get(parent.get());
            if (state.node(plan, container) instanceof Node.Loop) {
                addLaterPasses(container, inner.label().iteration(), removed);
            }
            inner = container;
            included = false;
        }
        addContents(removed);
        return removed;
    }

    private void addFollowing(Task task, boolean itself, Set<UUID> removed) {
        Set<Spot> after = after(task);
        for (Task other : byId.values()) {
            boolean beside = other.label().parentId().equals(task.label().parentId())
                    && other.label().suffix().equals(task.label().suffix());
            if (!beside
                    || other.label().seq() < task.label().seq()
                    || other.id().equals(task.id())) {
                continue;
            }
            // A further attempt of what is done again, or of what is open again, is none any more.
            if (after.contains(spot(other))
                    || other.label().ref().equals(task.label().ref())) {
                removed.add(other.id());
            }
        }
        if (itself) {
            removed.add(task.id());
        }
    }

    /** A task that was computed, and each further attempt of it, stands where its owner stands. */
    private Spot spot(Task task) {
        Spot own = new Spot(task.label().part(), task.label().node());
        return state.node(plan, task).common().then() instanceof Successor.EndOfFragment ? owner(state, task) : own;
    }

    private static Spot owner(RunState state, Task task) {
        Fragment fragment = state.fragment(task.label().part()).orElseThrow();
        return new Spot(fragment.ownerPart(), fragment.ownerNode());
    }

    private void addLaterPasses(Task loop, int pass, Set<UUID> removed) {
        for (Task task : byId.values()) {
            if (task.label().parentId().equals(Optional.of(loop.id()))
                    && task.label().iteration() > pass) {
                removed.add(task.id());
            }
        }
    }

    private void addContents(Set<UUID> removed) {
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Task task : byId.values()) {
                if (task.label().parentId().filter(removed::contains).isPresent() && removed.add(task.id())) {
                    grew = true;
                }
            }
        }
    }

    /** The nodes of the same list that can be reached from the task's, and those of the branches between them. */
    private Set<Spot> after(Task task) {
        Set<Spot> found = new HashSet<>();
        Deque<Spot> next = new ArrayDeque<>(successors(spot(task)));
        while (!next.isEmpty()) {
            Spot spot = next.poll();
            if (found.add(spot)) {
                next.addAll(successors(spot));
            }
        }
        return found;
    }

    private List<Spot> successors(Spot spot) {
        Node node = state.node(plan, spot.part(), spot.node());
        List<Spot> next = new ArrayList<>();
        Lists.inner(node).forEach(inner -> next.add(new Spot(spot.part(), inner)));
        switch (node.common().then()) {
            case Successor.Next(int index) -> next.add(new Spot(spot.part(), index));
            case Successor.EndOfFragment end -> {
                Fragment fragment = state.fragment(spot.part()).orElseThrow();
                next.addAll(successors(new Spot(fragment.ownerPart(), fragment.ownerNode())));
            }
            case Successor.EndOfBranch end -> {}
            case Successor.EndOfPass end -> {}
            case Successor.EndOfRun end -> {}
        }
        return next;
    }
}
