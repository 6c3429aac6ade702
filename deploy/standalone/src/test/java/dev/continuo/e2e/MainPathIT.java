package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.ask;
import static dev.continuo.e2e.Docs.cases;
import static dev.continuo.e2e.Docs.choice;
import static dev.continuo.e2e.Docs.fork;
import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.loop;
import static dev.continuo.e2e.Docs.object;
import static dev.continuo.e2e.Docs.rest;
import static dev.continuo.e2e.Docs.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a user of workflowsvc does, over HTTP, with everything behind it real. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainPathIT {
    private final Upstream upstream = new Upstream();
    private final Servers servers;
    private Standalone standalone;
    private Continuo continuo;

    MainPathIT(Backends backends, @TempDir Path scratch) throws Exception {
        servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
    }

    @BeforeAll
    void open() throws Exception {
        standalone = servers.start();
        continuo = Servers.client(standalone);
    }

    @AfterAll
    void close() {
        standalone.close();
        upstream.close();
    }

    private ArrayNode allTypes() {
        return list(
                rest("fetch", upstream.url("/echo/fetch?kind=${workflow._inputParams.kind}")),
                choice(
                        "route",
                        "${fetch._output._body.kind}",
                        cases(
                                "big",
                                list(fork(
                                        "both",
                                        list(rest("left", upstream.url("/echo/left"))),
                                        list(
                                                rest("right", upstream.url("/echo/right")),
                                                rest("after", upstream.url("/echo/after"))))),
                                "defaultCase",
                                list(rest("small", upstream.url("/echo/small"))))),
                loop(
                        "passes",
                        "{value: 3}",
                        "$.passes.iteration < $.value",
                        list(rest("page", upstream.url("/echo/page?n=${passes._output.iteration}")))),
                ask("approve", "{decision: {type: 'string', enum: ['yes', 'no']}}"),
                rest("report", upstream.url("/echo/report?said=${approve._output._userInput.decision}")));
    }

    /** Everything that is read back was in Postgres: the run is paused in the middle by a restart, and goes on. */
    @Test
    void aRunWithEveryKindOfTaskIsReadBackWithTasksAndLogsAfterARestart() throws Exception {
        String run = continuo.start(continuo.define(allTypes()), "{kind: 'big'}");
        JsonNode waiting = continuo.awaitTask(run, "approve", "WAITING");

        standalone.close();
        open();

        assertThat(continuo.run(run).path("_status").asText()).isEqualTo("RUNNING");
        String answerPath = "workflows/" + run + "/userinput/"
                + waiting.path("_userInputId").asText();
        JsonNode refusal = continuo.post(answerPath, object("{_userInput: {decision: 'maybe'}}"))
                .expect(400)
                .json();
        assertThat(refusal.at("/errors/0/pointer").asText()).isEqualTo("/_userInput/decision");
        assertThat(continuo.post(answerPath, object("{_userInput: {decision: 'yes'}}"))
                        .expect(200)
                        .json())
                .isEqualTo(object("{message: 'Task updated successfully'}"));

        JsonNode done = continuo.await(run, "COMPLETED");
        assertThat(done.at("/_output/_body/said").asText()).isEqualTo("yes");
        assertThat(names(done))
                .containsExactlyInAnyOrder(
                        "fetch", "route", "both", "left", "right", "after", "passes", "approve", "report");
        assertThat(done.path("_tasks").valueStream().map(task -> task.path("_status")
                        .asText()))
                .containsOnly("COMPLETED");
        assertThat(continuo.task(run, "route").at("/_output/selectedCase").asText())
                .isEqualTo("big");
        assertThat(continuo.task(run, "both").at("/_output/after/_body/path").asText())
                .isEqualTo("/echo/after");
        assertThat(continuo.task(run, "passes").at("/_output/iteration").asInt())
                .isEqualTo(3);
        JsonNode pages = continuo.get(
                        "workflows/" + run + "/tasks/" + continuo.taskId(run, "passes") + "/loopovertasks")
                .expect(200)
                .json();
        assertThat(pages.path("_list").valueStream().map(task -> task.at("/_output/_body/n")
                        .asText()))
                .containsExactly("1", "2", "3");
        assertThat(continuo.log(run, "report")).contains("GET " + upstream.url("/echo/report"), "HTTP 200");
    }

    @Test
    void aPausedRunStartsNothingUntilItIsResumed() {
        upstream.hold();
        String run = continuo.start(
                continuo.define(list(
                        rest("first", upstream.url("/hold/pause")), rest("second", upstream.url("/echo/after-pause")))),
                "{}");
        Await.until("the first task is executed", Continuo.LIMIT, () -> upstream.calls("/hold/pause") == 1);

        JsonNode paused = continuo.change(run, "PAUSED").expect(200).json();
        assertThat(paused.path("_status").asText()).isEqualTo("PAUSED");
        assertThat(continuo.change(run, "PAUSED").expect(409).text()).contains("PAUSED");

        upstream.release();
        continuo.awaitTask(run, "first", "COMPLETED");
        assertThat(continuo.awaitTask(run, "second", "PAUSED").path("_status").asText())
                .isEqualTo("PAUSED");
        // A whole other run passes meanwhile: had the held task been sent to the workers, it would have been executed.
        continuo.await(
                continuo.start(continuo.define(list(rest("other", upstream.url("/echo/other")))), "{}"), "COMPLETED");
        assertThat(upstream.calls("/echo/after-pause")).isZero();

        continuo.change(run, "RESUMED").expect(200);
        continuo.await(run, "COMPLETED");
        assertThat(upstream.calls("/echo/after-pause")).isEqualTo(1);
    }

    @Test
    void aTerminatedRunTakesNoResultsAndCanBeRetried() {
        upstream.hold();
        String run = continuo.start(continuo.define(list(rest("held", upstream.url("/hold/terminated")))), "{}");
        Await.until("the task is executed", Continuo.LIMIT, () -> upstream.calls("/hold/terminated") == 1);

        assertThat(continuo.change(run, "TERMINATED")
                        .expect(200)
                        .json()
                        .path("_status")
                        .asText())
                .isEqualTo("TERMINATED");
        double before = dropped();
        upstream.release();
        Await.until("the result is refused, or its execution given up", Continuo.LIMIT, () -> dropped() > before);
        assertThat(continuo.run(run).path("_status").asText()).isEqualTo("TERMINATED");
        assertThat(continuo.task(run, "held").path("_status").asText()).isEqualTo("CANCELED");
        assertThat(continuo.change(run, "RESUMED").expect(409).text()).contains("TERMINATED");

        continuo.change(run, "RETRIED").expect(200);
        continuo.await(run, "COMPLETED");
    }

    @Test
    void aFailedRunGoesOnFromItsFailedTaskWhenItIsRetried() {
        AtomicInteger failures = new AtomicInteger(1);
        upstream.on("/flaky", request -> {
            if (failures.getAndDecrement() > 0) {
                request.response().setStatusCode(500).end("the first time");
            } else {
                Upstream.echo(request);
            }
        });
        String run = continuo.start(
                continuo.define(list(
                        rest("before", upstream.url("/echo/once")),
                        with(rest("flaky", upstream.url("/flaky")), "{_retryCount: 0}"))),
                "{}");
        JsonNode failed = continuo.await(run, "FAILED");
        assertThat(failed.path("_reason").asText()).contains("flaky", "HTTP 500", "the first time");

        continuo.change(run, "RETRIED").expect(200);
        continuo.await(run, "COMPLETED");
        assertThat(upstream.calls("/echo/once"))
                .as("calls of the task that had succeeded")
                .isEqualTo(1);
        assertThat(upstream.calls("/flaky")).isEqualTo(2);
    }

    @Test
    void aRunThatTakesTooLongIsTimedOut() {
        String run = continuo.start(
                continuo.define(
                        object("{_timeoutSeconds: 1, _timeoutPolicy: 'TIME_OUT_WF'}"),
                        list(ask("never", "{ok: {type: 'boolean'}}"))),
                "{}");
        JsonNode timedOut = continuo.await(run, "TIMED_OUT");
        assertThat(timedOut.path("_reason").asText()).contains("timed out after 1 s");
        assertThat(continuo.task(run, "never").path("_status").asText()).isEqualTo("CANCELED");
    }

    @Test
    void aTaskThatTakesTooLongTimesItsRunOut() {
        String run = continuo.start(
                continuo.define(list(with(
                        ask("never", "{ok: {type: 'boolean'}}"),
                        "{_timeoutSeconds: 1, _timeoutPolicy: 'TIME_OUT_WF'}"))),
                "{}");
        JsonNode timedOut = continuo.await(run, "TIMED_OUT");
        assertThat(timedOut.path("_reason").asText()).contains("never", "timed out after 1 s");
        assertThat(continuo.task(run, "never").path("_status").asText()).isEqualTo("TIMED_OUT");
    }

    @Test
    void aTaskThatTakesTooLongIsTriedAgainWhenItsPolicySaysSo() {
        AtomicInteger slow = new AtomicInteger(1);
        upstream.on("/slow", request -> {
            if (slow.getAndDecrement() <= 0) {
                Upstream.echo(request);
            }
        });
        String run = continuo.start(
                continuo.define(list(
                        with(rest("slow", upstream.url("/slow")), "{_timeoutSeconds: 1, _timeoutPolicy: 'RETRY'}"))),
                "{}");
        continuo.await(run, "COMPLETED");
        assertThat(upstream.calls("/slow")).isEqualTo(2);
        assertThat(continuo.log(run, "slow")).contains("Attempt 1 of 3 failed", "timed out after 1 s");
    }

    @Test
    void aTaskThatTakesTooLongRaisesAnAlertAndGoesOnWhenItsPolicySaysSo() {
        double before = continuo.metric("workflow_failure_total");
        String run = continuo.start(
                continuo.define(list(with(
                        ask("patient", "{ok: {type: 'boolean'}}"),
                        "{_timeoutSeconds: 1, _timeoutPolicy: 'ALERT_ONLY'}"))),
                "{}");
        Await.until("the alert", Continuo.LIMIT, () -> continuo.metric("workflow_failure_total") > before);
        String task = continuo.task(run, "patient").path("_id").asText();
        continuo.post("workflow/" + run + "/userinput/" + task, object("{_userInput: {ok: true}}"))
                .expect(200);
        continuo.await(run, "COMPLETED");
    }

    @Test
    void theSameIdempotencyKeyIsTheSameRun() {
        String definition = continuo.define(list(rest("once", upstream.url("/echo/idempotent"))));
        JsonNode start = Continuo.startOf(definition, "{}")
                .put("_idempotencyKey", UUID.randomUUID().toString());
        List<String> ids = List.of(
                continuo.post("workflows", start).expect(201).json().path("_id").asText(),
                continuo.post("workflows", start).expect(201).json().path("_id").asText());
        assertThat(ids.get(0)).isEqualTo(ids.get(1));
        continuo.await(ids.get(0), "COMPLETED");
        assertThat(upstream.calls("/echo/idempotent")).isEqualTo(1);
    }

    private double dropped() {
        return continuo.metric("continuo_stale_results_total") + continuo.metric("continuo_worker_leases_lost_total");
    }

    private static List<String> names(JsonNode run) {
        return run.path("_tasks")
                .valueStream()
                .map(task -> task.path("_name").asText())
                .toList();
    }
}
