package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TestTypes;
import dev.continuo.definition.workflowsvc.RandomDefinitions;
import dev.continuo.definition.workflowsvc.WorkflowsvcCompiler;
import dev.continuo.expression.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A definition, and what happens to a run of it. Its text is a reproducer.
 *
 * @param document the definition
 * @param optional references of the tasks whose failure is tolerated; no document of the dialect says so yet
 * @param input the run's input
 * @param tight whether the engine's limits are so tight that ordinary runs meet them
 */
record Scenario(JsonNode document, Set<Integer> optional, String input, boolean tight, List<Move> moves) {
    /** So small that an output of {@link RunDriver} can make the next task's input too large. */
    private static final Limits TEMPLATES = new Limits(64, 1_000, 100, 10, 400);

    /** Something that happens to the run; the number chooses among what it can happen to. */
    record Move(Kind kind, int pick) {
        @Override
        public String toString() {
            return kind + "(" + pick + ")";
        }
    }

    enum Kind {
        /** A worker takes a task and completes it. */
        WORK,
        CLAIM,
        COMPLETE,
        FAIL,
        ANSWER,
        /** A result of a hand-out that is not the current one. */
        STALE,
        /** The last result again. */
        DUPLICATE,
        WAIT,
        /** A worker falls silent until its lease ends, which the decider may see before the sweep does. */
        SILENCE,
        SWEEP,
        /** What the sweep hands to the decider. */
        DUE,
        /** Any task is looked at, due or not. */
        TASK_DUE,
        RUN_DUE,
        PAUSE,
        RESUME,
        RETRY,
        TERMINATE
    }

    static Arbitrary<Scenario> any() {
        return Combinators.combine(
                        Combinators.combine(
                                        RandomDefinitions.documents(),
                                        Arbitraries.integers().between(0, 40))
                                .as(Scenario::withTimeout),
                        Arbitraries.integers().between(0, 11).set().ofMaxSize(2),
                        Arbitraries.of(
                                "{}", "{\"choice\":\"a\",\"value\":1}", "{\"choice\":\"x\",\"literal\":\"mine\"}"),
                        Arbitraries.of(true, false),
                        move().list().ofMaxSize(50))
                .as(Scenario::new)
                .withoutEdgeCases();
    }

    private static JsonNode withTimeout(JsonNode document, int pick) {
        ObjectNode limited = document.deepCopy();
        if (pick < 8) {
            limited.put("_timeoutSeconds", 1 + pick * 5);
            limited.put("_timeoutPolicy", pick % 2 == 0 ? "TIMED_OUT_WF" : "ALERT_ONLY");
        }
        return limited;
    }

    private static Arbitrary<Move> move() {
        Arbitrary<Kind> kinds = Arbitraries.frequency(
                Tuple.of(12, Kind.WORK),
                Tuple.of(5, Kind.CLAIM),
                Tuple.of(4, Kind.COMPLETE),
                Tuple.of(5, Kind.FAIL),
                Tuple.of(4, Kind.ANSWER),
                Tuple.of(2, Kind.STALE),
                Tuple.of(2, Kind.DUPLICATE),
                Tuple.of(4, Kind.WAIT),
                Tuple.of(3, Kind.SILENCE),
                Tuple.of(3, Kind.SWEEP),
                Tuple.of(4, Kind.DUE),
                Tuple.of(2, Kind.TASK_DUE),
                Tuple.of(1, Kind.RUN_DUE),
                Tuple.of(2, Kind.PAUSE),
                Tuple.of(3, Kind.RESUME),
                Tuple.of(3, Kind.RETRY),
                Tuple.of(1, Kind.TERMINATE));
        return Combinators.combine(kinds, Arbitraries.integers().between(0, 59)).as(Move::new);
    }

    Plan plan() {
        Plan plan =
                new WorkflowsvcCompiler(TestTypes.TYPES, TEMPLATES).compile(new UUID(0, 1), new UUID(0, 2), document);
        return new Plan(
                plan.dialect(),
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                plan.nodes().stream().map(this::tolerated).toList(),
                plan.first(),
                plan.timeout(),
                plan.onTimeout(),
                plan.remembered());
    }

    private Node tolerated(Node node) {
        if (!optional.contains(node.index())) {
            return node;
        }
        Node.Common was = node.common();
        Node.Common common = new Node.Common(
                was.index(),
                was.ref(),
                was.type(),
                was.input(),
                was.overridable(),
                was.sealed(),
                was.then(),
                was.retry(),
                was.time(),
                true,
                was.permissive());
        return switch (node) {
            case Node.Work work -> new Node.Work(common);
            case Node.Human human -> new Node.Human(common);
            case Node.Switch choice ->
                new Node.Switch(common, choice.choice(), choice.shown(), choice.cases(), choice.otherwise());
            case Node.Fork fork -> new Node.Fork(common, fork.branches());
            case Node.Loop loop -> new Node.Loop(common, loop.condition(), loop.first(), loop.bodyRefs(), loop.kept());
            default -> throw new IllegalArgumentException("No scenario has " + node);
        };
    }

    DeciderLimits limits() {
        Duration half = Duration.ofSeconds(30);
        return tight ? TestRun.limits(half, 2, 2, 2) : TestRun.limits(half, 200, 100, 3);
    }

    @Override
    public String toString() {
        return "definition " + document + "\noptional " + optional + ", input " + input + ", tight " + tight
                + "\nmoves " + moves;
    }
}
