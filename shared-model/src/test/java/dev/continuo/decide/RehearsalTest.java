package dev.continuo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Rehearsal.Mock;
import dev.continuo.decide.Rehearsal.Play;
import dev.continuo.decide.Rehearsal.Played;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that are played in memory. */
class RehearsalTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SIMPLE = "{\"name\":\"%1$s\",\"taskReferenceName\":\"%1$s\",\"type\":\"SIMPLE\"}";
    private static final String RETRIED = "{\"name\":\"a\",\"taskReferenceName\":\"a\",\"type\":\"SIMPLE\","
            + "\"taskDefinition\":{\"name\":\"a\",\"retryCount\":1,\"retryDelaySeconds\":60}}";
    private static final String WAIT = "{\"name\":\"w\",\"taskReferenceName\":\"w\",\"type\":\"WAIT\","
            + "\"inputParameters\":{\"duration\":\"2 hours\"}}";
    private static final String CHILD = "{\"name\":\"c\",\"taskReferenceName\":\"c\",\"type\":\"SUB_WORKFLOW\","
            + "\"subWorkflowParam\":{\"name\":\"other\",\"version\":1}}";

    static Stream<Arguments> plays() {
        return Stream.of(
                row(
                        "every task has its result",
                        plan(simple("a"), simple("b")),
                        Map.of("a", ends("COMPLETED"), "b", ends("COMPLETED")),
                        "COMPLETED a:COMPLETED b:COMPLETED"),
                row(
                        "a task without a result stays open",
                        plan(simple("a"), simple("b")),
                        Map.of("a", ends("COMPLETED")),
                        "RUNNING a:COMPLETED b:SCHEDULED"),
                row(
                        "each attempt has a result of its own",
                        plan(RETRIED),
                        Map.of("a", ends("FAILED", "COMPLETED")),
                        "COMPLETED a:FAILED a:COMPLETED"),
                row(
                        "attempts that fail come to their end",
                        plan(RETRIED),
                        Map.of("a", ends("FAILED", "FAILED")),
                        "FAILED a:FAILED a:FAILED"),
                row(
                        "a result may be that a task goes on",
                        plan(simple("a")),
                        Map.of("a", ends("IN_PROGRESS", "COMPLETED")),
                        "COMPLETED a:COMPLETED"),
                row(
                        "time passes by itself",
                        plan(WAIT, simple("a")),
                        Map.of("a", ends("COMPLETED")),
                        "COMPLETED w:COMPLETED a:COMPLETED"),
                row(
                        "a result ends a wait before its time",
                        plan(WAIT, simple("a")),
                        Map.of("w", ends("FAILED_WITH_TERMINAL_ERROR")),
                        "FAILED w:FAILED_WITH_TERMINAL_ERROR"),
                row("a sub-workflow is played", plan(CHILD), Map.of("b", ends("COMPLETED")), "COMPLETED c:COMPLETED"),
                row(
                        "a sub-workflow that does not end keeps its task open",
                        plan(CHILD),
                        Map.of(),
                        "RUNNING c:IN_PROGRESS"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void plays(String name, Plan plan, Map<String, List<Mock>> mocks, String summary) {
        Played played = rehearsal().play(play(plan, mocks, Map.of("c", play(plan(simple("b")), mocks, Map.of()))));
        assertThat(summary(played)).isEqualTo(summary);
    }

    @Test
    void theClockGoesOnByWhatResultsTake() {
        Mock mock = new Mock(TaskStatus.COMPLETED, object("{}"), Duration.ofSeconds(3), Duration.ofSeconds(4));
        Task task = rehearsal()
                .play(play(plan(simple("a")), Map.of("a", List.of(mock)), Map.of()))
                .tasks()
                .getFirst();
        assertThat(task.times().scheduledAt()).isEqualTo(START);
        assertThat(task.times().startedAt()).contains(START.plusSeconds(3));
        assertThat(task.times().endedAt()).contains(START.plusSeconds(7));
    }

    @Test
    void aTaskDoesNotWaitForACachedOutput() {
        Mock mock = new Mock(TaskStatus.COMPLETED, object("{}"), Duration.ZERO, Duration.ofSeconds(4));
        String cached = Given.simple("a", "{}", ", 'cacheConfig': {'key': 'k', 'ttlInSecond': 60}")
                .replace('\'', '"');
        Played played = rehearsal().play(play(plan(cached), Map.of("a", List.of(mock)), Map.of()));
        assertThat(played.run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(played.tasks().getFirst().times().endedAt()).contains(START.plusSeconds(4));
    }

    private static Rehearsal rehearsal() {
        return new Rehearsal(
                START,
                UUID::randomUUID,
                (script, input) -> {
                    throw new AssertionError("No engine in this test: " + script.source());
                },
                World.EMPTY);
    }

    private static Play play(Plan plan, Map<String, List<Mock>> mocks, Map<String, Play> children) {
        Run.Origin origin = new Run.Origin(
                Dialect.CONDUCTOR,
                "ns",
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                object("{}"),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                TestRun.CALLER);
        return new Play(plan, origin, mocks, children);
    }

    private static String simple(String name) {
        return SIMPLE.formatted(name);
    }

    private static Plan plan(String... tasks) {
        ObjectNode snapshot = object("{\"name\":\"test\",\"version\":1,\"tasks\":[" + String.join(",", tasks) + "]}");
        return new ConductorCompiler(ConductorLimits.DEFAULT, true)
                .compile(UUID.randomUUID(), UUID.randomUUID(), snapshot);
    }

    private static List<Mock> ends(String... statuses) {
        return Arrays.stream(statuses)
                .map(status -> new Mock(TaskStatus.valueOf(status), object("{}"), Duration.ZERO, Duration.ZERO))
                .toList();
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) TestPlan.json(text);
    }

    private static String summary(Played played) {
        return played.run().status()
                + played.tasks().stream()
                        .map(task -> " " + task.shownRef() + ":" + task.status())
                        .collect(Collectors.joining());
    }

    private static Arguments row(String name, Plan plan, Map<String, List<Mock>> mocks, String summary) {
        return Arguments.of(name, plan, mocks, summary);
    }
}
