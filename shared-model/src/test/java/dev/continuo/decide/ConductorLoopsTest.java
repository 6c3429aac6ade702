package dev.continuo.decide;

import static dev.continuo.decide.Given.choice;
import static dev.continuo.decide.Given.each;
import static dev.continuo.decide.Given.loop;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.RunStatus;
import org.junit.jupiter.api.Test;

/** DO_WHILE: how its passes are named, what they see of each other, and what is left of them. */
class ConductorLoopsTest {
    private static final String NOOP = system("NOOP", "n", "{}", "");

    @Test
    void aCountingLoopTellsAboutEachPass() {
        ConductorRun run = Given.tasks(loop("l", "$.l.iteration < 2", simple("a"), simple("b")), simple("z"))
                .start();

        run.done("a__1", "{'v': 1}").done("b__1", "{}").done("a__2", "{'v': 2}");
        assertThat(run.summary())
                .isEqualTo("RUNNING l:IN_PROGRESS a__1:COMPLETED b__1:COMPLETED a__2:COMPLETED b__2:SCHEDULED");
        run.done("b__2", "{'w': 3}");

        assertThat(run.output("l"))
                .isEqualTo(
                        json("{'iteration': 2, '1': {'a': {'v': 1}, 'b': {}}, '2': {'a': {'v': 2}, 'b': {'w': 3}}}"));
        assertThat(run.isOpen("z")).isTrue();
    }

    @Test
    void theBodyRunsOnceWhateverTheConditionSays() {
        assertThat(Given.tasks(loop("l", "false", NOOP)).start().summary())
                .isEqualTo("COMPLETED l:COMPLETED n__1:COMPLETED");
    }

    @Test
    void aConditionSeesTheLatestOutputsAndTheLoopsInput() {
        ConductorRun run = Given.tasks(system(
                        "DO_WHILE",
                        "l",
                        "{'most': '${workflow.input.most}'}",
                        ", 'loopCondition': '$.a.more && $.l.iteration < $.most', 'loopOver': [" + simple("a") + "]"))
                .input("{'most': 3}")
                .start();

        run.done("a__1", "{'more': true}").done("a__2", "{'more': true}").done("a__3", "{'more': true}");

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aListIsGoneThroughItemByItem() {
        ConductorRun run = Given.tasks(each(
                        "l",
                        "'${workflow.input.list}'",
                        simple(
                                "a",
                                "{'item': '${l.output.loopItem}', 'at': '${l.output.loopIndex}',"
                                        + " 'n': '${l.iteration}', 'before': '${l.output.1.a.v}'}")))
                .input("{'list': ['x', {'y': 1}]}")
                .start();

        assertThat(run.input("a__1")).isEqualTo(json("{'item': 'x', 'at': 0, 'n': 1, 'before': null}"));
        run.done("a__1", "{'v': 8}");
        assertThat(run.input("a__2")).isEqualTo(json("{'item': {'y': 1}, 'at': 1, 'n': 2, 'before': 8}"));
        run.done("a__2");
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.output("l").path("iteration").asInt()).isEqualTo(2);
    }

    @Test
    void anEmptyListIsDoneAtOnce() {
        ConductorRun run =
                Given.tasks(each("l", "[]", simple("a")), simple("z")).start();

        assertThat(run.summary()).isEqualTo("RUNNING l:COMPLETED z:SCHEDULED");
        assertThat(run.output("l")).isEqualTo(json("{'iteration': 0}"));
    }

    @Test
    void whatIsNoListFailsTheLoop() {
        ConductorRun run =
                Given.tasks(each("l", "'${workflow.input.none}'", simple("a"))).start();

        assertThat(run.summary()).isEqualTo("FAILED l:FAILED_WITH_TERMINAL_ERROR");
        assertThat(run.reason()).contains("no list");
    }

    @Test
    void aListEndsWithItsConditionToo() {
        ConductorRun run = Given.tasks(system(
                        "DO_WHILE",
                        "l",
                        "{}",
                        ", 'items': [1, 2, 3], 'loopCondition': '$.a.more', 'loopOver': [" + simple("a") + "]"))
                .start();

        run.done("a__1", "{'more': true}").done("a__2", "{'more': false}");

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void onlyTheLastPassesAreKept() {
        ConductorRun run = Given.tasks(system(
                        "DO_WHILE",
                        "l",
                        "{'keepLastN': 2}",
                        ", 'loopCondition': '$.l.iteration < 4', 'loopOver': [" + simple("a") + "]"))
                .start();

        run.all("a__1", "a__2", "a__3");
        assertThat(run.inner().state().passes(run.last("l").id()).size()).isEqualTo(2);
        run.all("a__4");

        assertThat(run.output("l")).isEqualTo(json("{'iteration': 4, '3': {'a': {}}, '4': {'a': {}}}"));
    }

    @Test
    void loopsInLoopsAreNamedByAllTheirPasses() {
        ConductorRun run = Given.tasks(
                        loop("o", "$.o.iteration < 2", loop("i", "$.i.iteration < 2", simple("t")), simple("u")))
                .start();

        run.done("t__1__1", "{'v': 11}").done("t__1__2", "{'v': 12}").all("u__1");
        assertThat(run.isOpen("t__2__1")).isTrue();
        run.done("t__2__1", "{'v': 21}").done("t__2__2", "{'v': 22}").all("u__2");

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.output("i__2"))
                .isEqualTo(json("{'iteration': 2, '1': {'t': {'v': 21}}, '2': {'t': {'v': 22}}}"));
        assertThat(run.output("o")
                        .path("1")
                        .path("i")
                        .path("2")
                        .path("t")
                        .path("v")
                        .asInt())
                .isEqualTo(12);
        assertThat(run.last("t__2__1").label().iteration()).isEqualTo(1);
    }

    @Test
    void whatAPassDidNotReachIsNotLeftFromThePassBefore() {
        ConductorRun run = Given.tasks(loop(
                        "l",
                        "$.l.iteration < 2 || $.a",
                        choice("s", "'${l.iteration}'", "'1': [" + simple("a") + "]", "")))
                .start();

        run.done("a__1", "{'v': 1}");

        assertThat(run.status()).as(run.reason()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.output("l").path("2").has("a")).isFalse();
        assertThat(run.output("l").path("2").path("s").path("selectedCase").asText())
                .isEqualTo("2");
    }

    @Test
    void aConditionThatThrowsFailsTheLoopForGood() {
        ConductorRun run = Given.tasks(loop("l", "nothing.here", simple("a"))).start();

        run.done("a__1", "{'v': 1}");

        assertThat(run.summary()).isEqualTo("FAILED l:FAILED_WITH_TERMINAL_ERROR a__1:COMPLETED");
        assertThat(run.output("l").path("1")).isEqualTo(json("{'a': {'v': 1}}"));
    }

    @Test
    void aFailingBodyFailsTheLoopAndTheRun() {
        ConductorRun run = Given.tasks(loop("l", "true", simple("a", "{}", ", 'retryCount': 0")))
                .start();

        run.done("a__1", "{'v': 1}").failed("a__2");

        assertThat(run.summary()).isEqualTo("FAILED l:FAILED a__1:COMPLETED a__2:FAILED");
        assertThat(run.output("l")).isEqualTo(json("{'iteration': 2, '1': {'a': {'v': 1}}}"));
        assertThat(run.reason())
                .isEqualTo("Task %s failed with status: FAILED and reason: 'boom'"
                        .formatted(run.last("a__2").id()));
        assertThat(run.run().notes().path(Notes.FAILED_REFS)).isEqualTo(json("['a__2']"));
    }

    @Test
    void aBodyTaskIsTriedAgainInItsPass() {
        ConductorRun run = Given.tasks(loop("l", "$.l.iteration < 2", simple("a")))
                .def("a", "{'retryCount': 1, 'retryDelaySeconds': 0}")
                .start();

        run.all("a__1").failed("a__2").done("a__2", "{'v': 2}");

        assertThat(run.summary()).isEqualTo("COMPLETED l:COMPLETED a__1:COMPLETED a__2:FAILED a__2#1:COMPLETED");
        assertThat(run.output("l").path("2")).isEqualTo(json("{'a': {'v': 2}}"));
    }

    @Test
    void aRunThatEndsInALoopTellsAboutThePassesBefore() {
        ConductorRun run = Given.tasks(loop("l", "true", simple("a"))).start();

        run.done("a__1", "{'v': 1}").all("a__2").terminate();
        assertThat(run.output("l").path("1")).isEqualTo(json("{'a': {'v': 1}}"));
        run.retry().all("a__3").terminate();

        assertThat(run.output("l").path("1")).isEqualTo(json("{'a': {'v': 1}}"));
        assertThat(run.output("l").path("3")).isEqualTo(json("{'a': {}}"));
    }

    @Test
    void tooManyPassesFailTheLoop() {
        ConductorRun run = Given.tasks(loop("l", "true", NOOP))
                .limits(TestRun.limits(java.time.Duration.ofSeconds(30), 5, 20, 3))
                .start();

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.last("l").reason().orElseThrow()).contains("limit of 20 iterations");
    }
}
