package dev.continuo.decide;

import static dev.continuo.decide.Given.choice;
import static dev.continuo.decide.Given.fork;
import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.joinWith;
import static dev.continuo.decide.Given.loop;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Forks, written and dynamic, and what joins them. */
class ConductorForksTest {
    private static final String NEVER = ", 'retryCount': 0";

    static Stream<Arguments> rows() {
        return Stream.of(
                row(
                        "a join ends with its last branch, in the same decision",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a", "b"), simple("z")),
                        run -> run.all("b", "a"),
                        "RUNNING f:COMPLETED a:COMPLETED b:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a join of some branches leaves the others running",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a"), simple("z")),
                        run -> run.done("a"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:COMPLETED z:SCHEDULED"),
                row(
                        "a run waits for the branches that its join did not wait for",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a"), simple("z")),
                        run -> run.all("a", "z"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:COMPLETED z:COMPLETED"),
                row(
                        "and ends with them",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a"), simple("z")),
                        run -> run.all("a", "z", "b"),
                        "COMPLETED f:COMPLETED a:COMPLETED b:COMPLETED j:COMPLETED z:COMPLETED"),
                row(
                        "a join in the middle of a branch lets the branch go on",
                        Given.tasks(fork("f", simple("a") + "," + simple("c"), simple("b")), join("j", "a", "b")),
                        run -> run.all("b", "a"),
                        "RUNNING f:COMPLETED a:COMPLETED b:COMPLETED j:COMPLETED c:SCHEDULED"),
                row(
                        "a later join waits for a branch that the first did not wait for",
                        Given.tasks(
                                fork("f", simple("a"), simple("b")),
                                join("j", "a"),
                                simple("m"),
                                join("k", "b"),
                                simple("z")),
                        run -> run.all("a", "m"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:COMPLETED m:COMPLETED k:IN_PROGRESS"),
                row(
                        "and goes on when that has ended",
                        Given.tasks(
                                fork("f", simple("a"), simple("b")),
                                join("j", "a"),
                                simple("m"),
                                join("k", "b"),
                                simple("z")),
                        run -> run.all("a", "m", "b"),
                        "RUNNING f:COMPLETED a:COMPLETED b:COMPLETED j:COMPLETED m:COMPLETED k:COMPLETED z:SCHEDULED"),
                row(
                        "a join without a fork does not wait for what nobody will reach",
                        Given.tasks(
                                choice("s", "'x'", "'x': [" + simple("a") + "], 'y': [" + simple("b") + "]", ""),
                                join("j", "a", "b"),
                                simple("z")),
                        run -> run.done("a"),
                        "RUNNING s:COMPLETED a:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "an empty joinOn waits for all branches",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j"), simple("z")),
                        run -> run.done("a"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:IN_PROGRESS"),
                row(
                        "an empty joinOn waits for nothing where that is switched off",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j"), simple("z"))
                                .emptyJoinsEnd(),
                        run -> run,
                        "RUNNING f:COMPLETED a:SCHEDULED b:SCHEDULED j:COMPLETED z:SCHEDULED"),
                row(
                        "a branch without tasks is no branch",
                        Given.tasks(fork("f", "", simple("b")), join("j", "b"), simple("z")),
                        run -> run.done("b"),
                        "RUNNING f:COMPLETED b:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a fork without any task goes on",
                        Given.tasks(fork("f", ""), join("j"), simple("z")),
                        run -> run,
                        "RUNNING f:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a fork in a fork",
                        Given.tasks(
                                fork("f", fork("g", simple("a"), simple("b")) + "," + join("h", "a", "b"), simple("c")),
                                join("j", "h", "c"),
                                simple("z")),
                        run -> run.all("c", "a", "b"),
                        "RUNNING f:COMPLETED g:COMPLETED c:COMPLETED j:COMPLETED a:COMPLETED b:COMPLETED h:COMPLETED"
                                + " z:SCHEDULED"),
                row(
                        "a branch that ends in a switch is over when the switch's case is",
                        Given.tasks(
                                fork("f", choice("s", "'x'", "'x': [" + simple("a") + "]", ""), simple("b")),
                                join("j", "s", "b"),
                                simple("z")),
                        run -> run.done("b"),
                        "RUNNING f:COMPLETED s:COMPLETED b:COMPLETED j:IN_PROGRESS a:SCHEDULED"),
                row(
                        "a join does not wait for a case that was not taken",
                        Given.tasks(
                                fork("f", choice("s", "'y'", "'x': [" + simple("a") + "], 'y': []", ""), simple("b")),
                                join("j", "a", "b"),
                                simple("z")),
                        run -> run.done("b"),
                        "RUNNING f:COMPLETED s:COMPLETED b:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a join's script ends the waiting",
                        Given.tasks(
                                fork("f", simple("a"), simple("b")),
                                joinWith("j", ", 'evaluatorType': 'js', 'expression': '$.a.enough'", "a", "b"),
                                simple("z")),
                        run -> run.done("a", "{'enough': true}"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:COMPLETED z:SCHEDULED"),
                row(
                        "a join's script may let it wait",
                        Given.tasks(
                                fork("f", simple("a"), simple("b")),
                                joinWith("j", ", 'evaluatorType': 'js', 'expression': '$.a.enough'", "a", "b"),
                                simple("z")),
                        run -> run.done("a", "{'enough': false}"),
                        "RUNNING f:COMPLETED a:COMPLETED b:SCHEDULED j:IN_PROGRESS"),
                row(
                        "a join's script that throws fails the run",
                        Given.tasks(
                                fork("f", simple("a"), simple("b")),
                                joinWith("j", ", 'evaluatorType': 'js', 'expression': 'nothing.here'", "a", "b")),
                        run -> run.done("a"),
                        "FAILED f:COMPLETED a:COMPLETED b:CANCELED j:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a failure in a branch fails the join and the run at once",
                        Given.tasks(fork("f", simple("a", "{}", NEVER), simple("b")), join("j", "a", "b")),
                        run -> run.failed("a"),
                        "FAILED f:COMPLETED a:FAILED b:CANCELED j:FAILED"),
                row(
                        "an optional failure in a branch flaws the join",
                        Given.tasks(
                                fork("f", simple("a", "{}", NEVER + ", 'optional': true"), simple("b")),
                                join("j", "a", "b"),
                                simple("z")),
                        run -> run.failed("a").done("b"),
                        "RUNNING f:COMPLETED a:COMPLETED_WITH_ERRORS b:COMPLETED j:COMPLETED_WITH_ERRORS z:SCHEDULED"),
                row(
                        "a permissive failure in a branch fails the join when all branches are over",
                        Given.tasks(
                                fork("f", simple("a", "{}", NEVER + ", 'permissive': true"), simple("b")),
                                join("j", "a", "b"),
                                simple("z")),
                        run -> run.failed("a").done("b"),
                        "FAILED f:COMPLETED a:FAILED b:COMPLETED j:FAILED"),
                row(
                        "a join waits for the others when a permissive task has failed",
                        Given.tasks(
                                fork("f", simple("a", "{}", NEVER + ", 'permissive': true"), simple("b")),
                                join("j", "a", "b"),
                                simple("z")),
                        run -> run.failed("a"),
                        "RUNNING f:COMPLETED a:FAILED b:SCHEDULED j:IN_PROGRESS"),
                row(
                        "a canceled branch ends the run as terminated",
                        Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a", "b")),
                        run -> run.failed("a", TaskStatus.CANCELED),
                        "TERMINATED f:COMPLETED a:CANCELED b:CANCELED j:CANCELED"),
                row(
                        "a fork that is passed over leaves its join nothing to wait for",
                        Given.tasks(simple("x"), fork("f", simple("a")), join("j", "a"), simple("z")),
                        run -> run.skip("f", "{}", "{}").done("x"),
                        "RUNNING x:COMPLETED f:SKIPPED j:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic fork of a list of tasks",
                        Given.tasks(dynamic(), join("j"), simple("z")).input("""
                                {'t': [{'name': 'w', 'taskReferenceName': 'p'},
                                       {'name': 'w', 'taskReferenceName': 'q', 'type': 'NOOP'}],
                                 'i': {'p': {'v': 1}}}"""),
                        run -> run.done("p"),
                        "RUNNING f:COMPLETED p:COMPLETED q:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic fork without tasks goes on",
                        Given.tasks(dynamic(), join("j"), simple("z")).input("{'t': [], 'i': {}}"),
                        run -> run,
                        "RUNNING f:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic fork of what is no list fails the run",
                        Given.tasks(dynamic(), join("j"), simple("z")).input("{'t': 'x', 'i': {}}"),
                        run -> run,
                        "FAILED f:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a dynamic fork with inputs that are no map fails the run",
                        Given.tasks(dynamic(), join("j"), simple("z"))
                                .input("{'t': [{'name': 'w', 'taskReferenceName': 'p'}], 'i': {'p': 3}}"),
                        run -> run,
                        "FAILED f:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a dynamic fork that uses a reference name of the definition fails the run",
                        Given.tasks(dynamic(), join("j"), simple("z"))
                                .input("{'t': [{'name': 'w', 'taskReferenceName': 'z'}], 'i': {}}"),
                        run -> run,
                        "FAILED f:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a dynamic fork of the older form",
                        Given.tasks(
                                        system(
                                                "FORK_JOIN_DYNAMIC",
                                                "f",
                                                "{'t': '${workflow.input}'}",
                                                ", 'dynamicForkJoinTasksParam': 't'"),
                                        join("j"),
                                        simple("z"))
                                .input(
                                        "{'dynamicTasks': [{'taskName': 'w', 'referenceName': 'p', 'input': {'v': 1}}]}"),
                        run -> run.done("p"),
                        "RUNNING f:COMPLETED p:COMPLETED j:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic fork of one task for each input",
                        Given.tasks(
                                system(
                                        "FORK_JOIN_DYNAMIC",
                                        "f",
                                        "{'forkTaskName': 'w', 'forkTaskInputs': [{}, 7]}",
                                        ""),
                                join("j"),
                                simple("z")),
                        run -> run.all("_w_0", "_w_1"),
                        "RUNNING f:COMPLETED _w_0:COMPLETED _w_1:COMPLETED j:COMPLETED z:SCHEDULED"));
    }

    private static String dynamic() {
        return system(
                "FORK_JOIN_DYNAMIC",
                "f",
                "{'t': '${workflow.input.t}', 'i': '${workflow.input.i}'}",
                ", 'dynamicForkTasksParam': 't', 'dynamicForkTasksInputParamName': 'i'");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theRunStandsAsTheRowSays(Given given, UnaryOperator<ConductorRun> happens, String summary) {
        assertThat(happens.apply(given.start()).summary()).isEqualTo(summary);
    }

    private static Arguments row(String name, Given given, UnaryOperator<ConductorRun> happens, String summary) {
        return Arguments.of(Named.of(name, given), happens, summary);
    }

    @Test
    void aJoinTellsTheOutputsOfWhatItWaitedFor() {
        ConductorRun run = Given.tasks(fork("f", simple("a"), simple("b")), join("j", "a", "b"))
                .start();

        run.done("a", "{'v': 1}").done("b", "{'v': 2}");

        assertThat(run.output("j")).isEqualTo(json("{'a': {'v': 1}, 'b': {'v': 2}}"));
        assertThat(run.run().output()).isEqualTo(run.output("j"));
        assertThat(run.last("f").label().type()).isEqualTo("FORK");
        assertThat(run.input("j")).isEqualTo(json("{'joinOn': ['a', 'b']}"));
    }

    @Test
    void aDynamicForkTellsWhatItForked() {
        ConductorRun run = Given.tasks(dynamic(), join("j"), simple("z", "{'got': '${j.output.p.o}'}"))
                .def("w", "{'inputTemplate': {'d': 4, 'v': 0}}")
                .input(
                        "{'t': [{'name': 'w', 'taskReferenceName': 'p', 'inputParameters': {'x': '${workflow.input.n}'}}],"
                                + " 'i': {'p': {'v': '${not.a.template}'}}, 'n': 9}")
                .start();

        assertThat(run.output("f").path("forkedTasks")).isEqualTo(json("['p']"));
        assertThat(run.output("f").path("forkedTaskDefs").path(0).path("name").asText())
                .isEqualTo("w");
        assertThat(run.input("p").path("v").asText()).isEqualTo("${not.a.template}");
        assertThat(run.input("p").path("d").asInt()).isEqualTo(4);
        run.done("p", "{'o': 5}");
        assertThat(run.output("j")).isEqualTo(json("{'p': {'o': 5}}"));
        assertThat(run.input("z")).isEqualTo(json("{'got': 5}"));
    }

    @Test
    void aDynamicForkGivesEachItsInputAndItsNumber() {
        ConductorRun run = Given.tasks(
                        system("FORK_JOIN_DYNAMIC", "f", "{'forkTaskName': 'w', 'forkTaskInputs': [{'a': 1}, 7]}", ""),
                        join("j"))
                .start();

        assertThat(run.input("_w_0")).isEqualTo(json("{'a': 1, '__index': 0}"));
        assertThat(run.input("_w_1")).isEqualTo(json("{'input': 7, '__index': 1}"));
    }

    @Test
    void aDynamicForkOfWorkflowsStartsOneForEach() {
        ConductorRun run = Given.tasks(
                        system(
                                "FORK_JOIN_DYNAMIC",
                                "f",
                                "{'forkTaskWorkflow': 'child', 'forkTaskWorkflowVersion': 2, 'forkTaskInputs': [{'a': 1}]}",
                                ""),
                        join("j"))
                .start();

        assertThat(run.effects(Outcome.Effect.Perform.class)).hasSize(1);
        assertThat(run.input("_child_0"))
                .isEqualTo(json("{'workflowInput': {'a': 1, '__index': 0}, 'subWorkflowName': 'child',"
                        + " 'subWorkflowVersion': 2}"));
    }

    @Test
    void aDynamicForkInALoopForksAnewInEachPass() {
        ConductorRun run = Given.tasks(loop(
                        "l",
                        "$.l.iteration < 3",
                        system("FORK_JOIN_DYNAMIC", "f", "{'forkTaskName': 'w', 'forkTaskInputs': [1, 2]}", ""),
                        join("j")))
                .start();

        for (int pass = 1; pass <= 3; pass++) {
            run.done("_w_0__" + pass, "{'v': " + pass + "}").done("_w_1__" + pass);
        }

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.output("j__3")).isEqualTo(json("{'_w_0': {'v': 3}, '_w_1': {}}"));
        assertThat(run.inner().state().fragmentCount()).isLessThanOrEqualTo(1);
    }

    @Test
    void aJoinInALoopWaitsForTheBranchesOfItsOwnPass() {
        ConductorRun run = Given.tasks(
                        loop("l", "$.l.iteration < 2", fork("f", simple("a"), simple("b")), join("j", "a", "b")))
                .start();

        run.all("a__1", "b__1", "b__2");

        assertThat(run.summary())
                .isEqualTo("RUNNING l:IN_PROGRESS f__1:COMPLETED a__1:COMPLETED b__1:COMPLETED j__1:COMPLETED"
                        + " f__2:COMPLETED a__2:SCHEDULED b__2:COMPLETED j__2:IN_PROGRESS");
    }
}
