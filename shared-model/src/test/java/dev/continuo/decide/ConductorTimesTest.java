package dev.continuo.decide;

import static dev.continuo.decide.Given.fork;
import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Retries and what time does: backoffs, time limits of every kind, and what workers say while they work. */
class ConductorTimesTest {
    private static final String AT_ONCE = "'retryCount': 1, 'retryDelaySeconds': 0, 'responseTimeoutSeconds': 5";

    static Stream<Arguments> rows() {
        return Stream.of(
                row(
                        "a silent worker's attempt is over, and the next one begins",
                        one(AT_ONCE),
                        run -> run.poll("a").after(5),
                        "RUNNING a:TIMED_OUT a#1:SCHEDULED"),
                row("but not before", one(AT_ONCE), run -> run.poll("a").after(4), "RUNNING a:IN_PROGRESS"),
                row(
                        "a silent worker of the last attempt times the run out",
                        one("'retryCount': 0, 'responseTimeoutSeconds': 5"),
                        run -> run.poll("a").after(5),
                        "TIMED_OUT a:TIMED_OUT"),
                row(
                        "a response timeout is tried again whatever the policy",
                        one(AT_ONCE + ", 'timeoutSeconds': 60, 'timeoutPolicy': 'TIME_OUT_WF'"),
                        run -> run.poll("a").after(5),
                        "RUNNING a:TIMED_OUT a#1:SCHEDULED"),
                row(
                        "a task that nobody polls times out",
                        one(AT_ONCE + ", 'pollTimeoutSeconds': 7, 'timeoutPolicy': 'RETRY'"),
                        run -> run.after(7),
                        "RUNNING a:TIMED_OUT a#1:SCHEDULED"),
                row(
                        "a task that nobody polls times the run out",
                        one(AT_ONCE + ", 'pollTimeoutSeconds': 7"),
                        run -> run.after(7),
                        "TIMED_OUT a:TIMED_OUT"),
                row(
                        "a poll timeout that only alerts leaves the task in its queue",
                        one(AT_ONCE + ", 'pollTimeoutSeconds': 7, 'timeoutPolicy': 'ALERT_ONLY'"),
                        run -> run.after(100).poll("a"),
                        "RUNNING a:IN_PROGRESS"),
                row(
                        "an attempt that takes too long is tried again",
                        one("'retryCount': 1, 'retryDelaySeconds': 0, 'responseTimeoutSeconds': 20,"
                                + " 'timeoutSeconds': 20, 'timeoutPolicy': 'RETRY'"),
                        run -> run.poll("a").after(15).extend("a").after(5),
                        "RUNNING a:TIMED_OUT a#1:SCHEDULED"),
                row(
                        "an attempt that takes too long times the run out",
                        one("'retryCount': 1, 'responseTimeoutSeconds': 20, 'timeoutSeconds': 20"),
                        run -> run.poll("a").after(15).extend("a").after(5),
                        "TIMED_OUT a:TIMED_OUT"),
                row(
                        "an attempt that takes too long goes on where that only alerts",
                        one("'retryCount': 0, 'responseTimeoutSeconds': 20, 'timeoutSeconds': 20,"
                                + " 'timeoutPolicy': 'ALERT_ONLY'"),
                        run -> run.poll("a").after(15).extend("a").after(10),
                        "RUNNING a:IN_PROGRESS"),
                row(
                        "what was put back and is out of time is handed out where that only alerts",
                        one("'responseTimeoutSeconds': 20, 'timeoutSeconds': 20, 'timeoutPolicy': 'ALERT_ONLY'"),
                        run -> run.poll("a").callback("a", 30, "{}").after(30).poll("a"),
                        "RUNNING a:IN_PROGRESS"),
                row(
                        "what was put back times out while it waits",
                        one("'retryCount': 0, 'responseTimeoutSeconds': 20, 'timeoutSeconds': 20,"
                                + " 'timeoutPolicy': 'RETRY'"),
                        run -> run.poll("a").callback("a", 30, "{}").after(20),
                        "TIMED_OUT a:TIMED_OUT"),
                row(
                        "all attempts together have a limit",
                        one("'retryCount': 9, 'retryDelaySeconds': 4, 'totalTimeoutSeconds': 10"),
                        run -> run.failed("a").after(4).failed("a").after(4).failed("a"),
                        "FAILED a:FAILED a#1:FAILED a#2:FAILED"),
                row(
                        "and it ends the attempt that is under way",
                        one("'retryCount': 9, 'retryDelaySeconds': 4, 'totalTimeoutSeconds': 10"),
                        run -> run.failed("a").after(4).poll("a").after(6),
                        "TIMED_OUT a:FAILED a#1:TIMED_OUT"),
                row(
                        "a start delay delays",
                        Given.tasks(simple("a", "{}", ", 'startDelay': 10")).def("a", "{}"),
                        run -> run.after(10).poll("a"),
                        "RUNNING a:IN_PROGRESS"),
                row(
                        "a run times out while a person is asked",
                        Given.tasks(system("HUMAN", "h", "{}", ""))
                                .with("{'timeoutSeconds': 60, 'timeoutPolicy': 'TIME_OUT_WF'}"),
                        run -> run.after(60),
                        "TIMED_OUT h:CANCELED"),
                row(
                        "a task times out while a person is asked",
                        Given.tasks(fork("f", system("HUMAN", "h", "{}", ""), simple("a")), join("j", "h", "a"))
                                .def("a", "{" + AT_ONCE + "}"),
                        run -> run.poll("a").after(5),
                        "RUNNING f:COMPLETED h:IN_PROGRESS a:TIMED_OUT j:IN_PROGRESS a#1:SCHEDULED"),
                row(
                        "a run whose time limit only alerts goes on",
                        Given.tasks(simple("a")).with("{'timeoutSeconds': 60, 'timeoutPolicy': 'ALERT_ONLY'}"),
                        run -> run.after(100),
                        "RUNNING a:SCHEDULED"),
                row(
                        "a run does not time out while it is paused, and then has all its time again",
                        Given.tasks(simple("a")).with("{'timeoutSeconds': 60, 'timeoutPolicy': 'TIME_OUT_WF'}"),
                        run -> run.pause().after(100).resume().after(59),
                        "RUNNING a:SCHEDULED"),
                row(
                        "a worker may be silent while its run is paused",
                        one(AT_ONCE),
                        run -> run.poll("a").pause().after(100),
                        "PAUSED a:IN_PROGRESS"),
                row(
                        "a person may be asked for so long only",
                        Given.tasks(system("HUMAN", "h", "{}", ""))
                                .def("h", "{'timeoutSeconds': 60, 'responseTimeoutSeconds': 60, 'retryCount': 0}"),
                        run -> run.after(60),
                        "TIMED_OUT h:TIMED_OUT"),
                row(
                        "a WAIT without an end times out",
                        Given.tasks(system("WAIT", "w", "{}", ""))
                                .def("w", "{'timeoutSeconds': 60, 'responseTimeoutSeconds': 60, 'retryCount': 0}"),
                        run -> run.after(60),
                        "TIMED_OUT w:TIMED_OUT"),
                row(
                        "a WAIT that is over before its limit completes",
                        Given.tasks(system("WAIT", "w", "{'duration': '50 s'}", ""))
                                .def("w", "{'timeoutSeconds': 60, 'responseTimeoutSeconds': 60}"),
                        run -> run.after(60),
                        "COMPLETED w:COMPLETED"),
                row(
                        "a WAIT whose limit only alerts ends at its own end",
                        Given.tasks(system("WAIT", "w", "{'duration': '90 s'}", ""))
                                .def(
                                        "w",
                                        "{'timeoutSeconds': 60, 'responseTimeoutSeconds': 60,"
                                                + " 'timeoutPolicy': 'ALERT_ONLY'}"),
                        run -> run.after(90),
                        "COMPLETED w:COMPLETED"),
                row(
                        "a task whose failure is final is not tried again",
                        one(AT_ONCE),
                        run -> run.failed("a", TaskStatus.FAILED_WITH_TERMINAL_ERROR),
                        "FAILED a:FAILED_WITH_TERMINAL_ERROR"),
                row(
                        "a worker may cancel",
                        one(AT_ONCE),
                        run -> run.failed("a", TaskStatus.CANCELED),
                        "TERMINATED a:CANCELED"),
                row(
                        "an optional task is tried again first",
                        Given.tasks(simple("a", "{}", ", 'optional': true"), simple("z"))
                                .def("a", "{" + AT_ONCE + "}"),
                        run -> run.failed("a").failed("a"),
                        "RUNNING a:FAILED a#1:COMPLETED_WITH_ERRORS z:SCHEDULED"),
                row(
                        "a permissive failure fails the run at its end",
                        Given.tasks(simple("a", "{}", ", 'permissive': true, 'retryCount': 0"), simple("z")),
                        run -> run.failed("a").all("z"),
                        "FAILED a:FAILED z:COMPLETED"));
    }

    private static Given one(String def) {
        return Given.tasks(simple("a")).def("a", "{" + def + "}");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theRunStandsAsTheRowSays(Given given, UnaryOperator<ConductorRun> happens, String summary) {
        assertThat(happens.apply(given.start()).summary()).isEqualTo(summary);
    }

    private static Arguments row(String name, Given given, UnaryOperator<ConductorRun> happens, String summary) {
        return Arguments.of(Named.of(name, given), happens, summary);
    }

    @ParameterizedTest
    @CsvSource({
        "'retryLogic': 'FIXED'; 'backoffScaleFactor': 3, 10 10 10",
        "'retryLogic': 'LINEAR_BACKOFF'; 'backoffScaleFactor': 2, 20 40 60",
        "'retryLogic': 'EXPONENTIAL_BACKOFF'; 'backoffScaleFactor': 3, 10 20 40",
        "'retryLogic': 'EXPONENTIAL_BACKOFF'; 'maxRetryDelaySeconds': 15, 10 15 15"
    })
    void attemptsAreAsFarApartAsTheDefinitionSays(String logic, String waits) {
        ConductorRun run = one("'retryCount': 3, 'retryDelaySeconds': 10, " + logic.replace(';', ','))
                .start();

        for (String wait : waits.split(" ")) {
            int seconds = Integer.parseInt(wait);
            run.failed("a").after(seconds - 1);
            assertThat(run.last("a").due().kind()).isEqualTo(DueKind.DELAY);
            run.after(1);
            assertThat(run.last("a").due().kind()).isEqualTo(DueKind.QUEUED);
        }
        assertThat(run.failed("a").status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void jitterIsAddedToTheCap() {
        ConductorRun run = one("'retryCount': 3, 'retryDelaySeconds': 10, 'maxRetryDelaySeconds': 5,"
                        + " 'backoffJitterMs': 900")
                .start();

        Duration wait = Duration.between(
                run.inner().now(), run.failed("a").last("a").due().at().orElseThrow());

        assertThat(wait).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_900));
    }

    @Test
    void aRetryIsATaskOfItsOwn() {
        ConductorRun run = Given.tasks(simple("a", "{'me': '${CPEWF_TASK_ID}'}", ", 'retryCount': 1"))
                .def("a", "{'retryCount': 7, 'retryDelaySeconds': 0}")
                .start();
        Task first = run.last("a");
        run.failed("a");
        Task second = run.last("a");

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.label().retryOf()).contains(first.id());
        assertThat(second.label().attempt()).isEqualTo(1);
        assertThat(second.input()).isEqualTo(json("{'me': '" + second.id() + "'}"));
        assertThat(run.inner().tasks().getFirst().retried()).isTrue();
        run.failed("a");
        assertThat(run.reason()).isEqualTo("Task " + second.id() + " failed with status: FAILED and reason: 'boom'");
    }

    @Test
    void whatAWorkerPutsBackIsHandedOutAgainWithItsOutput() {
        ConductorRun run = one(AT_ONCE).start();
        run.poll("a").callback("a", 30, "{'x': 1, 'y': 1}");
        assertThat(run.last("a").status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(run.last("a").due().kind()).isEqualTo(DueKind.DELAY);

        run.after(30).poll("a").callback("a", 0, "{'y': 2}");

        assertThat(run.last("a").due().kind()).isEqualTo(DueKind.QUEUED);
        run.done("a", "{'z': 3}");
        assertThat(run.output("a")).isEqualTo(json("{'x': 1, 'y': 2, 'z': 3}"));
    }

    @Test
    void anExtendedLeaseOnlyBeginsAnew() {
        ConductorRun run = one(AT_ONCE).start();
        run.poll("a").after(4).extend("a").after(4);
        int handed = run.effects(Effect.Dispatch.class).size();

        assertThat(run.last("a").status()).isEqualTo(TaskStatus.IN_PROGRESS);
        assertThat(handed).isEqualTo(1);
        assertThat(run.after(1).summary()).isEqualTo("RUNNING a:TIMED_OUT a#1:SCHEDULED");
        assertThat(run.extend("a").last("a").due().kind()).isEqualTo(DueKind.QUEUED);
    }

    @Test
    void lateAndDuplicateUpdatesAreDropped() {
        ConductorRun run = one(AT_ONCE).start();
        Command.Update late = run.update(run.last("a").id(), TaskStatus.COMPLETED, "{}", Optional.empty(), 0, false);
        run.poll("a").after(5);
        assertThat(run.ask(late)).isInstanceOfSatisfying(Rejected.class, no -> assertThat(no.code())
                .isEqualTo(Outcome.Code.STALE));

        Command.Update done = run.update(run.last("a").id(), TaskStatus.COMPLETED, "{}", Optional.empty(), 0, false);
        run.poll("a").does(done);

        assertThat(run.ask(done)).isInstanceOfSatisfying(Rejected.class, no -> assertThat(no.code())
                .isEqualTo(Outcome.Code.STALE));
        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void whatIsPutBackDuringAPauseIsHandedOutAfterIt() {
        ConductorRun run = one(AT_ONCE).start();
        run.poll("a").pause().callback("a", 0, "{}");
        assertThat(run.last("a").due().kind()).isEqualTo(DueKind.HELD);

        run.resume();

        assertThat(run.last("a").due().kind()).isEqualTo(DueKind.QUEUED);
    }

    @Test
    void tasksOfPausedRunsAreHeldBackAndThoseUnderWayMayFinish() {
        ConductorRun run = Given.tasks(simple("a"), simple("b")).start();
        run.poll("a").pause().update("a", TaskStatus.COMPLETED, "{}");
        assertThat(run.summary()).isEqualTo("PAUSED a:COMPLETED b:SCHEDULED");
        assertThat(run.last("b").due().kind()).isEqualTo(DueKind.HELD);

        assertThat(run.resume().all("b").status()).isEqualTo(RunStatus.COMPLETED);
    }

    static List<String> alerts(ConductorRun run) {
        return run.effects(Effect.TimeoutAlert.class).stream()
                .map(Effect.TimeoutAlert::what)
                .toList();
    }

    @Test
    void aLimitThatOnlyAlertsAlertsOnce() {
        ConductorRun run = one("'retryCount': 0, 'responseTimeoutSeconds': 20, 'timeoutSeconds': 20,"
                        + " 'timeoutPolicy': 'ALERT_ONLY'")
                .start();
        run.poll("a").after(15).extend("a").after(15).extend("a").after(15).extend("a");

        assertThat(alerts(run)).containsExactly("a");
    }
}
