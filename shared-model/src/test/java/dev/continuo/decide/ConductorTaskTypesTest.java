package dev.continuo.decide;

import static dev.continuo.decide.Given.choice;
import static dev.continuo.decide.Given.each;
import static dev.continuo.decide.Given.fork;
import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.loop;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.RunStatus;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each type of task does, as rows: a definition, what happens, and how the run stands afterwards. */
class ConductorTaskTypesTest {

    static Stream<Arguments> rows() {
        return Stream.of(
                row(
                        "worker tasks follow each other",
                        Given.tasks(simple("a"), simple("b")),
                        run -> run.done("a"),
                        "RUNNING a:COMPLETED b:SCHEDULED"),
                row(
                        "an unknown type is a worker's",
                        Given.tasks(system("MY_TYPE", "a", "{}", "")),
                        run -> run.done("a"),
                        "COMPLETED a:COMPLETED"),
                row(
                        "a switch takes the case of a value",
                        Given.tasks(
                                choice("s", "'x'", "'x': [" + simple("a") + "], 'y': []", simple("d")), simple("z")),
                        run -> run.done("a"),
                        "RUNNING s:COMPLETED a:COMPLETED z:SCHEDULED"),
                row(
                        "a switch without a match takes the default",
                        Given.tasks(choice("s", "7", "'x': []", simple("d"))),
                        run -> run,
                        "RUNNING s:COMPLETED d:SCHEDULED"),
                row(
                        "a matching case without tasks runs nothing",
                        Given.tasks(choice("s", "'x'", "'x': []", simple("d")), simple("z")),
                        run -> run,
                        "RUNNING s:COMPLETED z:SCHEDULED"),
                row(
                        "a switch's missing value is the text null",
                        Given.tasks(choice("s", "'${workflow.input.none}'", "'null': [" + simple("a") + "]", "")),
                        run -> run,
                        "RUNNING s:COMPLETED a:SCHEDULED"),
                row(
                        "a switch computes its case",
                        Given.tasks(system(
                                        "SWITCH",
                                        "s",
                                        "{'n': '${workflow.input.n}'}",
                                        ", 'evaluatorType': 'javascript', 'expression': '$.n > 1',"
                                                + " 'decisionCases': {'true': [" + simple("a") + "]}"))
                                .input("{'n': 2}"),
                        run -> run,
                        "RUNNING s:COMPLETED a:SCHEDULED"),
                row(
                        "a switch whose expression throws fails the run",
                        Given.tasks(system(
                                "SWITCH",
                                "s",
                                "{}",
                                ", 'evaluatorType': 'javascript', 'expression': 'nothing.here',"
                                        + " 'decisionCases': {'true': [" + simple("a") + "]}")),
                        run -> run,
                        "FAILED s:FAILED"),
                row(
                        "a decision's matching case without tasks falls to the default",
                        Given.tasks(system(
                                "DECISION",
                                "d",
                                "{'v': 'x'}",
                                ", 'caseValueParam': 'v', 'decisionCases': {'x': []}, 'defaultCase': [" + simple("a")
                                        + "]")),
                        run -> run,
                        "RUNNING d:COMPLETED a:SCHEDULED"),
                row(
                        "a dynamic task becomes a worker's task",
                        Given.tasks(
                                system("DYNAMIC", "d", "{'t': 'work', 'a': 1}", ", 'dynamicTaskNameParam': 't'"),
                                simple("z")),
                        run -> run.done("d"),
                        "RUNNING d:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic task becomes a system task",
                        Given.tasks(
                                system("DYNAMIC", "d", "{'t': 'NOOP'}", ", 'dynamicTaskNameParam': 't'"), simple("z")),
                        run -> run,
                        "RUNNING d:COMPLETED z:SCHEDULED"),
                row(
                        "a dynamic task without a name fails the run",
                        Given.tasks(system("DYNAMIC", "d", "{}", ", 'dynamicTaskNameParam': 't'")),
                        run -> run,
                        "FAILED d:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a dynamic task of a task definition is tried again as that",
                        Given.tasks(system("DYNAMIC", "d", "{'t': 'w'}", ", 'dynamicTaskNameParam': 't'"))
                                .def("w", "{'retryCount': 1, 'retryDelaySeconds': 0}"),
                        run -> run.failed("d").done("d"),
                        "COMPLETED d:FAILED d#1:COMPLETED"),
                row(
                        "a TERMINATE ends the run from any depth",
                        Given.tasks(
                                fork(
                                        "f",
                                        loop(
                                                "l",
                                                "true",
                                                choice(
                                                        "s",
                                                        "1",
                                                        "'x': []",
                                                        system(
                                                                "TERMINATE",
                                                                "t",
                                                                "{'terminationStatus': 'TERMINATED', 'terminationReason': 'why'}",
                                                                ""))),
                                        simple("b")),
                                join("j", "l", "b")),
                        run -> run,
                        "TERMINATED f:COMPLETED l:CANCELED b:CANCELED j:CANCELED s__1:COMPLETED t__1:COMPLETED"),
                row(
                        "a person is waited for",
                        Given.tasks(system("HUMAN", "h", "{}", ""), simple("z")),
                        run -> run.after(1_000_000).done("h"),
                        "RUNNING h:COMPLETED z:SCHEDULED"),
                row(
                        "a WAIT without a time waits to be told",
                        Given.tasks(system("WAIT", "w", "{}", "")),
                        run -> run.after(1_000_000).done("w"),
                        "COMPLETED w:COMPLETED"),
                row(
                        "a WAIT ends at its time",
                        Given.tasks(system("WAIT", "w", "{'duration': '1 minute 5 seconds'}", ""), simple("z")),
                        run -> run.after(65),
                        "RUNNING w:COMPLETED z:SCHEDULED"),
                row(
                        "a WAIT does not end before its time",
                        Given.tasks(system("WAIT", "w", "{'until': '2026-01-01 00:02'}", "")),
                        run -> run.after(119),
                        "RUNNING w:IN_PROGRESS"),
                row(
                        "a WAIT ends on its date",
                        Given.tasks(system("WAIT", "w", "{'until': '2026-01-01 00:02'}", "")),
                        run -> run.after(120),
                        "COMPLETED w:COMPLETED"),
                row(
                        "a WAIT for a duration that is none fails the run",
                        Given.tasks(system("WAIT", "w", "{'duration': '${workflow.input.d}'}", ""))
                                .input("{'d': 'soon'}"),
                        run -> run,
                        "FAILED w:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a NOOP does nothing",
                        Given.tasks(system("NOOP", "n", "{}", "")),
                        run -> run,
                        "COMPLETED n:COMPLETED"),
                row(
                        "an exclusive join takes the first task that was reached",
                        Given.tasks(
                                choice("s", "'y'", "'x': [" + simple("a") + "], 'y': [" + simple("b") + "]", ""),
                                system("EXCLUSIVE_JOIN", "e", "{}", ", 'joinOn': ['a', 'b']")),
                        run -> run.done("b", "{'v': 1}"),
                        "COMPLETED s:COMPLETED b:COMPLETED e:COMPLETED"));
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
    void aSwitchTellsWhatItChose() {
        ConductorRun run = Given.tasks(choice("s", "'q'", "'x': []", "")).start();

        assertThat(run.output("s")).isEqualTo(json("{'evaluationResult': ['q'], 'selectedCase': 'q'}"));
    }

    @Test
    void aDecisionTellsWhatItChose() {
        ConductorRun run = Given.tasks(system(
                        "DECISION", "d", "{'v': 3}", ", 'caseExpression': '$.v + 1', 'decisionCases': {'4': []}"))
                .start();

        assertThat(run.output("d")).isEqualTo(json("{'caseOutput': ['4']}"));
    }

    @Test
    void inlineScriptsComputeResults() {
        ConductorRun run = Given.tasks(
                        system(
                                "INLINE",
                                "i",
                                "{'a': 2, 'evaluatorType': 'javascript',"
                                        + " 'expression': '(function () { return {twice: $.a * 2}; })()'}",
                                ""),
                        system("INLINE", "v", "{'a': [1], 'evaluatorType': 'value-param', 'expression': 'a'}", ""),
                        system("LAMBDA", "l", "{'a': 3, 'scriptExpression': 'return {thrice: $.a * 3};'}", ""),
                        system("JSON_JQ_TRANSFORM", "q", "{'list': [1, 2], 'queryExpression': '.list[] + 1'}", ""))
                .start();

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.output("i")).isEqualTo(json("{'result': {'twice': 4}}"));
        assertThat(run.output("v")).isEqualTo(json("{'result': [1]}"));
        assertThat(run.output("l")).isEqualTo(json("{'result': {'thrice': 9}}"));
        assertThat(run.output("q")).isEqualTo(json("{'result': 2, 'resultList': [2, 3]}"));
    }

    @Test
    void aScriptThatThrowsFailsItsTaskForGood() {
        ConductorRun run = Given.tasks(
                        system("INLINE", "i", "{'expression': 'nothing.here'}", ", 'optional': true, 'retryCount': 2"),
                        system("JSON_JQ_TRANSFORM", "q", "{'queryExpression': 'error(1)'}", ", 'optional': true"),
                        system("INLINE", "k", "{'expression': 'nothing.here'}", ""))
                .start();

        assertThat(run.summary())
                .isEqualTo("FAILED i:COMPLETED_WITH_ERRORS q:COMPLETED_WITH_ERRORS k:FAILED_WITH_TERMINAL_ERROR");
        assertThat(run.output("q").path("error").asText()).isNotBlank();
        assertThat(run.reason())
                .isEqualTo("Task %s failed with status: FAILED_WITH_TERMINAL_ERROR and reason: '%s'"
                        .formatted(run.last("k").id(), run.last("k").reason().orElseThrow()));
    }

    @Test
    void variablesAreSetAndRead() {
        ConductorRun run = Given.tasks(
                        system("SET_VARIABLE", "s", "{'a': {'b': 2}}", ""),
                        simple("w", "{'got': '${workflow.variables.a.b}', 'first': '${workflow.variables.z}'}"))
                .with("{'variables': {'z': 1}}")
                .start();

        assertThat(run.input("w")).isEqualTo(json("{'got': 2, 'first': 1}"));
        assertThat(run.run().variables()).isEqualTo(json("{'z': 1, 'a': {'b': 2}}"));
    }

    @Test
    void variablesThatAreTooLargeFailTheirTask() {
        ConductorRun run = Given.tasks(system("SET_VARIABLE", "s", "{'a': '${workflow.input.a}'}", ""))
                .input("{'a': '" + "x".repeat(300_000) + "'}")
                .start();

        assertThat(run.summary()).isEqualTo("FAILED s:FAILED_WITH_TERMINAL_ERROR");
    }

    @Test
    void aTerminateGivesTheRunItsEnd() {
        ConductorRun failed = Given.tasks(
                        system(
                                "TERMINATE",
                                "t",
                                "{'terminationStatus': 'FAILED', 'terminationReason': 'why',"
                                        + " 'workflowOutput': {'a': 1}}",
                                ""),
                        simple("never"))
                .start();
        ConductorRun completed = Given.tasks(system(
                        "TERMINATE",
                        "t",
                        "{'terminationStatus': 'COMPLETED', 'terminationReason': '${workflow.input.none}',"
                                + " 'workflowOutput': '${workflow.input.text}'}",
                        ""))
                .input("{'text': 'x'}")
                .start();

        assertThat(failed.summary()).isEqualTo("FAILED t:COMPLETED");
        assertThat(failed.reason()).isEqualTo("why");
        assertThat(failed.run().output()).isEqualTo(json("{'a': 1}"));
        assertThat(completed.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(completed.reason()).isEmpty();
        assertThat(completed.run().output()).isEqualTo(json("{'output': 'x'}"));
    }

    @Test
    void anExclusiveJoinCopiesAnOutputAndWaitsForIt() {
        ConductorRun run = Given.tasks(
                        fork("f", simple("a"), system("EXCLUSIVE_JOIN", "e", "{}", ", 'joinOn': ['a']")),
                        join("j", "a", "e"))
                .start();
        assertThat(run.summary()).isEqualTo("RUNNING f:COMPLETED a:SCHEDULED e:IN_PROGRESS j:IN_PROGRESS");

        run.done("a", "{'v': 1}");

        assertThat(run.output("e")).isEqualTo(json("{'v': 1}"));
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void anExclusiveJoinInALoopDoesNotSeeThePassBefore() {
        ConductorRun run = Given.tasks(each(
                        "l",
                        "['x', 'y']",
                        choice(
                                "s",
                                "'${l.output.loopItem}'",
                                "'x': [" + simple("a") + "], 'y': [" + simple("b") + "]",
                                ""),
                        system("EXCLUSIVE_JOIN", "e", "{}", ", 'joinOn': ['a', 'b']")))
                .start();

        run.done("a__1", "{'v': 'a'}").done("b__2", "{'v': 'b'}");

        assertThat(run.output("e__1")).isEqualTo(json("{'v': 'a'}"));
        assertThat(run.output("e__2")).isEqualTo(json("{'v': 'b'}"));
    }

    @Test
    void aDynamicTaskIsShownAsWhatItBecameAndKeepsItsInput() {
        ConductorRun run = Given.tasks(
                        system(
                                "DYNAMIC",
                                "d",
                                "{'t': 'work', 'a': '${workflow.input.a}'}",
                                ", 'dynamicTaskNameParam': 't'"),
                        simple("z", "{'got': '${d.output.v}', 'type': '${d.taskType}'}"))
                .def("work", "{'inputTemplate': {'b': 2, 'a': 0}}")
                .input("{'a': 1}")
                .start();

        assertThat(run.last("d").label().type()).isEqualTo("work");
        assertThat(run.last("d").label().queue()).contains("work");
        assertThat(run.input("d")).isEqualTo(json("{'t': 'work', 'a': 1, 'b': 2}"));
        run.done("d", "{'v': 5}");
        assertThat(run.input("z")).isEqualTo(json("{'got': 5, 'type': 'work'}"));
    }
}
