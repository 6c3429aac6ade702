package dev.continuo.decide;

import static dev.continuo.decide.Given.fork;
import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Effect.ChildChange.What;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Runs and their children, the runs that follow them, and what is around a run: domains, inputs, outputs. */
class ConductorFamilyTest {
    private static final UUID CHILD = UUID.fromString("00000000-0000-7000-8000-0000000000c1");
    private static final UUID SECOND = UUID.fromString("00000000-0000-7000-8000-0000000000c2");

    private static Given parent(String more) {
        return Given.tasks(
                system(
                        "SUB_WORKFLOW",
                        "s",
                        "{'a': '${workflow.input.a}'}",
                        ", 'subWorkflowParam': {'name': 'child', 'version': 3}" + more),
                simple("z", "{'got': '${s.output.v}', 'id': '${s.output.subWorkflowId}'}"));
    }

    @Test
    void aChildIsStartedAndWaitedFor() {
        ConductorRun run = parent("").input("{'a': 1}").start();
        assertThat(run.effects(Effect.Perform.class)).hasSize(1);
        assertThat(run.input("s"))
                .isEqualTo(json("{'workflowInput': {'a': 1}, 'subWorkflowName': 'child', 'subWorkflowVersion': 3}"));

        run.childStarted("s", CHILD);
        assertThat(run.last("s").due().kind()).isEqualTo(DueKind.CHILD);
        assertThat(run.last("s").extra().childRunId()).contains(CHILD);
        assertThat(run.ask(new Command.ChildStarted(run.id(), run.last("s").id(), SECOND)))
                .isInstanceOf(Outcome.Rejected.class);
        run.update("s", TaskStatus.COMPLETED, "{'v': 2, 'subWorkflowId': '" + CHILD + "'}");

        assertThat(run.input("z")).isEqualTo(json("{'got': 2, 'id': '" + CHILD + "'}"));
    }

    @Test
    void aChildThatIsNotHeardOfIsLookedAfter() {
        ConductorRun run = parent("").start();

        run.childStarted("s", CHILD).after(31);

        assertThat(run.effects(Effect.CheckChild.class)).hasSize(1);
    }

    @Test
    void aFailedChildFailsItsParentWithItsReason() {
        ConductorRun run = parent("").start();
        run.childStarted("s", CHILD).failed("s");

        assertThat(run.summary()).isEqualTo("FAILED s:FAILED");
        assertThat(run.reason()).endsWith("failed with status: FAILED and reason: 'boom'");
    }

    @Test
    void aTerminatedChildTerminatesItsParent() {
        ConductorRun run = parent("").start();
        run.childStarted("s", CHILD).failed("s", TaskStatus.CANCELED);

        assertThat(run.summary()).isEqualTo("TERMINATED s:CANCELED");
    }

    @Test
    void aChildEndsWithItsParent() {
        ConductorRun run = parent("").start();
        run.childStarted("s", CHILD).terminate();

        assertThat(run.effects(Effect.ChildChange.class))
                .containsExactly(new Effect.ChildChange(
                        CHILD, What.TERMINATE, "Parent workflow has been terminated with reason: enough"));
    }

    @Test
    void aChildThatStartsTooLateIsEnded() {
        ConductorRun run = parent("").start();
        UUID task = run.last("s").id();
        run.terminate().does(new Command.ChildStarted(run.id(), task, CHILD));

        assertThat(run.effects(Effect.ChildChange.class)).hasSize(1);
        assertThat(run.status()).isEqualTo(RunStatus.TERMINATED);
    }

    @Test
    void aFurtherAttemptStartsAnotherChild() {
        ConductorRun run =
                parent(", 'retryCount': 1").def("s", "{'retryDelaySeconds': 0}").start();
        run.childStarted("s", CHILD).failed("s");

        assertThat(run.summary()).isEqualTo("RUNNING s:FAILED s#1:SCHEDULED");
        assertThat(run.last("s").extra().childRunId()).isEmpty();
        assertThat(run.effects(Effect.Perform.class)).hasSize(2);
    }

    @Test
    void aChildTakesNoLongerThanItsTaskMay() {
        ConductorRun run = parent("")
                .def(
                        "s",
                        "{'timeoutSeconds': 40, 'responseTimeoutSeconds': 40, 'retryCount': 0, 'timeoutPolicy': 'RETRY'}")
                .start();
        run.childStarted("s", CHILD).after(39);
        assertThat(run.status()).isEqualTo(RunStatus.RUNNING);
        run.after(1);

        assertThat(run.summary()).isEqualTo("TIMED_OUT s:TIMED_OUT");
        assertThat(run.effects(Effect.ChildChange.class)).isNotEmpty();
    }

    @Test
    void aChildIsStartedAfterItsDelay() {
        ConductorRun run = parent(", 'startDelay': 10").start();
        assertThat(run.effects(Effect.Perform.class)).isEmpty();

        run.after(10);

        assertThat(run.effects(Effect.Perform.class)).hasSize(1);
    }

    @Test
    void aRetryMayGoOnWithTheFailedChild() {
        ConductorRun run = parent("").start();
        run.childStarted("s", CHILD).failed("s").does(new Command.Retry(run.id(), ConductorRun.BY, true));

        assertThat(run.summary()).isEqualTo("RUNNING s:IN_PROGRESS");
        assertThat(run.effects(Effect.ChildChange.class).getLast())
                .isEqualTo(new Effect.ChildChange(CHILD, What.RETRY, ConductorRun.BY));
    }

    @Test
    void aRetryOtherwiseStartsAnotherChild() {
        ConductorRun run = parent("").start();
        run.childStarted("s", CHILD).failed("s").retry();

        assertThat(run.summary()).isEqualTo("RUNNING s:FAILED s#1:SCHEDULED");
        assertThat(run.effects(Effect.Perform.class)).hasSize(2);
    }

    @Test
    void aChildThatIsOpenedAgainOpensItsParent() {
        ConductorRun run = Given.tasks(
                        fork(
                                "f",
                                system("SUB_WORKFLOW", "s", "{}", ", 'subWorkflowParam': {'name': 'child'}"),
                                simple("b")),
                        join("j", "s", "b"))
                .start();
        run.childStarted("s", CHILD).failed("s");
        assertThat(run.summary()).isEqualTo("FAILED f:COMPLETED s:FAILED b:CANCELED j:FAILED");

        run.does(new Command.ChildReopened(run.id(), run.last("s").id(), CHILD));

        assertThat(run.summary()).isEqualTo("RUNNING f:COMPLETED s:IN_PROGRESS b:CANCELED j:IN_PROGRESS b#1:SCHEDULED");
        assertThat(run.done("s").all("b").status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aChildThatGoesOnAfterAllHadCompletedOpensItsParentAndWhatCameAfterIsDoneAgain() {
        ConductorRun run = parent("").input("{'a': 1}").start();
        run.childStarted("s", CHILD)
                .update("s", TaskStatus.COMPLETED, "{'v': 2}")
                .update("z", TaskStatus.COMPLETED, "{}");
        assertThat(run.summary()).isEqualTo("COMPLETED s:COMPLETED z:COMPLETED");

        run.does(new Command.ChildReopened(run.id(), run.last("s").id(), CHILD));

        assertThat(run.summary()).isEqualTo("RUNNING s:IN_PROGRESS");
        assertThat(run.effects(Effect.RunChanged.class).getLast().change()).isEqualTo(Effect.Change.RERUN);
        run.update("s", TaskStatus.COMPLETED, "{'v': 3}");
        assertThat(run.input("z").path("got").asInt()).isEqualTo(3);
        assertThat(run.all("z").status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aChildOfAForkThatGoesOnAfterAllHadCompletedLeavesTheOtherBranchesAlone() {
        ConductorRun run = Given.tasks(
                        fork(
                                "f",
                                system("SUB_WORKFLOW", "s", "{}", ", 'subWorkflowParam': {'name': 'child'}"),
                                simple("b")),
                        join("j", "s", "b"))
                .start();
        run.childStarted("s", CHILD).done("s").all("b");
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);

        run.does(new Command.ChildReopened(run.id(), run.last("s").id(), CHILD));

        assertThat(run.summary()).isEqualTo("RUNNING f:COMPLETED s:IN_PROGRESS b:COMPLETED j:IN_PROGRESS");
        assertThat(run.done("s").status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aChildThatTellsItsOwnEndIsNotToldToEnd() {
        ConductorRun run = parent(", 'retryCount': 0").input("{'a': 1}").start();
        run.childStarted("s", CHILD);

        run.update("s", TaskStatus.FAILED, "{'subWorkflowId': '" + CHILD + "'}");

        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.effects(Effect.ChildChange.class)).isEmpty();
    }

    @Test
    void anotherRunFollowsAFailureOnce() {
        ConductorRun run = Given.tasks(simple("a", "{}", ", 'retryCount': 0"))
                .with("{'failureWorkflow': 'cleanup'}")
                .start();
        run.failed("a");
        assertThat(run.effects(Effect.AfterFailure.class)).hasSize(1);
        assertThat(run.run().notes().path(Notes.FAILED_TASK).asText())
                .isEqualTo(run.last("a").id().toString());

        run.does(new Command.FollowedUp(run.id(), Optional.of(SECOND)));

        assertThat(run.run().output()).isEqualTo(json("{'conductor.failure_workflow': '" + SECOND + "'}"));
        assertThat(run.run().deadline()).isEmpty();
        assertThat(run.ask(new Command.FollowedUp(run.id(), Optional.of(CHILD))))
                .isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void nothingFollowsARunThatWasTerminatedOrCompleted() {
        Given given = Given.tasks(simple("a")).with("{'failureWorkflow': 'cleanup'}");

        assertThat(given.start().terminate().effects(Effect.AfterFailure.class)).isEmpty();
        assertThat(given.start().all("a").effects(Effect.AfterFailure.class)).isEmpty();
    }

    @Test
    void aDomainIsChosenByTheTaskByTheStarOrByWhoPolls() {
        assertThat(queue("{}")).isEqualTo("a");
        assertThat(queue("{'a': 'x'}")).isEqualTo("x:a");
        assertThat(queue("{'*': 'y'}")).isEqualTo("y:a");
        assertThat(queue("{'a': 'x', '*': 'y'}")).isEqualTo("x:a");
        assertThat(queue("{'a': 'x, y'}")).as("nobody polls x").isEqualTo("y:a");
        assertThat(queue("{'a': 'x,y'}", "x:a")).isEqualTo("x:a");
        assertThat(queue("{'a': 'x,y,z'}", "y:a")).isEqualTo("y:a");
        assertThat(queue("{'a': 'x,NO_DOMAIN'}")).isEqualTo("a");
        assertThat(queue("{'a': 'NO_DOMAIN,x'}", "a")).isEqualTo("a");
    }

    private static String queue(String domains, String... polled) {
        ConductorRun run =
                Given.tasks(simple("a")).domains(domains).polled(polled).start();
        return dev.continuo.model.QueueName.ofStored(
                        run.last("a").label().queue().orElseThrow())
                .shown();
    }

    @Test
    void inputsComeFromTemplatesWithTheirDefaults() {
        ConductorRun run = Given.tasks(
                        simple(
                                "a",
                                "{'given': '${workflow.input.n}', 'none': '${workflow.input.x}',"
                                        + " 'text': 'n=${workflow.input.n} x=${workflow.input.x}', 'type': '${workflow.workflowType}'}"))
                .def(
                        "a",
                        "{'inputTemplate': {'none': 'd', 'given': 'no', 'more': [1], 'also': '${workflow.input.n}',"
                                + " 'broken': '${workflow.input.n[?(@ =~ /a/)]}'}}")
                .input("{'n': 5}")
                .start();

        assertThat(run.input("a"))
                .isEqualTo(json("{'given': 5, 'none': 'd', 'text': 'n=5 x=null', 'type': 'flow', 'more': [1],"
                        + " 'also': 5}"));
    }

    @Test
    void outputParametersMakeTheOutputOfARunHoweverItEnds() {
        Given given = Given.tasks(simple("a", "{}", ", 'retryCount': 0"), simple("b", "{}", ", 'retryCount': 0"))
                .with("{'outputParameters': {'x': '${a.output.v}', 'y': '${b.output.v}'}}");

        assertThat(given.start()
                        .done("a", "{'v': 1}")
                        .done("b", "{'v': 2}")
                        .run()
                        .output())
                .isEqualTo(json("{'x': 1, 'y': 2}"));
        assertThat(given.start().done("a", "{'v': 1}").failed("b").run().output())
                .isEqualTo(json("{'x': 1, 'y': null}"));
    }

    @Test
    void otherwiseTheLastTasksOutputIsTheRuns() {
        assertThat(Given.tasks(simple("a"), simple("b"))
                        .start()
                        .done("a", "{'v': 1}")
                        .done("b", "{'w': 2}")
                        .run()
                        .output())
                .isEqualTo(json("{'w': 2}"));
    }

    @Test
    void aTaskIsPassedOverOnlyBeforeItIsReached() {
        ConductorRun run = Given.tasks(simple("a"), simple("b"), simple("c", "{'got': '${b.output.v}'}"))
                .start();
        run.skip("b", "{'i': 1}", "{'v': 2}").all("a");

        assertThat(run.summary()).isEqualTo("RUNNING a:COMPLETED b:SKIPPED c:SCHEDULED");
        assertThat(run.input("b")).isEqualTo(json("{'i': 1}"));
        assertThat(run.input("c")).isEqualTo(json("{'got': 2}"));
        for (String ref : java.util.List.of("a", "b", "c")) {
            assertThat(run.ask(new Command.Skip(run.id(), ref, object(), object(), ConductorRun.BY)))
                    .isInstanceOf(Outcome.Rejected.class);
        }
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode object() {
        return (com.fasterxml.jackson.databind.node.ObjectNode) json("{}");
    }

    @Test
    void variablesMayBeSetFromOutside() {
        ConductorRun run = Given.tasks(simple("a"), simple("b", "{'got': '${workflow.variables.v}'}"))
                .start();
        run.does(new Command.SetVariables(
                        run.id(), (com.fasterxml.jackson.databind.node.ObjectNode) json("{'v': 7}"), ConductorRun.BY))
                .all("a");

        assertThat(run.input("b")).isEqualTo(json("{'got': 7}"));
    }
}
