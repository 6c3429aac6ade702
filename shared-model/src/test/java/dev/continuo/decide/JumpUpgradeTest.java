package dev.continuo.decide;

import static dev.continuo.decide.TestPlan.choice;
import static dev.continuo.decide.TestPlan.fork;
import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.json;
import static dev.continuo.decide.TestPlan.loop;
import static dev.continuo.decide.TestPlan.work;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that somebody from outside leads another way: to another task, or to another version of their definition. */
class JumpUpgradeTest {

    static Stream<Arguments> led() {
        return Stream.of(
                row(
                        "a jump ahead passes over what is open and never reaches what is between",
                        TestPlan.of(work("a"), work("b"), work("c")),
                        run -> jump(run, "c").complete("c"),
                        "COMPLETED a:SKIPPED c:COMPLETED"),
                row(
                        "a jump back runs again what comes after its target",
                        TestPlan.of(work("a"), work("b"), work("c")),
                        run -> jump(run.complete("a").complete("b"), "a")
                                .complete("a")
                                .complete("b")
                                .complete("c"),
                        "COMPLETED a:COMPLETED b:COMPLETED c:SKIPPED a:COMPLETED b:COMPLETED c:COMPLETED"),
                row(
                        "a jump to the open task begins it anew",
                        TestPlan.of(work("a"), work("b")),
                        run -> jump(run, "a"),
                        "RUNNING a:SKIPPED a:SCHEDULED"),
                row(
                        "a jump out of a loop closes the loop with what is in it",
                        TestPlan.of(loop("l", "true", work("a"), work("b")), work("c")),
                        run -> jump(run.complete("a"), "c").complete("c"),
                        "COMPLETED l:SKIPPED a:COMPLETED b:SKIPPED c:COMPLETED"),
                row(
                        "a jump within a loop stays in its pass",
                        TestPlan.of(loop("l", "false", work("a"), work("b"), work("c"))),
                        run -> jump(run, "c").complete("c"),
                        "COMPLETED l:COMPLETED a:SKIPPED c:COMPLETED"),
                row(
                        "a jump within a branch leaves the other branches alone",
                        TestPlan.of(fork("f", List.of(work("a"), work("b"), work("c")), List.of(work("x"))), work("z")),
                        run -> jump(run, "c").complete("c").complete("x"),
                        "RUNNING f:COMPLETED a:SKIPPED x:COMPLETED c:COMPLETED z:SCHEDULED"),
                row(
                        "a jump into a case that was not chosen",
                        TestPlan.of(
                                choice("s", "\"one\"", Map.of("one", List.of(work("a")), "two", List.of(work("b")))),
                                work("z")),
                        run -> jump(run, "b").complete("b"),
                        "RUNNING s:COMPLETED a:SKIPPED b:COMPLETED z:SCHEDULED"),
                row(
                        "a retry does not take up what a jump has passed over",
                        TestPlan.of(work("a"), work("b"), work("c")),
                        run -> jump(run, "c").fail("c", new RetryWish.Never()).retry(),
                        "RUNNING a:SKIPPED c:FAILED_WITH_TERMINAL_ERROR c:SCHEDULED"),
                row(
                        "an upgrade goes on with what the other version has behind the open task",
                        TestPlan.of(work("a"), work("b")),
                        run -> upgrade(run.complete("a"), TestPlan.of(work("a"), work("b"), work("c")))
                                .complete("b")
                                .complete("c"),
                        "COMPLETED a:COMPLETED b:COMPLETED c:COMPLETED"),
                row(
                        "an upgrade passes over what is new before the open task",
                        TestPlan.of(work("a"), work("b")),
                        run -> upgrade(
                                        run.complete("a"),
                                        TestPlan.of(work("first"), work("a"), loop("l", "true", work("in")), work("b")))
                                .complete("b"),
                        "COMPLETED a:COMPLETED b:COMPLETED first:SKIPPED l:SKIPPED"),
                row(
                        "an upgrade forgets tasks that are done and not there any more",
                        TestPlan.of(work("a"), work("b")),
                        run -> upgrade(run.complete("a"), TestPlan.of(work("b"), work("c")))
                                .complete("b")
                                .complete("c"),
                        "COMPLETED a:COMPLETED b:COMPLETED c:COMPLETED"),
                row(
                        "an upgrade within a loop within a branch",
                        TestPlan.of(fork("f", List.of(loop("l", "false", work("a"))), List.of(work("x")))),
                        run -> upgrade(
                                        run,
                                        TestPlan.of(
                                                work("n"),
                                                fork(
                                                        "f",
                                                        List.of(work("m"), loop("l", "false", work("a"), work("b"))),
                                                        List.of(work("x"), work("y")))))
                                .complete("a")
                                .complete("b")
                                .complete("x")
                                .complete("y"),
                        "COMPLETED f:COMPLETED l:COMPLETED x:COMPLETED a:COMPLETED n:SKIPPED m:SKIPPED"
                                + " b:COMPLETED y:COMPLETED"),
                row(
                        "a paused run stays paused when it is upgraded",
                        TestPlan.of(work("a"), work("b")),
                        run -> upgrade(run.complete("a").pause(), TestPlan.of(work("a"), work("b"), work("c")))
                                .resume()
                                .complete("b"),
                        "RUNNING a:COMPLETED b:COMPLETED c:SCHEDULED"),
                row(
                        "a run that was upgraded is retried by the version that it has now",
                        TestPlan.of(work("a"), work("b")),
                        run -> upgrade(run.complete("a"), TestPlan.of(work("n"), work("b"), work("c")))
                                .fail("b", new RetryWish.Never())
                                .retry()
                                .complete("b"),
                        "RUNNING a:COMPLETED b:FAILED_WITH_TERMINAL_ERROR n:SKIPPED b:COMPLETED c:SCHEDULED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void led(String name, Plan plan, UnaryOperator<TestRun> way, String summary) {
        assertThat(way.apply(TestRun.start(plan)).summary()).isEqualTo(summary);
    }

    static Stream<Arguments> refused() {
        Plan plan = TestPlan.of(work("a"), fork("f", List.of(work("x"))), work("z"));
        return Stream.of(
                refusal("to an unknown task", TestRun.start(plan), "nothing", Code.NOT_FOUND),
                refusal("into a fork that is not open", TestRun.start(plan), "x", Code.CONFLICT),
                refusal("in a run that is paused", TestRun.start(plan).pause(), "z", Code.CONFLICT),
                refusal("in a run that has ended", TestRun.start(plan).terminate(), "z", Code.CONFLICT));
    }

    @ParameterizedTest(name = "a jump {0}")
    @MethodSource
    void refused(String name, TestRun run, String ref, Code code) {
        Outcome outcome = run.decide(new Command.Jump(run.run().id(), ref, object("{}"), TestRun.CALLER));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> assertThat(rejected.code())
                .isEqualTo(code));
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of("without the open task", TestPlan.of(work("b"))),
                Arguments.of("with another type of task", TestPlan.of(human("a"))),
                Arguments.of("with the task in another place", TestPlan.of(fork("f", List.of(work("a"))))));
    }

    @ParameterizedTest(name = "no run is upgraded to a version {0}")
    @MethodSource
    void misfits(String name, Plan next) {
        TestRun run = TestRun.start(TestPlan.of(work("a")));
        Outcome outcome =
                run.decide(new Command.Upgrade(run.run().id(), next, object("{}"), object("{}"), TestRun.CALLER));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> assertThat(rejected.code())
                .isEqualTo(Code.CONFLICT));
        assertThat(run.complete("a").run().status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void theTargetOfAJumpGetsTheInputThatIsSent() {
        TestRun run = TestRun.start(TestPlan.of(work("a"), work("b").input("{\"x\":1,\"y\":2}")));
        run.decide(new Command.Jump(run.run().id(), "b", object("{\"y\":3}"), TestRun.CALLER));
        assertThat(run.open("b").input()).isEqualTo(json("{\"x\":1,\"y\":3}"));
        assertThat(run.last("a").reason()).contains("The run jumped to task 'b'");
    }

    @Test
    void whatAnUpgradePassesOverHasTheOutputThatIsSent() {
        TestRun run = TestRun.start(TestPlan.of(work("a")), "{\"kept\":1,\"replaced\":1}");
        Plan next = TestPlan.of(work("n"), work("a"), work("z").input("{\"from\":\"${n.output.value}\"}"));
        run.decide(new Command.Upgrade(
                run.run().id(), next, object("{\"replaced\":2}"), object("{\"n\":{\"value\":7}}"), TestRun.CALLER));
        assertThat(run.run().origin().input()).isEqualTo(json("{\"kept\":1,\"replaced\":2}"));
        assertThat(run.run().origin().revisionId()).isEqualTo(next.revisionId());
        assertThat(run.complete("a").open("z").input()).isEqualTo(json("{\"from\":7}"));
    }

    @Test
    void aTaskThatWasPutBackIsHandedOutAtOnceWhenItsCallbackIsReset() {
        TestRun run = TestRun.start(conductor("{\"name\":\"a\",\"taskReferenceName\":\"a\",\"type\":\"SIMPLE\"}"));
        run.decide(new Command.Update(
                run.run().id(),
                run.open("a").id(),
                TaskStatus.IN_PROGRESS,
                object("{}"),
                Optional.empty(),
                Duration.ofMinutes(10),
                false,
                object("{}"),
                List.of(),
                TestRun.CALLER));
        assertThat(run.open("a").due().kind()).isEqualTo(DueKind.DELAY);
        run.decide(new Command.ResetCallbacks(run.run().id()));
        Task ready = run.open("a");
        assertThat(ready.due().kind()).isEqualTo(DueKind.QUEUED);
        assertThat(ready.extra().notes().has(Notes.CALLBACK_AFTER)).isFalse();
        assertThat(run.effects().getLast()).isEqualTo(new Outcome.Effect.Dispatch(ready));
    }

    @Test
    void theRunThatFollowsAFailureFollowsATerminationWhenThatIsAsked() {
        for (boolean asked : List.of(true, false)) {
            TestRun run = TestRun.start(conductor("{\"name\":\"a\",\"taskReferenceName\":\"a\",\"type\":\"SIMPLE\"}"));
            run.decide(new Command.Terminate(run.run().id(), Optional.of("enough"), TestRun.CALLER, asked));
            assertThat(run.run().status()).isEqualTo(RunStatus.TERMINATED);
            assertThat(run.run().deadline().isPresent()).isEqualTo(asked);
            assertThat(run.effects().stream().anyMatch(Outcome.Effect.AfterFailure.class::isInstance))
                    .isEqualTo(asked);
        }
    }

    private static Plan conductor(String task) {
        ObjectNode snapshot =
                object("{\"name\":\"test\",\"version\":1,\"failureWorkflow\":\"other\",\"tasks\":[" + task + "]}");
        return new ConductorCompiler(ConductorLimits.DEFAULT, true)
                .compile(UUID.randomUUID(), UUID.randomUUID(), snapshot);
    }

    private static TestRun jump(TestRun run, String ref) {
        assertThat(run.decide(new Command.Jump(run.run().id(), ref, object("{}"), TestRun.CALLER)))
                .isInstanceOf(Outcome.Accepted.class);
        return run;
    }

    private static TestRun upgrade(TestRun run, Plan next) {
        assertThat(run.decide(new Command.Upgrade(run.run().id(), next, object("{}"), object("{}"), TestRun.CALLER)))
                .isInstanceOf(Outcome.Accepted.class);
        return run;
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    private static Arguments row(String name, Plan plan, UnaryOperator<TestRun> way, String summary) {
        return Arguments.of(name, plan, Named.of("way", way), summary);
    }

    private static Arguments refusal(String name, TestRun run, String ref, Code code) {
        return Arguments.of(name, run, ref, code);
    }
}
