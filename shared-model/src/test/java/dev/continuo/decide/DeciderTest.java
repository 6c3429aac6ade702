package dev.continuo.decide;

import static dev.continuo.decide.TestPlan.choice;
import static dev.continuo.decide.TestPlan.fork;
import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.json;
import static dev.continuo.decide.TestPlan.loop;
import static dev.continuo.decide.TestPlan.work;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.TimePolicy.OnTimeout;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The transitions of a run, as rows: a plan, what happens to it, and how the run stands afterwards. */
class DeciderTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Stream<Arguments> transitions() {
        return Stream.of(
                row(
                        "a start schedules the first task only",
                        plan(work("a"), work("b")),
                        run -> run,
                        "RUNNING a:SCHEDULED"),
                row(
                        "tasks follow each other",
                        plan(work("a"), work("b")),
                        run -> run.complete("a"),
                        "RUNNING a:COMPLETED b:SCHEDULED"),
                row(
                        "the last task ends the run",
                        plan(work("a"), work("b")),
                        run -> run.complete("a").complete("b"),
                        "COMPLETED a:COMPLETED b:COMPLETED"),
                row(
                        "a person's answer moves the run on",
                        plan(human("ask"), work("b")),
                        run -> run.answer("ask", "{}"),
                        "RUNNING ask:COMPLETED b:SCHEDULED"),
                row(
                        "a switch takes the matching case",
                        plan(choice("s", "\"x\"", Map.of("x", List.of(work("a")), "y", List.of(work("b")))), work("c")),
                        run -> run.complete("a"),
                        "RUNNING s:COMPLETED a:COMPLETED c:SCHEDULED"),
                row(
                        "a switch without a match takes the default",
                        plan(choice("s", "7", Map.of("x", List.of(work("a")), "defaultCase", List.of(work("d"))))),
                        run -> run,
                        "RUNNING s:COMPLETED d:SCHEDULED"),
                row(
                        "a switch without match or default goes on behind",
                        plan(choice("s", "null", Map.of("x", List.of(work("a")))), work("c")),
                        run -> run,
                        "RUNNING s:COMPLETED c:SCHEDULED"),
                row(
                        "a matching case without tasks runs nothing",
                        plan(
                                choice("s", "true", Map.of("true", List.of(), "defaultCase", List.of(work("d")))),
                                work("c")),
                        run -> run,
                        "RUNNING s:COMPLETED c:SCHEDULED"),
                row(
                        "a fork starts all branches",
                        plan(fork("f", List.of(work("a")), List.of(work("b"), work("c"))), work("d")),
                        run -> run,
                        "RUNNING f:IN_PROGRESS a:SCHEDULED b:SCHEDULED"),
                row(
                        "a fork waits for its slowest branch",
                        plan(fork("f", List.of(work("a")), List.of(work("b"), work("c"))), work("d")),
                        run -> run.complete("a").complete("b"),
                        "RUNNING f:IN_PROGRESS a:COMPLETED b:COMPLETED c:SCHEDULED"),
                row(
                        "a fork ends with its last branch, in the same decision",
                        plan(fork("f", List.of(work("a")), List.of(work("b"), work("c"))), work("d")),
                        run -> run.complete("b").complete("a").complete("c"),
                        "RUNNING f:COMPLETED a:COMPLETED b:COMPLETED c:COMPLETED d:SCHEDULED"),
                row(
                        "a branch of inline tasks alone does not end the fork early",
                        plan(fork("f", List.of(choice("s", "1", Map.of())), List.of(work("b"))), work("d")),
                        run -> run,
                        "RUNNING f:IN_PROGRESS s:COMPLETED b:SCHEDULED"),
                row(
                        "a loop's body runs once when the condition says no",
                        plan(loop("l", "$.l.iteration < 1", work("a")), work("b")),
                        run -> run.complete("a"),
                        "RUNNING l:COMPLETED a:COMPLETED b:SCHEDULED"),
                row(
                        "a loop repeats its body while the condition says yes",
                        plan(loop("l", "$.l.iteration <= 1", work("a"), work("b"))),
                        run -> run.complete("a").complete("b").complete("a").complete("b"),
                        "COMPLETED l:COMPLETED a:COMPLETED b:COMPLETED a:COMPLETED b:COMPLETED"),
                row(
                        "a condition sees the latest output of the body",
                        plan(loop("l", "$.a.more", work("a"))),
                        run -> run.complete("a", "{\"more\":true}").complete("a", "{\"more\":false}"),
                        "COMPLETED l:COMPLETED a:COMPLETED a:COMPLETED"),
                row(
                        "a failed attempt is tried again",
                        plan(work("a").retry(1, Duration.ZERO)),
                        run -> run.fail("a"),
                        "RUNNING a:FAILED a:SCHEDULED"),
                row(
                        "the last failed attempt fails the run",
                        plan(work("a").retry(1, Duration.ZERO)),
                        run -> run.fail("a").fail("a"),
                        "FAILED a:FAILED a:FAILED"),
                row(
                        "a failure that another attempt cannot help is final",
                        plan(work("a").retry(3, Duration.ZERO)),
                        run -> run.fail("a", new RetryWish.Never()),
                        "FAILED a:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "an optional task's failure does not stop the run",
                        plan(work("a").asOptional(), work("b")),
                        run -> run.fail("a"),
                        "RUNNING a:COMPLETED_WITH_ERRORS b:SCHEDULED"),
                row(
                        "a failure in a branch ends the fork, its siblings and the run",
                        plan(fork("f", List.of(work("a")), List.of(work("b"))), work("c")),
                        run -> run.fail("a"),
                        "FAILED f:FAILED a:FAILED b:CANCELED"),
                row(
                        "a failure in an optional fork ends the fork and the run goes on",
                        plan(fork("f", List.of(work("a")), List.of(work("b"))).asOptional(), work("c")),
                        run -> run.fail("a"),
                        "RUNNING f:COMPLETED_WITH_ERRORS a:FAILED b:CANCELED c:SCHEDULED"),
                row(
                        "a pause holds what waits and what comes",
                        plan(fork("f", List.of(work("a"), work("c")), List.of(work("b")))),
                        run -> run.claim("a").pause().complete("a"),
                        "PAUSED f:IN_PROGRESS a:COMPLETED b:SCHEDULED c:SCHEDULED"),
                row(
                        "a resumed run goes on",
                        plan(work("a"), choice("s", "1", Map.of()), work("b")),
                        run -> run.claim("a").pause().complete("a").resume(),
                        "RUNNING a:COMPLETED s:COMPLETED b:SCHEDULED"),
                row(
                        "a paused run may end with its last answer",
                        plan(human("ask")),
                        run -> run.pause().answer("ask", "{}"),
                        "COMPLETED ask:COMPLETED"),
                row(
                        "a terminated run cancels what is open",
                        plan(fork("f", List.of(work("a")), List.of(human("b")))),
                        TestRun::terminate,
                        "TERMINATED f:CANCELED a:CANCELED b:CANCELED"),
                row(
                        "a retried run goes on from what failed",
                        plan(work("a"), work("b"), work("c")),
                        run -> run.complete("a").fail("b").retry().complete("b"),
                        "RUNNING a:COMPLETED b:FAILED b:COMPLETED c:SCHEDULED"),
                row(
                        "a retried run opens its containers again",
                        plan(fork("f", List.of(work("a")), List.of(work("b"))), work("c")),
                        run -> run.complete("b").fail("a").retry().complete("a"),
                        "RUNNING f:COMPLETED a:FAILED b:COMPLETED a:COMPLETED c:SCHEDULED"),
                row(
                        "a retried run begins canceled siblings again",
                        plan(fork("f", List.of(work("a")), List.of(human("b"))), work("c")),
                        run -> run.fail("a").retry().complete("a").answer("b", "{}"),
                        "RUNNING f:COMPLETED a:FAILED b:CANCELED a:COMPLETED b:COMPLETED c:SCHEDULED"),
                row(
                        "a loop goes on in the pass that failed",
                        plan(loop("l", "$.l.iteration < 3", work("a"))),
                        run -> run.complete("a").fail("a").retry().complete("a").complete("a"),
                        "COMPLETED l:COMPLETED a:COMPLETED a:FAILED a:COMPLETED a:COMPLETED"),
                row(
                        "what an optional fork left behind is not tried again",
                        plan(fork("f", List.of(work("a")), List.of(work("b"))).asOptional(), work("c")),
                        run -> run.fail("a").fail("c").retry(),
                        "RUNNING f:COMPLETED_WITH_ERRORS a:FAILED b:CANCELED c:FAILED c:SCHEDULED"),
                row(
                        "a terminated run can be retried",
                        plan(work("a"), work("b")),
                        run -> run.complete("a").terminate().retry(),
                        "RUNNING a:COMPLETED b:CANCELED b:SCHEDULED"),
                row(
                        "a time limit that retries",
                        plan(work("a").timeout(MINUTE, OnTimeout.RETRY).retry(0, Duration.ZERO)),
                        run -> run.claim("a").after(MINUTE).due("a"),
                        "TIMED_OUT a:TIMED_OUT"),
                row(
                        "a time limit that ends the run",
                        plan(fork(
                                "f", List.of(human("a").timeout(MINUTE, OnTimeout.TIME_OUT_RUN)), List.of(work("b")))),
                        run -> run.after(MINUTE).due("a"),
                        "TIMED_OUT f:CANCELED a:TIMED_OUT b:CANCELED"),
                row(
                        "a time limit that only alerts",
                        plan(human("a").timeout(MINUTE, OnTimeout.ALERT_ONLY)),
                        run -> run.after(MINUTE).due("a"),
                        "RUNNING a:IN_PROGRESS"),
                row(
                        "a fork's time limit ends the run with everything in it",
                        plan(fork("f", List.of(work("a")), List.of(loop("l", "true", human("b"))))
                                .timeout(MINUTE, OnTimeout.TIME_OUT_RUN)),
                        run -> run.claim("a").after(MINUTE).due("f"),
                        "TIMED_OUT f:TIMED_OUT a:CANCELED l:CANCELED b:CANCELED"),
                row(
                        "a fork is never tried again: with the policy RETRY it fails, and what is in it ends at any depth",
                        plan(
                                fork("f", List.of(work("a")), List.of(loop("l", "true", human("b"))))
                                        .timeout(MINUTE, OnTimeout.RETRY),
                                work("c")),
                        run -> run.after(MINUTE).due("f"),
                        "TIMED_OUT f:TIMED_OUT a:CANCELED l:CANCELED b:CANCELED"),
                row(
                        "an optional fork that times out ends with what is in it, and the run goes on",
                        plan(
                                fork("f", List.of(work("a")), List.of(loop("l", "true", human("b"))))
                                        .timeout(MINUTE, OnTimeout.RETRY)
                                        .asOptional(),
                                work("c")),
                        run -> run.after(MINUTE).due("f"),
                        "RUNNING f:COMPLETED_WITH_ERRORS a:CANCELED l:CANCELED b:CANCELED c:SCHEDULED"),
                row(
                        "a loop's time limit is for all its passes",
                        plan(fork(
                                "f",
                                List.of(loop("l", "true", work("a")).timeout(MINUTE, OnTimeout.RETRY)),
                                List.of(work("b")))),
                        run -> run.complete("a").after(MINUTE).due("l"),
                        "TIMED_OUT f:TIMED_OUT l:TIMED_OUT b:CANCELED a:COMPLETED a:CANCELED"),
                row(
                        "a container that may take longer goes on",
                        plan(loop("l", "$.l.iteration < 2", work("a")).timeout(MINUTE, OnTimeout.ALERT_ONLY)),
                        run -> run.after(MINUTE).due("l").complete("a").complete("a"),
                        "COMPLETED l:COMPLETED a:COMPLETED a:COMPLETED"),
                row(
                        "a retried run gives its containers their time anew",
                        plan(fork("f", List.of(work("a"))).timeout(MINUTE, OnTimeout.TIME_OUT_RUN)),
                        run -> run.after(MINUTE).due("f").retry().after(MINUTE).due("f"),
                        "TIMED_OUT f:TIMED_OUT a:CANCELED a:CANCELED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transitions")
    void theRunStandsAsItMust(String name, TestPlan.Step[] plan, UnaryOperator<TestRun> happens, String expected) {
        TestRun run = happens.apply(TestRun.start(TestPlan.of(plan)));

        assertThat(run.summary()).isEqualTo(expected);
    }

    @Test
    void theRunTakesTheOutputOfItsLastTask() {
        TestRun run = TestRun.start(TestPlan.of(work("a"), work("b")));

        run.complete("a", "{\"x\":1}").complete("b", "{\"y\":2}");

        assertThat(run.run().output()).isEqualTo(json("{\"y\":2}"));
    }

    @Test
    void aForkJoinsTheOutputsOfItsBranches() {
        TestRun run = TestRun.start(TestPlan.of(fork("f", List.of(work("a")), List.of(work("b"), work("c")))));

        run.complete("a", "{\"x\":1}").complete("b", "{\"y\":2}").complete("c", "{\"z\":3}");

        assertThat(run.run().output()).isEqualTo(json("{\"a\":{\"x\":1},\"c\":{\"z\":3}}"));
    }

    @Test
    void aLoopSaysHowFarItCame() {
        TestRun run = TestRun.start(
                TestPlan.of(loop("l", "$.l.iteration <= $.value", work("a")).input("{\"value\":2}")));

        run.complete("a").complete("a").complete("a", "{\"x\":3}");

        assertThat(run.run().output()).isEqualTo(json("{\"iteration\":3,\"3\":{\"a\":{\"x\":3}}}"));
        assertThat(run.tasks().stream().map(task -> task.label().iteration())).containsExactly(0, 1, 2, 3);
    }

    @Test
    void templatesSeeInputsAndOutputsWithTheirTypes() {
        TestRun run = TestRun.start(
                TestPlan.of(work("a"), work("b").input("{\"n\":\"${a.output.n}\",\"who\":\"${workflow.input.who}\"}")),
                "{\"who\":{\"id\":7}}");

        run.complete("a", "{\"n\":42}");

        assertThat(run.open("b").input()).isEqualTo(json("{\"n\":42,\"who\":{\"id\":7}}"));
    }

    @Test
    void theRunsInputReplacesOverridableLiterals() {
        TestRun run = TestRun.start(
                TestPlan.of(work("a").input("{\"url\":\"x\",\"other\":\"y\"}").overridable("url")),
                "{\"url\":\"mine\",\"other\":\"mine\",\"more\":1}");

        assertThat(run.open("a").input()).isEqualTo(json("{\"url\":\"mine\",\"other\":\"y\"}"));
    }

    @Test
    void aRetryWaitsForItsBackoff() {
        TestRun run = TestRun.start(TestPlan.of(work("a").retry(2, MINUTE)));

        run.fail("a");

        Task second = run.open("a");
        assertThat(second.due().kind()).isEqualTo(DueKind.DELAY);
        assertThat(second.due().at()).contains(run.now().plus(MINUTE));
        assertThat(second.label().attempt()).isEqualTo(1);
        assertThat(second.label().retryOf()).contains(run.tasks().get(0).id());
        assertThat(run.tasks().get(0).retried()).isTrue();
    }

    @Test
    void aServersWishToWaitProlongsTheBackoff() {
        TestRun run = TestRun.start(TestPlan.of(work("a").retry(2, MINUTE)));

        run.fail("a", new RetryWish.NotBefore(Duration.ofMinutes(5)));

        assertThat(run.open("a").due().at()).contains(run.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void aStaleAttemptCannotComplete() {
        TestRun run = TestRun.start(TestPlan.of(work("a")));
        run.claim("a").claim("a");
        Task task = run.open("a");

        Outcome outcome = run.decide(new Command.Complete(
                run.run().id(), task.id(), OptionalInt.of(task.claim().fence() - 1), json("{}"), List.of(), ""));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> assertThat(rejected.code())
                .isEqualTo(Outcome.Code.STALE));
        assertThat(run.summary()).isEqualTo("RUNNING a:IN_PROGRESS");
    }

    @Test
    void aResultCountsOnce() {
        TestRun run = TestRun.start(TestPlan.of(work("a"), work("b")));
        run.claim("a");
        Task task = run.open("a");
        Command.Complete complete = new Command.Complete(
                run.run().id(), task.id(), OptionalInt.of(task.claim().fence()), json("{}"), List.of(), "");

        assertThat(run.decide(complete)).isInstanceOf(Outcome.Accepted.class);
        assertThat(run.decide(complete)).isInstanceOf(Outcome.Rejected.class);
        assertThat(run.summary()).isEqualTo("RUNNING a:COMPLETED b:SCHEDULED");
    }

    @Test
    void onlyATaskThatWaitsForAPersonTakesAnAnswer() {
        TestRun run = TestRun.start(TestPlan.of(work("a")));

        Outcome outcome = run.decide(new Command.Complete(
                run.run().id(), run.open("a").id(), OptionalInt.empty(), json("{}"), List.of(), "x"));

        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void aTimerThatRingsEarlyDoesNothing() {
        TestRun run = TestRun.start(TestPlan.of(human("a").timeout(MINUTE, OnTimeout.RETRY)));

        Outcome outcome =
                run.decide(new Command.TaskDue(run.run().id(), run.open("a").id()));

        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void noTimeLimitEndsDuringAPause() {
        TestRun run = TestRun.start(TestPlan.of(human("a").timeout(MINUTE, OnTimeout.TIME_OUT_RUN)));

        run.pause().after(MINUTE).due("a");

        assertThat(run.summary()).isEqualTo("PAUSED a:IN_PROGRESS");
        assertThat(run.open("a").due().at().orElseThrow()).isAfter(run.now());
    }

    @Test
    void aRunThatEndsWhileItIsResumedLeavesNothingOpen() {
        TestRun run = TestRun.start(
                TestPlan.of(fork(
                        "f",
                        List.of(work("a"), loop("l", "true", choice("s", "1", Map.of()))),
                        List.of(work("b"), work("c")))),
                TestRun.limits(MINUTE, 200, 1, 5));

        run.claim("a").claim("b").pause().complete("a").complete("b").resume();

        assertThat(run.summary())
                .isEqualTo(
                        "FAILED f:FAILED a:COMPLETED b:COMPLETED l:FAILED_WITH_TERMINAL_ERROR c:CANCELED s:COMPLETED");
    }

    @Test
    void aRetryThatFailsAtOnceClosesTheContainersThatItOpened() {
        TestRun run = TestRun.start(
                TestPlan.of(fork(
                        "f",
                        List.of(loop("x", "true", work("a"))),
                        List.of(work("b"), loop("l", "true", choice("s", "1", Map.of()))))),
                TestRun.limits(MINUTE, 200, 1, 5));

        run.complete("b").retry();

        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.openTasks()).isEmpty();
    }

    @Test
    void aRunThatCompletesBehindAToleratedFailureHasAnOutput() {
        TestRun run = TestRun.start(TestPlan.of(work("a").asOptional()));

        run.fail("a");

        assertThat(run.run().output()).isEqualTo(json("{}"));
    }

    @Test
    void aTaskWhoseWorkerVanishedIsAnnouncedAsItStandsNow() {
        TestRun run = TestRun.start(TestPlan.of(work("a")));

        run.claim("a").after(MINUTE).due("a");

        assertThat(run.effects()).last().isInstanceOfSatisfying(Outcome.Effect.Dispatch.class, dispatch -> {
            assertThat(dispatch.task().status()).isEqualTo(TaskStatus.SCHEDULED);
            assertThat(dispatch.task().due()).isEqualTo(run.open("a").due());
        });
    }

    @Test
    void aTaskWhoseWorkerVanishedDuringAPauseIsHeld() {
        TestRun run = TestRun.start(TestPlan.of(work("a")));

        run.claim("a").pause().after(MINUTE).due("a");

        assertThat(run.open("a").due()).isEqualTo(Due.HELD);
        assertThat(run.resume().complete("a").summary()).isEqualTo("COMPLETED a:COMPLETED");
    }

    @Test
    void theOrderInWhichAStateWasLoadedDecidesNothing() {
        TestRun run = TestRun.start(TestPlan.of(fork("f", List.of(work("a")), List.of(work("b")), List.of(work("c")))));
        Command terminate = new Command.Terminate(run.run().id(), Optional.empty(), TestRun.CALLER);

        assertThat(run.decideCold(terminate)).isEqualTo(run.decide(terminate));
    }

    @Test
    void aContainerAlertsOnceAndThenOnlyWaitsForItsChildren() {
        TestRun run = TestRun.start(TestPlan.of(fork("f", List.of(human("a"))).timeout(MINUTE, OnTimeout.ALERT_ONLY)));

        run.after(MINUTE).due("f");

        assertThat(run.effects().stream().filter(Outcome.Effect.TimeoutAlert.class::isInstance))
                .hasSize(1);
        assertThat(run.open("f").due()).isEqualTo(Due.NONE);
        assertThat(run.decide(new Command.TaskDue(run.run().id(), run.open("f").id())))
                .isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void noTimeLimitOfAContainerEndsDuringAPause() {
        TestRun run = TestRun.start(TestPlan.of(fork("f", List.of(work("a"))).timeout(MINUTE, OnTimeout.TIME_OUT_RUN)));

        run.pause().after(MINUTE).due("f");

        assertThat(run.summary()).isEqualTo("PAUSED f:IN_PROGRESS a:SCHEDULED");
        assertThat(run.open("f").due().at().orElseThrow()).isAfter(run.now());
    }

    @Test
    void aRunTimesOutAsAWhole() {
        TestRun run = TestRun.start(TestPlan.of(Optional.of(MINUTE), work("a")));

        run.after(MINUTE).decide(new Command.RunDue(run.run().id()));

        assertThat(run.summary()).isEqualTo("TIMED_OUT a:CANCELED");
        assertThat(run.run().reason()).contains("The run timed out after 60 s");
    }

    @Test
    void anAttemptWhoseWorkersAllVanishCountsAsFailed() {
        TestRun run = TestRun.start(TestPlan.of(work("a")));
        IntStream.range(0, DeciderLimits.DEFAULTS.maxDeliveries()).forEach(i -> run.claim("a"));

        run.after(MINUTE).due("a");

        assertThat(run.summary()).isEqualTo("FAILED a:FAILED");
        assertThat(run.run().reason().orElseThrow()).contains("every worker stopped responding");
    }

    @Test
    void aLongChainOfInlineTasksGivesWay() {
        TestPlan.Step[] switches = IntStream.range(0, 25)
                .mapToObj(i -> choice("s" + i, "1", Map.of()))
                .toArray(TestPlan.Step[]::new);
        DeciderLimits limits = TestRun.limits(MINUTE, 10, 100, 5);

        TestRun run = TestRun.start(TestPlan.of(switches), limits);
        assertThat(run.tasks()).hasSize(11);
        Task next = run.open("s10");
        assertThat(next.due().kind()).isEqualTo(DueKind.CONTINUE);
        assertThat(run.effects()).contains(new Outcome.Effect.Continue(next));

        run.due("s10");
        run.due("s21");
        assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aLoopWithoutEndEnds() {
        DeciderLimits limits = TestRun.limits(MINUTE, 1_000, 50, 5);

        TestRun run = TestRun.start(TestPlan.of(loop("l", "true", choice("s", "1", Map.of()))), limits);

        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.run().reason().orElseThrow()).contains("limit of 50 iterations");
    }

    @Test
    void illegalTransitionsSayTheState() {
        TestRun run = TestRun.start(TestPlan.of(work("a"))).terminate();
        UUID id = run.run().id();

        assertThat(Stream.of(
                                new Command.Pause(id, ""),
                                new Command.Resume(id, ""),
                                new Command.Terminate(id, Optional.empty(), ""))
                        .map(run::decide))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                    assertThat(rejected.code()).isEqualTo(Outcome.Code.CONFLICT);
                    assertThat(rejected.message()).contains("The run is TERMINATED");
                }));
    }

    @Test
    void everyDispatchIsAnnouncedOnce() {
        TestRun run = TestRun.start(TestPlan.of(work("a"), work("b")));

        run.complete("a");

        assertThat(run.effects().stream()
                        .filter(Outcome.Effect.Dispatch.class::isInstance)
                        .map(effect -> ((Outcome.Effect.Dispatch) effect)
                                .task()
                                .label()
                                .ref()))
                .containsExactly("a", "b");
        assertThat(run.last("b").output()).isEqualTo(MissingNode.getInstance());
    }

    private static TestPlan.Step[] plan(TestPlan.Step... steps) {
        return steps;
    }

    private static Arguments row(String name, TestPlan.Step[] plan, UnaryOperator<TestRun> happens, String expected) {
        return Arguments.of(name, Named.of(name, plan), Named.of(name, happens), expected);
    }
}
