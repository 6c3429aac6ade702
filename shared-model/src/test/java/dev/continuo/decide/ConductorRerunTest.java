package dev.continuo.decide;

import static dev.continuo.decide.Given.choice;
import static dev.continuo.decide.Given.fork;
import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.loop;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.model.RunStatus;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that have ended begin again: all of it, what failed, or from one task on. */
class ConductorRerunTest {
    private static final String ONCE = ", 'retryCount': 0";
    private static final Given LINE = Given.tasks(simple("a"), simple("b"), simple("c"));
    private static final Given FORK = Given.tasks(
            fork("f", simple("a") + "," + simple("b", "{}", ONCE), simple("c") + "," + simple("d")),
            join("j", "b", "d"),
            simple("z"));
    private static final Given LOOP =
            Given.tasks(loop("l", "$.l.iteration < 3", simple("a"), simple("b")), simple("z"));
    private static final Given SWITCH =
            Given.tasks(choice("s", "'x'", "'x': [" + simple("a") + "," + simple("b") + "]", ""), simple("z"));
    private static final Given DYNAMIC = Given.tasks(
                    simple("x"),
                    system("DYNAMIC", "d", "{'t': '${workflow.input.t}'}", ", 'dynamicTaskNameParam': 't'"),
                    simple("z"))
            .def("w", "{'retryCount': 1, 'retryDelaySeconds': 0}")
            .input("{'t': 'w'}");
    private static final Given FORKED = Given.tasks(
            system("FORK_JOIN_DYNAMIC", "f", "{'forkTaskName': 'w', 'forkTaskInputs': [1, 2]}", ""),
            join("j"),
            simple("z"));
    private static final Given NESTED =
            Given.tasks(loop("o", "$.o.iteration < 2", loop("i", "$.i.iteration < 2", simple("t"))), simple("z"));

    static Stream<Arguments> rows() {
        return Stream.of(
                row("the first task", LINE, run -> run.all("a", "b", "c").rerun("a"), "RUNNING a:SCHEDULED"),
                row(
                        "a task in the middle",
                        LINE,
                        run -> run.all("a", "b", "c").rerun("b").all("b", "c"),
                        "COMPLETED a:COMPLETED b:COMPLETED c:COMPLETED"),
                row(
                        "a task in a branch: the other branch is kept",
                        FORK,
                        run -> run.all("a", "b", "c", "d", "z").rerun("a"),
                        "RUNNING f:COMPLETED c:COMPLETED j:IN_PROGRESS d:COMPLETED a:SCHEDULED"),
                row(
                        "and the join ends with it",
                        FORK,
                        run -> run.all("a", "b", "c", "d", "z").rerun("a").all("a", "b"),
                        "RUNNING f:COMPLETED c:COMPLETED j:COMPLETED d:COMPLETED a:COMPLETED b:COMPLETED z:SCHEDULED"),
                row(
                        "a task in a branch: another branch that was canceled is done again",
                        FORK,
                        run -> run.all("a").failed("b").rerun("a").all("a", "b", "c", "d", "z"),
                        "COMPLETED f:COMPLETED c:CANCELED j:COMPLETED c#1:COMPLETED a:COMPLETED b:COMPLETED d:COMPLETED"
                                + " z:COMPLETED"),
                row(
                        "the fork",
                        FORK,
                        run -> run.all("a", "b", "c", "d", "z").rerun("f"),
                        "RUNNING f:COMPLETED a:SCHEDULED c:SCHEDULED j:IN_PROGRESS"),
                row(
                        "the join, all of whose branches are done",
                        FORK,
                        run -> run.all("a", "b", "c", "d", "z").rerun("j"),
                        "RUNNING f:COMPLETED a:COMPLETED c:COMPLETED j:COMPLETED b:COMPLETED d:COMPLETED z:SCHEDULED"),
                row(
                        "the join, of which a branch has failed",
                        FORK,
                        run -> run.all("a").failed("b").rerun("j").all("b", "c", "d"),
                        "RUNNING f:COMPLETED a:COMPLETED c:CANCELED j:COMPLETED b:FAILED c#1:COMPLETED b#1:COMPLETED"
                                + " d:COMPLETED z:SCHEDULED"),
                row(
                        "a task in a pass: later passes are gone",
                        LOOP,
                        run -> run.all("a__1", "b__1", "a__2", "b__2", "a__3", "b__3", "z")
                                .rerun("b__2"),
                        "RUNNING l:IN_PROGRESS a__1:COMPLETED b__1:COMPLETED a__2:COMPLETED b__2:SCHEDULED"),
                row(
                        "a task in a pass, to the end",
                        LOOP,
                        run -> run.all("a__1", "b__1", "a__2", "b__2", "a__3", "b__3", "z")
                                .rerun("b__2")
                                .all("b__2", "a__3", "b__3", "z"),
                        "COMPLETED l:COMPLETED a__1:COMPLETED b__1:COMPLETED a__2:COMPLETED b__2:COMPLETED a__3:COMPLETED"
                                + " b__3:COMPLETED z:COMPLETED"),
                row(
                        "the loop",
                        LOOP,
                        run -> run.all("a__1", "b__1", "a__2").terminate().rerun("l"),
                        "RUNNING l:IN_PROGRESS a__1:SCHEDULED"),
                row(
                        "a task in a loop in a loop",
                        NESTED,
                        run -> run.all("t__1__1", "t__1__2", "t__2__1", "t__2__2", "z")
                                .rerun("t__1__2"),
                        "RUNNING o:IN_PROGRESS i__1:IN_PROGRESS t__1__1:COMPLETED t__1__2:SCHEDULED"),
                row(
                        "a task in a case",
                        SWITCH,
                        run -> run.all("a", "b", "z").rerun("b"),
                        "RUNNING s:COMPLETED a:COMPLETED b:SCHEDULED"),
                row("the switch", SWITCH, run -> run.all("a", "b", "z").rerun("s"), "RUNNING s:COMPLETED a:SCHEDULED"),
                row(
                        "a dynamic task",
                        DYNAMIC,
                        run -> run.all("x", "d", "z").rerun("d").all("d", "z"),
                        "COMPLETED x:COMPLETED d:COMPLETED z:COMPLETED"),
                row(
                        "a further attempt of a dynamic task",
                        DYNAMIC,
                        run -> run.all("x").failed("d").all("d", "z").rerun("d").all("d"),
                        "RUNNING x:COMPLETED d:FAILED d:COMPLETED z:SCHEDULED"),
                row(
                        "what is before a dynamic task that was tried again",
                        DYNAMIC,
                        run -> run.all("x").failed("d").all("d", "z").rerun("x"),
                        "RUNNING x:SCHEDULED"),
                row(
                        "a task of a dynamic fork",
                        FORKED,
                        run -> run.all("_w_0", "_w_1", "z").rerun("_w_1"),
                        "RUNNING f:COMPLETED _w_0:COMPLETED j:IN_PROGRESS _w_1:SCHEDULED"),
                row(
                        "a task of a dynamic fork, to the end",
                        FORKED,
                        run -> run.all("_w_0", "_w_1", "z").rerun("_w_1").all("_w_1", "z"),
                        "COMPLETED f:COMPLETED _w_0:COMPLETED j:COMPLETED _w_1:COMPLETED z:COMPLETED"),
                row(
                        "the dynamic fork",
                        FORKED,
                        run -> run.all("_w_0", "_w_1", "z").rerun("f").all("_w_0"),
                        "RUNNING f:COMPLETED _w_0:COMPLETED _w_1:SCHEDULED j:IN_PROGRESS"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aRunGoesOnFrom(Given given, UnaryOperator<ConductorRun> happens, String summary) {
        assertThat(happens.apply(given.start()).summary()).isEqualTo(summary);
    }

    private static Arguments row(String name, Given given, UnaryOperator<ConductorRun> happens, String summary) {
        return Arguments.of(Named.of(name, given), happens, summary);
    }

    @Test
    void aRerunKeepsTheOutputsOfEarlierPasses() {
        ConductorRun run = LOOP.start();
        run.done("a__1", "{'v': 1}").all("b__1").done("a__2", "{'v': 2}").all("b__2", "a__3", "b__3", "z");

        run.rerun("a__2").done("a__2", "{'v': 22}").all("b__2", "a__3", "b__3");

        assertThat(run.output("l"))
                .isEqualTo(json("{'iteration': 3, '1': {'a': {'v': 1}, 'b': {}}, '2': {'a': {'v': 22}, 'b': {}},"
                        + " '3': {'a': {}, 'b': {}}}"));
    }

    @Test
    void aRerunTakesAnotherInput() {
        ConductorRun run = Given.tasks(simple("a", "{'v': '${workflow.input.v}', 'w': 1}"), simple("b"))
                .def("a", "{'retryCount': 1, 'retryDelaySeconds': 0}")
                .input("{'v': 1}")
                .start();
        run.all("a", "b").rerun("a", "{'w': 2, 'x': 3}");
        assertThat(run.input("a")).isEqualTo(json("{'v': 1, 'w': 2, 'x': 3}"));
        run.failed("a");
        assertThat(run.input("a")).as("of the attempt after it").isEqualTo(json("{'v': 1, 'w': 2, 'x': 3}"));

        run.all("a", "b").does(run.rerunOf("a", Optional.of("{'v': 9}"), Optional.empty()));

        assertThat(run.input("a")).isEqualTo(json("{'v': 9, 'w': 1}"));
        assertThat(run.run().origin().input()).isEqualTo(json("{'v': 9}"));
    }

    @Test
    void aRerunOfTheWholeRunHasNothingOfTheRunBefore() {
        ConductorRun run = Given.tasks(system("SET_VARIABLE", "s", "{'k': 1}", ""), simple("a"))
                .start();
        run.all("a");

        run.does(new Command.Rerun(
                run.id(),
                Optional.empty(),
                Optional.of((com.fasterxml.jackson.databind.node.ObjectNode) json("{'n': 1}")),
                Optional.empty(),
                Optional.of("again"),
                ConductorRun.BY));

        assertThat(run.summary()).isEqualTo("RUNNING s:COMPLETED a:SCHEDULED");
        assertThat(run.run().origin().correlationId()).contains("again");
        assertThat(run.run().origin().input()).isEqualTo(json("{'n': 1}"));
    }

    @Test
    void onlyWhatHasEndedAndIsThereCanBeDoneAgain() {
        ConductorRun run = LINE.start();

        assertThat(run.ask(run.rerunOf("a", Optional.empty(), Optional.empty())))
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.code()).isEqualTo(Outcome.Code.CONFLICT));
        run.all("a", "b", "c");
        assertThat(run.ask(new Command.Rerun(
                        run.id(),
                        Optional.of(new UUID(9, 9)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        ConductorRun.BY)))
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.code()).isEqualTo(Outcome.Code.NOT_FOUND));
    }

    @Test
    void aFailureThatWasToleratedBeforeStillFailsTheRun() {
        ConductorRun run = Given.tasks(simple("a", "{}", ONCE + ", 'permissive': true"), simple("b"))
                .start();
        run.failed("a").all("b");
        assertThat(run.status()).isEqualTo(RunStatus.FAILED);

        run.rerun("b").all("b");

        assertThat(run.summary()).isEqualTo("FAILED a:FAILED b:COMPLETED");
        assertThat(run.rerun("a").all("a", "b").summary()).isEqualTo("COMPLETED a:COMPLETED b:COMPLETED");
    }

    @Test
    void aRestartBeginsWithNothing() {
        ConductorRun run = FORKED.start();
        run.all("_w_0", "_w_1", "z").restart();

        assertThat(run.summary()).isEqualTo("RUNNING f:COMPLETED _w_0:SCHEDULED _w_1:SCHEDULED j:IN_PROGRESS");
        assertThat(run.all("_w_0", "_w_1", "z").status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aRestartMayTakeTheLatestDefinition() {
        ConductorRun run = LINE.start();
        run.terminate();

        run.restart(Given.tasks(simple("n"), simple("m", "{'got': '${n.output.v}'}"))
                .with("{'version': 5}")
                .plan());

        run.done("n", "{'v': 1}");
        assertThat(run.input("m")).isEqualTo(json("{'got': 1}"));
        assertThat(run.run().origin().definitionVersion()).isEqualTo(5);
    }

    @Test
    void aRunThatCompletedIsRestartedOnlyWhereTheDefinitionAllowsIt() {
        ConductorRun run =
                Given.tasks(simple("a")).with("{'restartable': false}").start();
        run.all("a");

        assertThat(run.ask(new Command.Restart(run.id(), Optional.empty(), ConductorRun.BY)))
                .isInstanceOfSatisfying(
                        Rejected.class, no -> assertThat(no.code()).isEqualTo(Outcome.Code.NOT_FOUND));
    }

    @Test
    void aRetryGoesOnWhereTheRunFailed() {
        ConductorRun run = FORK.start();
        run.all("a").failed("b").retry();

        assertThat(run.summary())
                .isEqualTo(
                        "RUNNING f:COMPLETED a:COMPLETED c:CANCELED j:IN_PROGRESS b:FAILED c#1:SCHEDULED b#1:SCHEDULED");
        assertThat(run.run().notes().has(Notes.FAILED_REFS)).isFalse();
        assertThat(run.all("b", "c", "d", "z").status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aRetryOfAToleratedFailureDoesNotDoTheRestAgain() {
        ConductorRun run = Given.tasks(simple("a", "{}", ONCE + ", 'permissive': true"), simple("b"))
                .start();
        run.failed("a").done("b", "{'v': 1}").retry().all("a");

        assertThat(run.summary()).isEqualTo("COMPLETED a:FAILED b:COMPLETED a#1:COMPLETED");
        assertThat(run.run().output()).isEqualTo(json("{'v': 1}"));
    }

    @Test
    void aRetryOfADynamicTaskAndOfADynamicForksTask() {
        ConductorRun dynamic = DYNAMIC.start();
        dynamic.all("x").failed("d").failed("d").retry();
        ConductorRun forked = FORKED.start();
        forked.all("_w_0")
                .failed("_w_1", dev.continuo.model.TaskStatus.FAILED_WITH_TERMINAL_ERROR)
                .retry();

        assertThat(dynamic.all("d", "z").status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(forked.all("_w_1", "z").status()).isEqualTo(RunStatus.COMPLETED);
    }
}
