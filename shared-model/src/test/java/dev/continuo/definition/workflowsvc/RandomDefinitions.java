package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Random valid definitions of the types that {@link dev.continuo.definition.TestTypes} knows: any nesting that is allowed,
 * empty cases and branches, references to whatever may be referred to. They shrink by their shape.
 *
 * <ul>
 *   <li>Tasks are named {@code t0}, {@code t1}, … in the order of execution, containers first.
 *   <li>A SWITCH has some of the cases {@code a}, {@code b}, {@code defaultCase}; its value is a literal {@code a},
 *       {@code b} or {@code c}, or the run's input {@code choice}.
 *   <li>A DO_WHILE makes one to three passes ({@code $.t.iteration < $.passes}).
 *   <li>Worker tasks are SCRIPT_EXECUTION with few retries and no delay; some are USER_INPUT with the optional field
 *       {@code answer}; some have a time limit, and so have some FORK_JOIN and DO_WHILE.
 * </ul>
 */
public final class RandomDefinitions {
    private static final int MAX_DEPTH = 3;
    private static final List<String> CASES = List.of("a", "b", "defaultCase");
    private static final List<String> POLICIES = List.of("RETRY", "TIME_OUT_WF", "ALERT_ONLY");

    /** A task before it has a name. */
    private sealed interface Shape {
        /**
         * @param picks choose what the input refers to, among what it may refer to
         */
        record Leaf(boolean human, int retries, int timeout, int policy, List<Integer> picks) implements Shape {}

        record Choice(int value, List<List<Shape>> cases) implements Shape {}

        record Fork(int limit, List<List<Shape>> branches) implements Shape {}

        record Loop(int limit, int passes, List<Shape> body) implements Shape {}
    }

    private RandomDefinitions() {}

    /** Documents without faults. */
    public static Arbitrary<JsonNode> documents() {
        return list(0, false, false, 1)
                .map(shapes -> new Writer().document(shapes))
                .withoutEdgeCases();
    }

    private static Arbitrary<List<Shape>> list(int depth, boolean inFork, boolean inLoop, int atLeast) {
        return shape(depth, inFork, inLoop).list().ofMinSize(atLeast).ofMaxSize(depth == 0 ? 4 : 3);
    }

    private static Arbitrary<Shape> shape(int depth, boolean inFork, boolean inLoop) {
        List<Arbitrary<? extends Shape>> options = new ArrayList<>();
        options.add(leaf());
        if (depth < MAX_DEPTH) {
            options.add(leaf());
            options.add(choice(depth + 1, inFork, inLoop));
            if (!inFork) {
                options.add(Combinators.combine(
                                limit(),
                                list(depth + 1, true, inLoop, 0)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3))
                        .as(Shape.Fork::new));
            }
            if (!inLoop) {
                options.add(Combinators.combine(
                                limit(), Arbitraries.integers().between(1, 3), list(depth + 1, inFork, true, 1))
                        .as(Shape.Loop::new));
            }
        }
        return Arbitraries.oneOf(
                options.stream().map(RandomDefinitions::widened).toList());
    }

    /** A container's time limit: mostly none, else 1 to 3 s under each of the policies. */
    private static Arbitrary<Integer> limit() {
        return Arbitraries.integers().between(0, 24).map(n -> n < 12 ? 0 : n - 12);
    }

    private static void limit(ObjectNode task, int limit) {
        if (limit > 0) {
            task.put("_timeoutSeconds", 1 + limit % 3).put("_timeoutPolicy", POLICIES.get(limit / 3 % POLICIES.size()));
        }
    }

    private static Arbitrary<Shape> widened(Arbitrary<? extends Shape> narrow) {
        return narrow.map(shape -> shape);
    }

    private static Arbitrary<Shape> leaf() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5).map(n -> n == 5),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, POLICIES.size() - 1),
                        Arbitraries.integers().between(0, 50).list().ofMaxSize(3))
                .as(Shape.Leaf::new);
    }

    private static Arbitrary<Shape> choice(int depth, boolean inFork, boolean inLoop) {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        list(depth, inFork, inLoop, 0).list().ofMaxSize(CASES.size()))
                .as(Shape.Choice::new);
    }

    /** Names the tasks and lets them refer to each other. */
    private static final class Writer {
        private final List<String> reached = new ArrayList<>();
        private int count;

        private JsonNode document(List<Shape> shapes) {
            ObjectNode document = Documents.of();
            document.set("_taskDefs", list(shapes));
            return document;
        }

        private ArrayNode list(List<Shape> shapes) {
            List<ObjectNode> tasks = new ArrayList<>();
            for (Shape shape : shapes) {
                String name = "t" + count++;
                int before = reached.size();
                tasks.add(task(name, shape));
                reached.add(before, name);
            }
            return Documents.list(tasks);
        }

        private ObjectNode task(String name, Shape shape) {
            return switch (shape) {
                case Shape.Leaf leaf -> leaf(name, leaf);
                case Shape.Choice choice -> choice(name, choice);
                case Shape.Fork fork -> fork(name, fork);
                case Shape.Loop loop -> loop(name, loop);
            };
        }

        private ObjectNode leaf(String name, Shape.Leaf leaf) {
            ObjectNode task = Documents.task(name, leaf.human ? "USER_INPUT" : "SCRIPT_EXECUTION");
            task.put("_retryCount", leaf.retries).put("_retryDelaySeconds", 0);
            task.put("_timeoutSeconds", leaf.timeout).put("_timeoutPolicy", POLICIES.get(leaf.policy));
            ObjectNode input = task.withObject("/_inputParams").put("literal", name);
            if (leaf.human) {
                input.putObject("_userInput").putObject("answer").put("type", "string");
            }
            ArrayNode references = input.putArray("references");
            leaf.picks.forEach(pick -> references.add(reference(pick)));
            return task;
        }

        private String reference(int pick) {
            int index = pick % (reached.size() + 1);
            return index == reached.size()
                    ? "${workflow._inputParams.value}"
                    : "got ${" + reached.get(index) + "._output.value}";
        }

        private ObjectNode choice(String name, Shape.Choice choice) {
            ObjectNode task = Documents.task(name, "SWITCH");
            String value = choice.value == 3
                    ? "${workflow._inputParams.choice}"
                    : List.of("a", "b", "c").get(choice.value);
            task.withObject("/_inputParams").put("_switchCaseValue", value);
            ObjectNode cases = task.putObject("_decisionCases");
            List<List<String>> added = new ArrayList<>();
            for (int i = 0; i < choice.cases.size(); i++) {
                reached.add(name);
                cases.set(CASES.get(i), list(choice.cases.get(i)));
                added.add(leave(name));
            }
            added.forEach(reached::addAll);
            return task;
        }

        private ObjectNode fork(String name, Shape.Fork fork) {
            ObjectNode task = Documents.task(name, "FORK_JOIN");
            limit(task, fork.limit);
            ArrayNode branches = task.putArray("_forkTasks");
            List<List<String>> added = new ArrayList<>();
            for (List<Shape> branch : fork.branches) {
                int before = reached.size();
                branches.add(list(branch));
                added.add(cut(before));
            }
            added.forEach(reached::addAll);
            return task;
        }

        private ObjectNode loop(String name, Shape.Loop loop) {
            ObjectNode task = Documents.task(name, "DO_WHILE");
            limit(task, loop.limit);
            task.withObject("/_inputParams").put("passes", loop.passes);
            task.put("_loopCondition", "$." + name + ".iteration < $.passes");
            reached.add(name);
            task.set("_loopOver", list(loop.body));
            reached.addAll(leave(name));
            return task;
        }

        /** Takes back a container's name, and returns what was reached inside it, which is taken back as well. */
        private List<String> leave(String container) {
            List<String> inside = cut(reached.lastIndexOf(container));
            return inside.subList(1, inside.size());
        }

        private List<String> cut(int from) {
            List<String> tail = reached.subList(from, reached.size());
            List<String> copy = new ArrayList<>(tail);
            tail.clear();
            return copy;
        }
    }
}
