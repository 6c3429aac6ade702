package dev.continuo.worker;

import static dev.continuo.worker.WorkFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.engine.Conductor;
import dev.continuo.engine.Engine;
import dev.continuo.engine.StartResult;
import dev.continuo.engine.StartSpec;
import dev.continuo.events.EventCodec;
import dev.continuo.events.EventType;
import dev.continuo.events.WorkflowEvent;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.Json;
import dev.continuo.store.Secrets;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.mcp.FakeMcpServer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** System tasks of conductor definitions, from the start of their run to its end. */
@ExtendWith(BackendsExtension.class)
class ConductorWorkIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SECRET = "pa55-w0rd-of-upstream";

    private final Backends backends;
    private WorkFixture work;
    private Engine engine;
    private Secrets secrets;

    ConductorWorkIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir, TestInfo test) throws IOException {
        work = new WorkFixture(backends, dir, test.getTestMethod().orElseThrow().getName(), 1);
        engine = work.engine;
        secrets = new Secrets(engine.pool(), engine.sealer());
        work.work(ConnectorFactory.Models.of(engine));
    }

    @AfterEach
    void close() {
        work.close();
    }

    private String upstream(Handler<HttpServerRequest> handler) {
        return work.upstream(handler) + "/";
    }

    private static ObjectNode json(String singleQuoted) {
        return (ObjectNode) Json.read(singleQuoted.replace('\'', '"'));
    }

    private UUID start(String tasks, String input) {
        ObjectNode definition = json("{'name':'flow','version':3,'schemaVersion':2,'tasks':[" + tasks + "]}");
        StartSpec named = StartSpec.of(Conductor.NAMESPACE, "flow", Optional.empty(), json(input), "tester");
        StartSpec written = new StartSpec(
                named.namespace(),
                named.name(),
                named.version(),
                Optional.of(definition),
                named.input(),
                named.correlationId(),
                named.priority(),
                named.taskToDomain(),
                named.idempotencyKey(),
                named.strategy(),
                named.attributes(),
                named.by(),
                named.identity());
        return switch (await(engine.conductor().runs().start(written))) {
            case StartResult.Started(UUID id, Run run) -> id;
            case StartResult other -> throw new AssertionError(other.toString());
        };
    }

    private static String http(String ref, String url, String headers, String more) {
        return "{'name':'call','taskReferenceName':'" + ref
                + "','type':'HTTP','inputParameters':{'http_request':{'uri':'"
                + url + "','method':'GET','headers':" + headers + "}},'taskDefinition':{'name':'call','retryCount':0}"
                + more + "}";
    }

    private List<Row> rows(String sql, Object... arguments) {
        List<Row> rows = new ArrayList<>();
        await(engine.pool().preparedQuery(sql).execute(Tuple.from(arguments))).forEach(rows::add);
        return rows;
    }

    private Row run(UUID id, RunStatus status) {
        Await.untilAsserted("the run is " + status, LIMIT, () -> assertThat(
                        RunStatus.ofCode(rows("SELECT status FROM run WHERE id = $1", id)
                                .getFirst()
                                .getShort(0)))
                .isEqualTo(status));
        return rows("SELECT output, reason FROM run WHERE id = $1", id).getFirst();
    }

    private Row task(UUID run) {
        return rows("SELECT id, status, input, output FROM task WHERE run_id = $1 ORDER BY seq", run)
                .getFirst();
    }

    @Test
    void anEventTaskTellsWhatItSent() {
        await(secrets.put(Conductor.NAMESPACE, "UPSTREAM", SECRET, "tester"));
        UUID run = start(
                "{'name':'e','taskReferenceName':'tell','type':'EVENT','sink':'conductor:paid',"
                        + "'inputParameters':{'amount':'${workflow.input.amount}',"
                        + "'key':'${workflow.secrets.UPSTREAM}'}}",
                "{'amount':7}");
        JsonNode output = Json.read(run(run, RunStatus.COMPLETED).getString("output"));
        assertThat(output.path("event_produced").asText()).isEqualTo("conductor:flow:paid");
        assertThat(output.path("amount").asInt()).isEqualTo(7);
        assertThat(told(1).getFirst().payload().path("key").asText()).isEqualTo("${workflow.secrets.UPSTREAM}");
        assertThat(output.path("workflowInstanceId").asText()).isEqualTo(run.toString());
        assertThat(output.path("workflowVersion").asInt()).isEqualTo(3);
    }

    @Test
    void aSecretIsSentAndNeverKept() {
        await(secrets.put(Conductor.NAMESPACE, "UPSTREAM", SECRET, "tester"));
        await(new EnvironmentVariables(engine.pool()).put(Conductor.NAMESPACE, "REGION", "north", "tester"));
        List<String> received = new CopyOnWriteArrayList<>();
        String url = upstream(request -> {
            received.add(request.getHeader("X-Key") + " " + request.getHeader("X-Region") + " "
                    + request.getHeader("X-Given"));
            request.response()
                    .putHeader("content-type", "application/json")
                    .end("{\"echo\":\"" + request.getHeader("X-Key") + "\"}");
        });
        UUID run = start(
                http(
                        "call",
                        url,
                        "{'X-Key':'Key ${workflow.secrets.UPSTREAM}','X-Region':'${workflow.env.REGION}',"
                                + "'X-Given':'${workflow.input.given}'}",
                        ""),
                "{'given':'${workflow.secrets.OTHER}'}");
        Row ended = run(run, RunStatus.COMPLETED);
        // What the caller wrote is data.
        assertThat(received).containsExactly("Key " + SECRET + " north ${workflow.secrets.OTHER}");
        Row task = task(run);
        assertThat(Json.read(task.getString("input"))
                        .at("/http_request/headers/X-Key")
                        .asText())
                .isEqualTo("Key ${workflow.secrets.UPSTREAM}");
        assertThat(Json.read(task.getString("output")).at("/response/body/echo").asText())
                .isEqualTo("Key ***");
        List<Row> logs = rows("SELECT message FROM task_log WHERE task_id = $1", task.getUUID("id"));
        assertThat(logs).isNotEmpty();
        assertThat(logs.toString() + task.toJson() + ended.toJson()).doesNotContain(SECRET);
    }

    @Test
    void theToolsOfAnMcpServerAreListedAndCalled() {
        await(secrets.put(Conductor.NAMESPACE, "UPSTREAM", SECRET, "tester"));
        FakeMcpServer weather = new FakeMcpServer(handler -> upstream(handler).replaceAll("/$", ""))
                .tool("forecast", arguments -> FakeMcpServer.text("{\"city\":" + arguments.path("city") + "}"));
        String server =
                "'mcpServer':'" + weather.url + "','headers':{'Authorization':'Bearer ${workflow.secrets.UPSTREAM}'}";
        UUID run = start(
                "{'name':'l','taskReferenceName':'tools','type':'LIST_MCP_TOOLS','inputParameters':{" + server + "}},"
                        + "{'name':'c','taskReferenceName':'call','type':'CALL_MCP_TOOL','inputParameters':{" + server
                        + ",'method':'${tools.output.tools[0].name}','arguments':{'city':'${workflow.input.city}'}}}",
                "{'city':'Bern'}");
        JsonNode output = Json.read(run(run, RunStatus.COMPLETED).getString("output"));
        assertThat(output.path("isError").asBoolean()).isFalse();
        assertThat(output.at("/content/0/parsed/city").asText()).isEqualTo("Bern");
        assertThat(weather.seen("tools/call").getFirst().headers().get("authorization"))
                .isEqualTo("Bearer " + SECRET);
        assertThat(rows("SELECT input, output FROM task WHERE run_id = $1", run).toString())
                .doesNotContain(SECRET);
    }

    @Test
    void aTaskThatMentionsASecretThatIsNotThereFails() {
        String url = upstream(request -> request.response().end());
        UUID run = start(http("call", url, "{'X-Key':'${workflow.secrets.NOBODYS}'}", ""), "{}");
        assertThat(run(run, RunStatus.FAILED).getString("reason")).contains("There is no secret NOBODYS");
    }

    @Test
    void anAsyncTaskStaysOpenUntilSomebodyUpdatesIt() {
        String url = upstream(request -> request.response().end("{\"ticket\":5}"));
        UUID run = start(http("call", url, "{}", ",'asyncComplete':true"), "{}");
        Await.untilAsserted(
                "the request is made", LIMIT, () -> assertThat(task(run).getString("output"))
                        .contains("ticket"));
        Row open = task(run);
        assertThat(TaskStatus.ofCode(open.getShort("status"))).isEqualTo(TaskStatus.IN_PROGRESS);
        await(engine.committer()
                .submit(new Command.Update(
                        run,
                        open.getUUID("id"),
                        TaskStatus.COMPLETED,
                        json("{'answer':42}"),
                        Optional.empty(),
                        Duration.ZERO,
                        false,
                        JsonNodeFactory.instance.objectNode(),
                        List.of(),
                        "tester")));
        JsonNode output = Json.read(run(run, RunStatus.COMPLETED).getString("output"));
        assertThat(output.path("answer").asInt()).isEqualTo(42);
        assertThat(output.at("/response/statusCode").asInt()).isEqualTo(200);
    }

    /** Until the run is through the engine's topic of events. */
    private List<WorkflowEvent> told(int count) {
        List<WorkflowEvent> events = new ArrayList<>();
        Map<String, Object> properties =
                Map.of("bootstrap.servers", backends.kafkaBootstrap(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(engine.topics().events(), 0)));
            Await.until("the events are told", LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (EventCodec.decode(EventType.WORKFLOW_EVENT.ceType(), record.value())
                            instanceof EventCodec.Decoded.Read(WorkflowEvent event)) {
                        events.add(event);
                    }
                });
                return events.size() >= count;
            });
        }
        return events;
    }

    private static String announcing(String states) {
        StringBuilder all = new StringBuilder(",'onStateChange':{");
        String separator = "";
        for (String state : states.split(",")) {
            all.append(separator)
                    .append("'")
                    .append(state)
                    .append("':[{'type':'")
                    .append(state)
                    .append(
                            "','payload':{'who':'${workflow.input.who}','code':'${call.output.response.statusCode}'}}]");
            separator = ",";
        }
        return all.append('}').toString();
    }

    @Test
    void changesOfStateAreToldAndThenForgotten() {
        String url = upstream(request -> request.response().end("{}"));
        String states = announcing("onScheduled,onStart,onSuccess,onFailed,onCancelled");
        UUID run = start(http("call", url, "{}", states), "{'who':'me'}");
        run(run, RunStatus.COMPLETED);
        UUID task = task(run).getUUID("id");
        List<WorkflowEvent> events = told(3);
        assertThat(events)
                .extracting(WorkflowEvent::event)
                .containsExactly("conductor:flow:onScheduled", "conductor:flow:onStart", "conductor:flow:onSuccess");
        assertThat(events)
                .extracting(WorkflowEvent::eventId)
                .containsExactly(task + "/onScheduled/0", task + "/onStart/0", task + "/onSuccess/0");
        assertThat(events.getFirst().payload()).isEqualTo(json("{'who':'me','code':null}"));
        assertThat(events.getLast().payload()).isEqualTo(json("{'who':'me','code':200}"));
        Await.untilAsserted("nothing waits to be told", LIMIT, () -> assertThat(rows("SELECT id FROM announcement"))
                .isEmpty());
    }

    @Test
    void aFailureIsToldForEachAttempt() {
        String url = upstream(request -> request.response().setStatusCode(500).end());
        String more = announcing("onFailed,onStart") + ",'retryCount':1";
        String task =
                http("call", url, "{}", more).replace("'retryCount':0", "'retryLogic':'FIXED','retryDelaySeconds':0");
        run(start(task, "{}"), RunStatus.FAILED);
        assertThat(told(4))
                .extracting(WorkflowEvent::event)
                .containsExactly(
                        "conductor:flow:onStart",
                        "conductor:flow:onFailed",
                        "conductor:flow:onStart",
                        "conductor:flow:onFailed");
    }

    @Test
    void anEventThatAProcessDidNotLiveToTellIsTold() {
        rows("""
                INSERT INTO announcement VALUES ($1, $2, $2, 'default', 'conductor:flow:lost', '{"a":1}',
                    now() - interval '1 minute')
                """, "lost", new UUID(1, 2));
        assertThat(told(1)).singleElement().satisfies(event -> {
            assertThat(event.event()).isEqualTo("conductor:flow:lost");
            assertThat(event.payload()).isEqualTo(json("{'a':1}"));
        });
        Await.untilAsserted("nothing waits to be told", LIMIT, () -> assertThat(rows("SELECT id FROM announcement"))
                .isEmpty());
    }
}
