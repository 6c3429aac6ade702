package dev.continuo.api.workflowsvc;

import static dev.continuo.api.workflowsvc.ApiFixture.NS;
import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of definitions that need no worker, or whose worker never comes. */
@ExtendWith(BackendsExtension.class)
class RunsIT {
    private static final String ASK = """
            [{"_name":"ask","_type":"USER_INPUT","_sequenceno":1,"_sendNotification":"no","_notificationId":"1",
              "_inputParams":{"_userInput":{"choice":{"type":"string","enum":["yes","no"]},"n":{"type":"integer"}}}}]""";
    private static final String CALL = """
            [{"_name":"call","_type":"CALL","_sequenceno":4,
              "_inputParams":{"_url":"https://api.example.org/x",
                              "_auth":{"_type":"Basic","_password":"hunter2"}}}]""";
    private static ApiFixture api;
    private static String ask;
    private static String call;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ApiFixture(backends);
        ask = api.define("ask_workflow", ASK);
        call = api.define("call_workflow", CALL);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void definitionsAndInputsKeepTheDigitsOfTheirNumbers() {
        String numbers = "{\"price\":1.00,\"much\":1E+400,\"long\":0.1000000000000000055511151231257827}";
        String document =
                "{\"_name\":\"digits\",\"_taskDefs\":[{\"_name\":\"ask\",\"_sequenceno\":1,\"_type\":\"USER_INPUT\","
                        + "\"_inputParams\":{\"_userInput\":{\"n\":{\"type\":\"number\",\"minimum\":1.50,\"default\":2.00}}}}]}";
        String definition =
                id(api.post(ns("workflowdefs"), document).expect(201).json());
        assertThat(api.get(ns("workflowdefs/" + definition)).expect(200).text())
                .contains("{\"type\":\"number\",\"minimum\":1.50,\"default\":2.00}");

        String run = id(api.post(
                        ns("workflows"), "{\"_workflowDefId\":\"" + definition + "\",\"_inputParams\":" + numbers + "}")
                .expect(201)
                .json());
        assertThat(api.get(ns("workflows/" + run)).expect(200).text()).contains("\"_inputParams\":" + numbers);
    }

    @Test
    void aStartedRunHasTheShapeOfThePage() {
        JsonNode run = api.post(
                        ns("workflows"),
                        "{\"_workflowDefId\":\"" + call + "\",\"_inputParams\":{\"_url\":\"u\",\"n\":1}}")
                .expect(201)
                .json();
        assertThat(fields(run))
                .containsExactly(
                        "_id",
                        "_workflowDefId",
                        "_name",
                        "_namespaces",
                        "_userType",
                        "_tasks",
                        "_timeoutSeconds",
                        "_timeoutPolicy",
                        "_status",
                        "_createdAt",
                        "_updatedAt",
                        "_createdBy",
                        "_updatedBy",
                        "_inputParams",
                        "_output");
        assertThat(run.path("_status").asText()).isEqualTo("QUEUED");
        assertThat(run.path("_workflowDefId").asText()).isEqualTo(call);
        assertThat(run.path("_name").asText()).isEqualTo("call_workflow");
        assertThat(run.path("_namespaces").toString()).isEqualTo("[\"" + NS + "\"]");
        assertThat(run.path("_inputParams").toString()).isEqualTo("{\"_url\":\"u\",\"n\":1}");
        for (String none : List.of("_userType", "_timeoutSeconds", "_timeoutPolicy", "_output")) {
            assertThat(run.path(none).isNull()).as(none).isTrue();
        }
        JsonNode task = run.at("/_tasks/0");
        assertThat(fields(task)).containsExactly("_id", "_name", "_sequenceno", "_type", "_status");
        assertThat(task.path("_sequenceno").asInt()).isEqualTo(4);
        assertThat(task.path("_status").asText()).isEqualTo("QUEUED");
        assertThat(api.get(ns("workflows/" + id(run))).expect(200).json()).isEqualTo(run);
    }

    @Test
    void theInputOfATaskIsShownWithoutItsSecrets() {
        JsonNode run = api.start(call);
        Response task =
                api.get(ns("workflows/" + id(run) + "/tasks/" + taskId(run))).expect(200);
        assertThat(task.text()).doesNotContain("hunter2").doesNotContain("sealed:");
        assertThat(fields(task.json()))
                .containsExactly("_id", "_name", "_type", "_sequenceno", "_status", "_inputParams");
        assertThat(task.json().path("_inputParams").toString())
                .isEqualTo(
                        "{\"_url\":\"https://api.example.org/x\",\"_auth\":{\"_type\":\"Basic\",\"_password\":\"***\"}}");
        assertThat(api.get(ns("workflow/" + id(run) + "/task/" + taskId(run)))
                        .expect(200)
                        .json())
                .isEqualTo(task.json());
    }

    @Test
    void anAnswerCompletesTheTaskAndTheRun() {
        JsonNode run = api.start(ask);
        assertThat(run.path("_status").asText()).isEqualTo("RUNNING");
        assertThat(run.at("/_tasks/0/_status").asText()).isEqualTo("WAITING");
        JsonNode task =
                api.get(ns("workflows/" + id(run) + "/tasks/" + taskId(run))).json();
        String path = "workflow/" + id(run) + "/userinput/"
                + task.path("_userInputId").asText();
        assertThat(api.post(ns(path), "{\"_userInput\":{\"choice\":\"yes\"}}")
                        .expect(200)
                        .text())
                .isEqualTo("{\"message\":\"Task updated successfully\"}");
        JsonNode done = api.get(ns("workflows/" + id(run))).expect(200).json();
        assertThat(done.path("_status").asText()).isEqualTo("COMPLETED");
        assertThat(done.path("_output").toString()).isEqualTo("{\"_userInput\":{\"choice\":\"yes\"}}");
        assertThat(done.at("/_tasks/0/_status").asText()).isEqualTo("COMPLETED");
        JsonNode problem = api.post(ns(path), "{\"_userInput\":{\"choice\":\"no\"}}")
                .expect(409)
                .json();
        assertThat(problem.path("detail").asText()).contains("COMPLETED");
    }

    @Test
    void anAnswerThatDoesNotFitIs400WithItsField() {
        JsonNode run = api.start(ask);
        String path = "workflows/" + id(run) + "/userinput/" + taskId(run);
        assertThat(pointers(api.post(ns(path), "{\"_userInput\":{\"choice\":\"maybe\",\"n\":1.5}}")))
                .containsExactlyInAnyOrder("/_userInput/choice", "/_userInput/n");
        assertThat(pointers(api.post(ns(path), "{\"_userInput\":{\"choice\":\"yes\",\"chioce\":1}}")))
                .containsExactly("/_userInput/chioce");
        assertThat(pointers(api.post(ns(path), "{\"_userInput\":\"yes\"}"))).containsExactly("/_userInput");
        assertThat(pointers(api.post(ns(path), "{}"))).containsExactly("/_userInput");
        assertThat(api.get(ns("workflows/" + id(run))).json().path("_status").asText())
                .isEqualTo("RUNNING");
    }

    @Test
    void noTextThatLooksSealedComesIn() {
        Response start = api.post(
                ns("workflows"),
                "{\"_workflowDefId\":\"" + ask + "\",\"_inputParams\":{\"a\":[{\"b\":\"sealed:v1:0a:AA\"}]}}");
        assertThat(pointers(start)).containsExactly("/_inputParams/a/0/b");
        JsonNode run = api.start(ask);
        Response answer = api.post(
                ns("workflows/" + id(run) + "/userinput/" + taskId(run)),
                "{\"_userInput\":{\"choice\":\"sealed:v1:0a:AA\"}}");
        assertThat(pointers(answer)).containsExactly("/_userInput/choice");
    }

    @Test
    void onlyATaskThatAsksCanBeAnswered() {
        JsonNode run = api.start(call);
        JsonNode problem = api.post(
                        ns("workflows/" + id(run) + "/userinput/" + taskId(run)), "{\"_userInput\":{\"a\":1}}")
                .expect(409)
                .json();
        assertThat(problem.path("detail").asText()).contains("CALL");
    }

    @Test
    void oneOfManyAnswersAtOnceIsTaken() {
        JsonNode run = api.start(ask);
        String path = ns("workflows/" + id(run) + "/userinput/" + taskId(run));
        List<Integer> statuses = IntStream.range(0, 8)
                .parallel()
                .mapToObj(n ->
                        api.post(path, "{\"_userInput\":{\"n\":" + n + "}}").status())
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(200, 409, 409, 409, 409, 409, 409, 409);
    }

    @Test
    void aRunIsPausedResumedTerminatedAndRetried() {
        JsonNode run = api.start(call);
        JsonNode paused = status(run, "PAUSED").expect(200).json();
        assertThat(paused.path("_status").asText()).isEqualTo("PAUSED");
        assertThat(paused.at("/_tasks/0/_status").asText()).isEqualTo("PAUSED");
        assertThat(status(run, "PAUSED").expect(409).json().path("detail").asText())
                .contains("PAUSED");
        assertThat(status(run, "RESUMED").expect(200).json().path("_status").asText())
                .isEqualTo("QUEUED");
        assertThat(status(run, "RESUMED").expect(409).json().path("detail").asText())
                .contains("RUNNING");
        assertThat(status(run, "RETRIED").expect(409).json().path("detail").asText())
                .contains("RUNNING");
        JsonNode terminated = status(run, "TERMINATED").expect(200).json();
        assertThat(terminated.path("_status").asText()).isEqualTo("TERMINATED");
        assertThat(terminated.at("/_tasks/0/_status").asText()).isEqualTo("CANCELED");
        assertThat(status(run, "TERMINATED").expect(409).json().path("detail").asText())
                .contains("TERMINATED");
        JsonNode retried = status(run, "RETRIED").expect(200).json();
        assertThat(retried.path("_status").asText()).isEqualTo("RUNNING");
        assertThat(retried.path("_tasks").size()).isOne();
        assertThat(retried.at("/_tasks/0/_status").asText()).isEqualTo("QUEUED");
        assertThat(retried.at("/_tasks/0/_id")).isNotEqualTo(run.at("/_tasks/0/_id"));
        assertThat(api.get(ns("workflows/" + id(run) + "/tasks/" + taskId(retried)))
                        .json()
                        .path("_retryCount")
                        .asInt())
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RUNNING", "paused", "", "COMPLETED"})
    void anUnknownVerbIs400ThatListsTheVerbs(String verb) {
        JsonNode run = api.start(call);
        assertThat(status(run, verb).expect(400).json().path("detail").asText())
                .isEqualTo("_status must be one of PAUSED, RESUMED, RETRIED, TERMINATED");
    }

    @Test
    void theSameIdempotencyKeyIsTheSameRun() {
        String body = "{\"_workflowDefId\":\"%s\",\"_idempotencyKey\":\"key-1\"}";
        JsonNode first =
                api.post(ns("workflows"), body.formatted(call)).expect(201).json();
        JsonNode second =
                api.post(ns("workflows"), body.formatted(call)).expect(201).json();
        assertThat(second).isEqualTo(first);
        assertThat(api.post(ns("workflows"), body.formatted(ask))
                        .expect(409)
                        .json()
                        .path("detail")
                        .asText())
                .contains("_idempotencyKey");
        assertThat(api.sql("SELECT 1 FROM run WHERE idempotency_key = 'key-1'").size())
                .isOne();
    }

    @Test
    void theSameIdempotencyKeyIsTheSameRunWhenItsDefinitionIsDeleted() {
        String id = api.define("deleted_later", ASK);
        String body = "{\"_workflowDefId\":\"%s\",\"_idempotencyKey\":\"key-2\"}";
        JsonNode first =
                api.post(ns("workflows"), body.formatted(id)).expect(201).json();
        api.send(api.ports.get(0), "DELETE", ns("workflowdefs/" + id), Optional.empty(), Map.of())
                .expect(200);
        assertThat(api.post(ns("workflows"), body.formatted(id)).expect(201).json())
                .isEqualTo(first);
        api.post(ns("workflows"), body.formatted(UUID.randomUUID())).expect(404);
        api.post("workflows?nsfilter=other", body.formatted(id)).expect(404);
        api.post(ns("workflows"), "{\"_workflowDefId\":\"" + id + "\",\"_idempotencyKey\":\"key-3\"}")
                .expect(404);
    }

    @Test
    void theSingularPathIsServedToo() {
        JsonNode run = api.start(ask);
        JsonNode paused = api.put(ns("workflow/" + id(run) + "/status"), "{\"_status\":\"PAUSED\"}")
                .expect(200)
                .json();
        assertThat(api.get(ns("workflow/" + id(run))).expect(200).json()).isEqualTo(paused);
    }

    @Test
    void aRunKeepsTheVersionItWasStartedWithAndTheNextStartHasTheNew() {
        String id = api.define("versioned", ASK);
        JsonNode before = api.start(id);
        api.put(
                        ns("workflowdefs/" + id),
                        "{\"_name\":\"versioned2\",\"_timeoutSeconds\":30,\"_taskDefs\":" + CALL + "}")
                .expect(200);
        // The other verticle has the old definition at hand from a start of its own, and must not use it.
        JsonNode after = api.send(
                        api.ports.get(1),
                        "POST",
                        ns("workflows"),
                        Optional.of("{\"_workflowDefId\":\"" + id + "\"}"),
                        Map.of())
                .expect(201)
                .json();
        assertThat(after.path("_name").asText()).isEqualTo("versioned2");
        assertThat(after.path("_timeoutSeconds").asInt()).isEqualTo(30);
        JsonNode old = api.get(ns("workflows/" + id(before))).json();
        assertThat(old.path("_name").asText()).isEqualTo("versioned");
        assertThat(old.at("/_tasks/0/_type").asText()).isEqualTo("USER_INPUT");
        api.delete(ns("workflowdefs/" + id)).expect(200);
        api.post(ns("workflows/" + id(before) + "/userinput/" + taskId(before)), "{\"_userInput\":{\"n\":1}}")
                .expect(200);
        assertThat(api.get(ns("workflows/" + id(before))).json().path("_status").asText())
                .isEqualTo("COMPLETED");
    }

    @Test
    void startsWithWrongBodiesAreRefused() {
        assertThat(pointers(api.post(ns("workflows"), "{\"_inputParams\":[1],\"_idempotencyKey\":\"\"}")))
                .containsExactly("/_workflowDefId", "/_inputParams", "/_idempotencyKey");
        assertThat(pointers(api.post(
                        ns("workflows"),
                        "{\"_workflowDefId\":\"" + call + "\",\"_idempotencyKey\":\"" + "k".repeat(256) + "\"}")))
                .containsExactly("/_idempotencyKey");
        api.post(ns("workflows"), "{\"_workflowDefId\":\"" + UUID.randomUUID() + "\"}")
                .expect(404);
        api.post(ns("workflows"), "{\"_workflowDefId\":\"nonsense\"}").expect(404);
        api.post("workflows?nsfilter=other", "{\"_workflowDefId\":\"" + call + "\"}")
                .expect(404);
    }

    @Test
    void anotherNamespacesRunIsLikeNone() {
        JsonNode run = api.start(ask);
        String runPath = "workflows/" + id(run);
        String nonePath = "workflows/00000000-0000-0000-0000-00000000abcd";
        for (String rest : List.of(
                "",
                "/tasks/" + taskId(run),
                "/tasks/" + taskId(run) + "/logs",
                "/tasks/" + taskId(run) + "/loopovertasks")) {
            String none =
                    api.get(nonePath + rest + "?nsfilter=other").expect(404).text();
            assertThat(api.get(runPath + rest + "?nsfilter=other").expect(404).text())
                    .isEqualTo(none);
            assertThat(api.get(ns(nonePath + rest)).expect(404).text()).isEqualTo(none);
            api.get(ns(runPath + rest)).expect(200);
        }
        api.put(runPath + "/status?nsfilter=other", "{\"_status\":\"TERMINATED\"}")
                .expect(404);
        api.post(runPath + "/userinput/" + taskId(run) + "?nsfilter=other", "{\"_userInput\":{\"n\":1}}")
                .expect(404);
        assertThat(api.get(ns(runPath)).json().path("_status").asText()).isEqualTo("RUNNING");
        JsonNode other = api.start(ask);
        api.get(ns(runPath + "/tasks/" + taskId(other))).expect(404);
    }

    private static Response status(JsonNode run, String verb) {
        return api.put(ns("workflows/" + id(run) + "/status"), "{\"_status\":\"" + verb + "\"}");
    }

    private static List<String> pointers(Response response) {
        return response.expect(400).json().path("errors").findValuesAsText("pointer");
    }

    private static String id(JsonNode run) {
        return run.path("_id").asText();
    }

    private static String taskId(JsonNode run) {
        return run.at("/_tasks/0/_id").asText();
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
