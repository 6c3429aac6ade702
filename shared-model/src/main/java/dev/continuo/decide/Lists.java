package dev.continuo.decide;

import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The lists of tasks that a plan is made of: its own, the branches of its forks and the bodies of its loops. The cases of
 * a SWITCH are part of the list that the SWITCH is in.
 */
final class Lists {
    private Lists() {}

    /** Nodes of the same list that the node leads to by itself, apart from what follows it. */
    static List<Integer> inner(Node node) {
        List<Integer> next = new ArrayList<>();
        switch (node) {
            case Node.Switch choice -> {
                choice.cases().values().forEach(first -> first.ifPresent(next::add));
                choice.otherwise().ifPresent(next::add);
            }
            case Node.Split split -> next.add(split.join());
            case Node.DynamicSplit split -> next.add(split.join());
            case Node.Work work -> {}
            case Node.Internal internal -> {}
            case Node.Human human -> {}
            case Node.Wait wait -> {}
            case Node.Compute compute -> {}
            case Node.SetVariables set -> {}
            case Node.Terminate terminate -> {}
            case Node.Noop noop -> {}
            case Node.Dynamic dynamic -> {}
            case Node.Fork fork -> {}
            case Node.Join join -> {}
            case Node.ExclusiveJoin join -> {}
            case Node.Loop loop -> {}
        }
        return next;
    }

    /** The node and whatever comes after it in its list. */
    static Set<Integer> from(Plan plan, int node) {
        Set<Integer> found = new HashSet<>();
        Deque<Integer> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            int index = next.poll();
            if (found.add(index)) {
                next.addAll(inner(plan.node(index)));
                if (plan.node(index).common().then() instanceof Successor.Next(int then)) {
                    next.add(then);
                }
            }
        }
        return found;
    }

    /** The node whose task is the parent of the list's tasks: a fork, a JOIN or a loop; empty for the plan's own list. */
    static OptionalInt container(Plan plan, int node) {
        for (int index : from(plan, node)) {
            switch (plan.node(index).common().then()) {
                case Successor.EndOfBranch(int fork) -> {
                    return OptionalInt.of(holder(plan, fork));
                }
                case Successor.EndOfPass(int loop) -> {
                    return OptionalInt.of(loop);
                }
                case Successor.Next next -> {}
                case Successor.EndOfRun end -> {}
                case Successor.EndOfFragment end -> {}
            }
        }
        return OptionalInt.empty();
    }

    /** A fork that is over at once leaves its branches to its JOIN. */
    private static int holder(Plan plan, int fork) {
        return plan.node(fork) instanceof Node.Split split ? split.join() : fork;
    }

    /** The nodes of the branch of that container which the node is in; empty when all the container holds is one list. */
    static Optional<Set<Integer>> branch(Plan plan, int container, int node) {
        return branches(plan, container).stream()
                .map(branch -> from(plan, branch.first()))
                .filter(list -> list.contains(node))
                .findFirst();
    }

    private static List<Node.Branch> branches(Plan plan, int container) {
        if (plan.node(container) instanceof Node.Fork fork) {
            return fork.branches();
        }
        return plan.nodes().stream()
                .filter(node -> node instanceof Node.Split split && split.join() == container)
                .map(node -> ((Node.Split) node).branches())
                .findFirst()
                .orElse(List.of());
    }
}
