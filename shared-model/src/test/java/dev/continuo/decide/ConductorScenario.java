package dev.continuo.decide;

import static dev.continuo.decide.Given.joinWith;
import static dev.continuo.decide.Given.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A conductor definition, and what happens to a run of it. Its text is a reproducer. Tasks are named {@code t0}, {@code
 * t1}, … in the order of the document.
 *
 * @param tasks the definition's tasks
 * @param workflow further members of the definition
 * @param tight whether the engine's limits are so tight that ordinary runs meet them
 */
record ConductorScenario(List<String> tasks, String workflow, boolean tight, List<Move> moves) {
    private static final int MAX_DEPTH = 3;

    /** Something that happens to the run; the number chooses among what it can happen to. */
    record Move(Kind kind, int pick) {}

    enum Kind {
        WORK,
        FAIL,
        FAIL_FOR_GOOD,
        CANCEL,
        POLL,
        UPDATE,
        PUT_BACK,
        EXTEND,
        CHILD,
        WAIT,
        PAUSE,
        RESUME,
        RETRY,
        RESTART,
        RERUN,
        SKIP,
        TERMINATE,
        ANY_DUE,
        LATE
    }

    /** A task before it has a name. */
    private sealed interface Shape {
        record Leaf(int kind, int manner) implements Shape {}

        record Choice(int value, List<List<Shape>> cases) implements Shape {}

        record Fork(int joined, List<List<Shape>> branches) implements Shape {}

        record Loop(int passes, boolean listed, List<Shape> body) implements Shape {}
    }

    static Arbitrary<ConductorScenario> any() {
        return Combinators.combine(
                        list(0, 1).map(shapes -> new Writer().list(shapes)),
                        Arbitraries.of(
                                "{}",
                                "{'timeoutSeconds': 40, 'timeoutPolicy': 'TIME_OUT_WF'}",
                                "{'outputParameters': {'x': '${t0.output.value}'}}",
                                "{'failureWorkflow': 'other'}"),
                        Arbitraries.of(true, false),
                        move().list().ofMaxSize(40))
                .as(ConductorScenario::new)
                .withoutEdgeCases();
    }

    private static Arbitrary<List<Shape>> list(int depth, int atLeast) {
        return shape(depth).list().ofMinSize(atLeast).ofMaxSize(depth == 0 ? 4 : 3);
    }

    private static Arbitrary<Shape> shape(int depth) {
        Arbitrary<Shape> leaf = Combinators.combine(
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.integers().between(0, 11))
                .as(Shape.Leaf::new);
        if (depth == MAX_DEPTH) {
            return leaf;
        }
        return Arbitraries.lazy(() -> Arbitraries.oneOf(
                leaf,
                leaf,
                Combinators.combine(
                                Arbitraries.integers().between(0, 2),
                                list(depth + 1, 0).list().ofSize(2))
                        .as(Shape.Choice::new),
                Combinators.combine(
                                Arbitraries.integers().between(0, 4),
                                list(depth + 1, 0).list().ofMinSize(1).ofMaxSize(3))
                        .as(Shape.Fork::new),
                Combinators.combine(
                                Arbitraries.integers().between(1, 3), Arbitraries.of(true, false), list(depth + 1, 1))
                        .as(Shape.Loop::new)));
    }

    private static Arbitrary<Move> move() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(14, Kind.WORK),
                Tuple.of(5, Kind.FAIL),
                Tuple.of(1, Kind.FAIL_FOR_GOOD),
                Tuple.of(1, Kind.CANCEL),
                Tuple.of(4, Kind.POLL),
                Tuple.of(3, Kind.UPDATE),
                Tuple.of(3, Kind.PUT_BACK),
                Tuple.of(1, Kind.EXTEND),
                Tuple.of(3, Kind.CHILD),
                Tuple.of(4, Kind.WAIT),
                Tuple.of(2, Kind.PAUSE),
                Tuple.of(3, Kind.RESUME),
                Tuple.of(4, Kind.RETRY),
                Tuple.of(1, Kind.RESTART),
                Tuple.of(5, Kind.RERUN),
                Tuple.of(1, Kind.SKIP),
                Tuple.of(1, Kind.TERMINATE),
                Tuple.of(2, Kind.ANY_DUE),
                Tuple.of(1, Kind.LATE));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 59)).as(Move::new);
    }

    Given given() {
        Duration half = Duration.ofSeconds(30);
        return Given.tasks(tasks.toArray(String[]::new))
                .with(workflow)
                .def("w", "{'retryCount': 1, 'retryDelaySeconds': 2, 'responseTimeoutSeconds': 5}")
                .limits(tight ? TestRun.limits(half, 2, 2, 2) : TestRun.limits(half, 200, 100, 3));
    }

    /** Names the tasks and lets them refer to each other. */
    private static final class Writer {
        private int count;

        List<String> list(List<Shape> shapes) {
            List<String> tasks = new ArrayList<>();
            shapes.forEach(shape -> tasks.addAll(task(shape)));
            return tasks;
        }

        private String text(List<Shape> shapes) {
            return String.join(",", list(shapes));
        }

        private List<String> task(Shape shape) {
            String name = "t" + count++;
            return switch (shape) {
                case Shape.Leaf leaf -> leaf(name, leaf);
                case Shape.Choice choice ->
                    List.of(Given.choice(
                            name,
                            "'" + List.of("x", "y", "z").get(choice.value) + "'",
                            "'x': [" + text(choice.cases.get(0)) + "], 'y': []",
                            text(choice.cases.get(1))));
                case Shape.Fork fork -> fork(name, fork);
                case Shape.Loop loop -> List.of(loop(name, loop));
            };
        }

        private List<String> leaf(String name, Shape.Leaf leaf) {
            String manner = manner(leaf.manner);
            String input = "{'v': '${t0.output.value}', 'w': 'got ${t0.output.value}'}";
            return switch (leaf.kind) {
                case 0 -> List.of(system("HUMAN", name, "{}", manner));
                case 1 -> List.of(system("WAIT", name, "{'duration': '3 s'}", manner));
                case 2 -> List.of(system("NOOP", name, "{}", ""));
                case 3 -> List.of(system("SET_VARIABLE", name, input, ""));
                case 4 -> List.of(system("DYNAMIC", name, "{'t': 'w'}", ", 'dynamicTaskNameParam': 't'" + manner));
                case 5, 6 ->
                    List.of(
                            system("FORK_JOIN_DYNAMIC", name, "{'forkTaskName': 'w', 'forkTaskInputs': [1, 2]}", "")
                                    .replace("'w'", "'" + name + "w'"),
                            joinWith("t" + count++, ""));
                case 7 ->
                    List.of(system("SUB_WORKFLOW", name, "{}", ", 'subWorkflowParam': {'name': 'child'}" + manner));
                case 8 ->
                    List.of(system("EXCLUSIVE_JOIN", name, "{}", ", 'joinOn': ['" + name + "', 't0']")
                            .replace("['" + name + "', ", "["));
                case 9 -> List.of(joinWith(name, "", "t0"));
                default ->
                    List.of("{'name': 'w', 'taskReferenceName': '" + name + "', 'inputParameters': " + input + manner
                            + "}");
            };
        }

        private static String manner(int pick) {
            return switch (pick) {
                case 0 -> ", 'optional': true";
                case 1 -> ", 'permissive': true";
                case 2 -> ", 'retryCount': 0";
                case 3 -> ", 'startDelay': 2";
                default -> "";
            };
        }

        private List<String> fork(String name, Shape.Fork fork) {
            List<String> branches = new ArrayList<>();
            List<String> ends = new ArrayList<>();
            for (List<Shape> branch : fork.branches) {
                int before = count;
                branches.add(text(branch));
                if (count > before) {
                    ends.add("t" + before);
                }
            }
            List<String> joinOn = fork.joined == 0 || ends.isEmpty()
                    ? List.of()
                    : ends.subList(0, Math.min(fork.joined, ends.size()));
            return List.of(
                    fork(name, branches.toArray(String[]::new)),
                    joinWith("t" + count++, "", joinOn.toArray(String[]::new)));
        }

        private static String fork(String name, String... branches) {
            return Given.fork(name, branches);
        }

        private String loop(String name, Shape.Loop loop) {
            String body = text(loop.body);
            return loop.listed
                    ? Given.each(name, List.of("[1]", "[1, 2]", "[1, 2, 3]").get(loop.passes - 1), body)
                    : Given.loop(name, "$." + name + ".iteration < " + loop.passes, body);
        }
    }
}
