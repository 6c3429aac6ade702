package dev.continuo.api.agents;

import static dev.continuo.api.agents.AgentsFixture.Person.ANN;
import static dev.continuo.api.agents.AgentsFixture.Person.BEN;
import static dev.continuo.api.agents.AgentsFixture.Person.CARA;
import static dev.continuo.api.agents.AgentsFixture.Person.DORA;
import static dev.continuo.api.agents.AgentsFixture.RETURN;
import static dev.continuo.api.agents.AgentsFixture.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.api.HttpFixture;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.api.agents.AgentsFixture.Person;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of agents and the tasks that come of them. */
@ExtendWith(BackendsExtension.class)
class TaskRoutesIT {
    private static AgentsFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AgentsFixture(backends);
        api.create(ANN, "short", RETURN);
        api.create(ANN, "long", WRITE, RETURN.replace("topic", "draft"));
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @BeforeEach
    void forget() {
        api.sql("DELETE FROM run");
        api.sql("DELETE FROM webhook");
    }

    @Test
    void aTaskHasTheShapeOfThePageAndItsMembersInTheirOrder() {
        Response answer = api.as(
                        BEN, "POST", "workflow/long", "{'input': {'topic': 'snow'}, 'callback': 'https://app.test/x'}")
                .expect(201);
        JsonNode task = answer.json();
        assertThat(names(task))
                .containsExactly(
                        "id", "name", "agentId", "userId", "createdAt", "logs", "output", "status", "callback");
        assertThat(task.path("name").asText()).isEqualTo("Agent long");
        assertThat(task.path("agentId").asText()).isEqualTo("long");
        assertThat(task.path("userId").asText()).isEqualTo(BEN.id().toString());
        assertThat(task.path("logs").toString()).isEqualTo("[\"Write: Running\"]");
        assertThat(task.path("output").toString()).isEqualTo("{}");
        assertThat(task.path("status").asText()).isEqualTo("running");
        assertThat(task.path("callback").asText()).isEqualTo("https://app.test/x");
        assertThat(api.as(BEN, "GET", "task/" + task.path("id").asText())
                        .expect(200)
                        .text())
                .isEqualTo(answer.text());
        assertThat(api.as(BEN, "GET", "task").expect(200).text()).isEqualTo("[" + answer.text() + "]");
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aTaskGoesThroughItsNodesAndEndsWithWhatIsReturned() {
        JsonNode task = api.run(ANN, "long", "{'topic': 'snow'}");
        api.complete(UUID.fromString(task.path("id").asText()), "It snows.", "half of it");
        JsonNode ended = api.as(ANN, "GET", "task/" + task.path("id").asText()).json();
        assertThat(ended.path("status").asText()).isEqualTo("complete");
        assertThat(ended.path("logs"))
                .extracting(JsonNode::asText)
                .containsExactly("Write: Running", "half of it", "Response: It snows.", "Return: Running");
        assertThat(ended.path("output").toString()).isEqualTo("{\"draft\":\"It snows.\"}");
        assertThat(ended.has("callback")).isFalse();
    }

    @Test
    void theInputCountsBeforeTheVariablesForThisTaskAlone() {
        assertThat(output("{'topic': 'snow'}")).isEqualTo("{\"topic\":\"snow\"}");
        assertThat(output("{}")).isEqualTo("{\"topic\":\"rain\"}");
        assertThat(output("{'topic': ['a', {'b': 1}]}")).isEqualTo("{\"topic\":[\"a\",{\"b\":1}]}");
        assertThat(output("{'topic': null}")).isEqualTo("{\"topic\":\"\"}");
    }

    private static String output(String input) {
        JsonNode task = api.run(ANN, "short", input);
        assertThat(task.path("status").asText()).isEqualTo("complete");
        return task.path("output").toString();
    }

    @Test
    void aKeyThatIsNowhereEndsTheTaskWithAnErrorThatNamesIt() {
        api.create(ANN, "lost", RETURN.replace("topic", "brought"));
        JsonNode task = api.run(ANN, "lost", "{}");
        assertThat(task.path("status").asText()).isEqualTo("error");
        assertThat(task.path("logs").toString()).contains("brought");
        assertThat(api.run(ANN, "lost", "{'brought': 1}").path("output").toString())
                .isEqualTo("{\"brought\":1}");
    }

    @Test
    void aTaskIsItsOwnersAlone() {
        String id = api.run(ANN, "short", "{}").path("id").asText();
        for (AgentsFixture.Person other : List.of(BEN, CARA, DORA)) {
            assertThat(message(api.as(other, "GET", "task/" + id).expect(404))).isEqualTo("Task not found");
            assertThat(message(api.as(other, "DELETE", "task/" + id).expect(404)))
                    .isEqualTo("Task not found");
            assertThat(api.as(other, "GET", "task").text()).isEqualTo("[]");
        }
        api.as(ANN, "GET", "task/" + id).expect(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {}                                                  | Missing required body args: input
            {'input': null}                                     | Missing required body args: input
            {'input': 'x'}                                      | Invalid input data: input must be an object
            {'input': []}                                       | Invalid input data: input must be an object
            {'input': {'a': 'sealed:v1:x'}}                     | Invalid input data: input.a is refused: a text must not begin with sealed:v1:, which marks a sealed secret
            {'input': {}, 'callback': 5}                        | Invalid input data: callback must be a URL
            {'input': {}, 'callback': 'ftp://x.test'}           | Invalid input data: callback must be an absolute URL that begins with http:// or https:// and has a host
            """)
    void whatIsWrongWithARunIsSaid(String body, String message) {
        assertThat(message(api.as(ANN, "POST", "workflow/short", body).expect(400)))
                .isEqualTo(message);
        assertThat(api.as(ANN, "GET", "task").text()).isEqualTo("[]");
    }

    @Test
    void anAgentThatIsNotThereCannotBeRun() {
        assertThat(message(api.as(ANN, "POST", "workflow/none", "{'input': {}}").expect(404)))
                .isEqualTo("Agent not found");
    }

    @Test
    void anEmptyCallbackIsNone() {
        for (String callback : List.of("''", "null")) {
            JsonNode task = api.as(ANN, "POST", "workflow/short", "{'input': {}, 'callback': " + callback + "}")
                    .expect(201)
                    .json();
            assertThat(task.has("callback")).isFalse();
        }
    }

    @Test
    void theNewestTasksComeFirstAndTheListGoesOnWhereTheLinkSays() {
        List<String> started = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            started.addFirst(
                    api.run(ANN, i % 2 == 0 ? "short" : "long", "{}").path("id").asText());
        }
        assertThat(ids("/api/v1/task?limit=2", 3)).containsExactlyElementsOf(started);
        assertThat(ids("/api/v1/task?limit=5", 1)).containsExactlyElementsOf(started);
        assertThat(ids("/api/v1/task?limit=1&status=running", 2)).containsExactly(started.get(1), started.get(3));
        assertThat(ids("/api/v1/task?status=complete", 1))
                .containsExactly(started.get(0), started.get(2), started.get(4));
        assertThat(ids("/api/v1/task?status=error", 1)).isEmpty();
    }

    private static List<String> ids(String first, int pages) {
        List<String> ids = new ArrayList<>();
        String path = first;
        int count = 0;
        while (!path.isEmpty()) {
            Response page = api.as(ANN, "GET", path).expect(200);
            page.json().forEach(task -> ids.add(task.path("id").asText()));
            path = page.header("link").replaceAll("<http://127.0.0.1:[0-9]+(.*)>; rel=\"next\"", "$1");
            count++;
        }
        assertThat(count).isEqualTo(pages);
        return ids;
    }

    @Test
    void aTaskThatRunsIsStoppedBeforeItIsDeleted() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        JsonNode deleted = api.as(ANN, "DELETE", "task/" + id).expect(200).json();
        assertThat(deleted.path("id").asText()).isEqualTo(id);
        assertThat(deleted.path("status").asText()).isEqualTo("error");
        assertThat(deleted.path("logs")).last().isEqualTo(TextNode.valueOf("Terminated: Deleted"));
        api.as(ANN, "GET", "task/" + id).expect(404);
        api.as(ANN, "DELETE", "task/" + id).expect(404);
        assertThat(api.as(ANN, "GET", "task").text()).isEqualTo("[]");
        assertThat(api.sql("SELECT 1 FROM task WHERE run_id = $1", UUID.fromString(id))
                        .size())
                .isZero();
    }

    @Test
    void aTaskThatHasEndedIsDeletedAsItWas() {
        JsonNode task = api.run(ANN, "short", "{}");
        assertThat(api.as(ANN, "DELETE", "task/" + task.path("id").asText())
                        .expect(200)
                        .json())
                .isEqualTo(task);
    }

    @Test
    void aSecretThatACallerBringsIsSealedAtRestAndInNoAnswer() {
        JsonNode task = api.run(ANN, "long", "{'key': 'hunter2', 'topic': 'x'}");
        assertThat(task.toString()).doesNotContain("hunter2");
        UUID id = UUID.fromString(task.path("id").asText());
        var run = api.sql("SELECT input, variables FROM run WHERE id = $1", id)
                .iterator()
                .next();
        assertThat(run.getString("input")).doesNotContain("hunter2").contains("sealed:v1:");
        assertThat(run.getString("variables")).doesNotContain("hunter2").contains("sealed:v1:");
        var node = api.sql("SELECT input FROM task WHERE run_id = $1", id)
                .iterator()
                .next();
        assertThat(node.getString("input")).doesNotContain("hunter2", "sealed:").contains("{key}");
    }

    private static String message(Response response) {
        return response.json().path("message").asText();
    }

    @Test
    void aStartThatIsRepeatedWithItsKeyIsTheSameTask() {
        api.create(ANN, "once", RETURN);
        api.create(ANN, "other", RETURN);
        Response started = api.run(ANN, "once", "{}", "order 1");
        String first = id(started);
        assertThat(api.run(ANN, "once", "{'topic': 'sun'}", "order 1").text()).isEqualTo(started.text());
        assertThat(List.of(
                        id(api.run(ANN, "once", "{}", "order 2")),
                        id(api.run(ANN, "other", "{}", "order 1")),
                        id(api.run(Person.BEN, "once", "{}", "order 1"))))
                .doesNotContain(first)
                .doesNotHaveDuplicates();
        api.run(ANN, "once", "{}", "x".repeat(256)).expect(400);

        api.as(ANN, "DELETE", "task/" + first).expect(200);
        assertThat(id(api.run(ANN, "once", "{}", "order 1"))).isNotEqualTo(first);
    }

    private static String id(Response response) {
        return response.expect(201).json().path("id").asText();
    }

    @Test
    void aTaskThatIsStartedWhileItsAgentIsRemovedGoesWithIt() throws Exception {
        api.create(ANN, "raced", WRITE, RETURN.replace("topic", "draft"));
        SqlConnection holder = HttpFixture.await(api.engine.pool().getConnection());
        Transaction held = HttpFixture.await(holder.begin());
        HttpFixture.await(holder.query("LOCK TABLE run IN SHARE MODE").execute());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            java.util.concurrent.Future<Response> started =
                    threads.submit(() -> api.as(ANN, "POST", "workflow/raced", "{'input': {}}"));
            Await.until("the start waits", Duration.ofSeconds(60), () -> locked() > 0);
            api.as(ANN, "DELETE", "agent/raced").expect(200);
            HttpFixture.await(held.commit());
            started.get().expect(404);
        }
        HttpFixture.await(holder.close());
        assertThat(api.sql("SELECT 1 FROM run WHERE correlation_id = 'raced'")).isEmpty();
    }

    private static long locked() {
        return api.sql("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'run'::regclass")
                .iterator()
                .next()
                .getLong(0);
    }
}
