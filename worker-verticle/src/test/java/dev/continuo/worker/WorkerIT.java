package dev.continuo.worker;

import static dev.continuo.worker.WorkFixture.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Start;
import dev.continuo.definition.Plan;
import dev.continuo.definition.workflowsvc.WorkflowsvcCompiler;
import dev.continuo.engine.Engine;
import dev.continuo.events.TaskQueued;
import dev.continuo.events.Topics;
import dev.continuo.expression.Limits;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.store.NewRun;
import dev.continuo.store.Reply;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers on a real engine, a real Kafka, a real Postgres and real HTTP. */
@ExtendWith(BackendsExtension.class)
class WorkerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAMESPACE = "ns";
    private static final int PARTITIONS = 2;

    private final Backends backends;
    private final InFlight inFlight = new InFlight();
    private WorkFixture work;
    private Engine engine;

    WorkerIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir, TestInfo test) throws IOException {
        work = new WorkFixture(backends, dir, test.getTestMethod().orElseThrow().getName(), PARTITIONS);
        engine = work.engine;
    }

    @AfterEach
    void close() {
        work.close();
    }

    private String worker(String id, Duration grace) {
        WorkerParts parts = work.parts(ConnectorFactory.Models.of(engine), inFlight);
        WorkerSettings defaults = WorkerSettings.of(id, 16);
        WorkerSettings settings = new WorkerSettings(
                id, 16, 500, 10_000, Duration.ofMillis(20), Duration.ofMinutes(5), grace, defaults.log());
        return await(work.vertx.deployVerticle(new WorkerVerticle(parts, settings)));
    }

    private static JsonNode json(String singleQuoted) {
        return Json.read(singleQuoted.replace('\'', '"'));
    }

    private UUID start(String taskDefs) {
        JsonNode document = json("{'_name':'flow','_taskDefs':" + taskDefs + "}");
        Plan plan = new WorkflowsvcCompiler(engine.types(), Limits.DEFAULT).compile(Ids.next(), Ids.next(), document);
        engine.plans().put(plan);
        Run.Origin origin = new Run.Origin(
                Dialect.WORKFLOWSVC,
                NAMESPACE,
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                json("{'who':'world'}"),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "tester");
        Reply reply = await(
                engine.committer().start(new NewRun(new Start(Ids.next(), origin), plan, List.of(), Optional.empty())));
        return switch (reply) {
            case Reply.Done(Outcome.Accepted accepted) -> accepted.run().id();
            case Reply other -> throw new AssertionError(other.toString());
        };
    }

    private static String rest(String name, String url, String more) {
        return "{'_name':'" + name + "','_type':'REST_CONNECTOR','_sequenceno':1,'_inputParams':{'_url':'" + url
                + "','_auth':{'_type':'NoAuth'}}" + more + "}";
    }

    private List<Row> rows(String sql, Object... arguments) {
        List<Row> rows = new ArrayList<>();
        await(engine.pool().preparedQuery(sql).execute(Tuple.from(arguments))).forEach(rows::add);
        return rows;
    }

    private void awaitStatus(UUID run, RunStatus status) {
        Await.untilAsserted("the run is " + status, LIMIT, () -> assertThat(
                        RunStatus.ofCode(rows("SELECT status FROM run WHERE id = $1", run)
                                .getFirst()
                                .getShort(0)))
                .isEqualTo(status));
    }

    private List<TaskStatus> attempts(UUID run) {
        return rows("SELECT status FROM task WHERE run_id = $1 ORDER BY seq", run).stream()
                .map(row -> TaskStatus.ofCode(row.getShort(0)))
                .toList();
    }

    private double count(String counter) {
        return work.registry.get(counter).counters().stream()
                .mapToDouble(each -> each.count())
                .sum();
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", backends.kafkaBootstrap());
    }

    private void send(byte[] value) throws Exception {
        try (var producer = new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(engine.topics().taskQueued(), 0, null, value))
                    .get();
        }
    }

    @Test
    void aRunOfARestAndAScriptTaskGoesThrough() {
        String url = work.upstream(request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"hello\":\"" + request.getParam("who") + "\"}"));
        rows(
                """
                INSERT INTO script VALUES ($1, $2, 'tools', 'shout', 1, $3, now(), now(), 'me', 'me')
                """,
                Ids.next(),
                NAMESPACE,
                "(input) => { console.log('shouting'); return {loud: input.text.toUpperCase()} }");
        worker("w1", Duration.ofSeconds(3));
        UUID run = start("[" + rest("call", url + "?who=${workflow._inputParams.who}", "")
                + ",{'_name':'shout','_type':'SCRIPT_EXECUTION','_sequenceno':2,'_inputParams':{'_userType':'tools',"
                + "'_scriptName':'shout','text':'${call._output._body.hello}'}}]");
        awaitStatus(run, RunStatus.COMPLETED);
        assertThat(Json.read(rows("SELECT output FROM run WHERE id = $1", run)
                        .getFirst()
                        .getString(0)))
                .isEqualTo(json("{'loud':'WORLD'}"));
        List<String> lines = rows(
                        "SELECT l.message FROM task_log l JOIN task t ON t.id = l.task_id WHERE t.run_id = $1 "
                                + "ORDER BY t.seq, l.line",
                        run)
                .stream()
                .map(row -> row.getString(0))
                .toList();
        assertThat(lines).contains("GET " + url + "/?who=world", "shouting");
    }

    @Test
    void theSameEventThreeTimesIsOneExecution() {
        AtomicInteger asked = new AtomicInteger();
        String url = work.upstream(request -> {
            asked.incrementAndGet();
            request.response().end("{}");
        });
        UUID run = start("[" + rest("call", url, "") + "]");
        UUID task =
                rows("SELECT id FROM task WHERE run_id = $1", run).getFirst().getUUID(0);
        TaskQueued event = new TaskQueued(task, run, NAMESPACE, "REST_CONNECTOR", 0, 0);
        engine.publisher().publish(List.of(event, event, event));
        worker("w1", Duration.ofSeconds(3));
        awaitStatus(run, RunStatus.COMPLETED);
        Await.until("three of four events are dropped", LIMIT, () -> count("continuo.task.duplicates.dropped") == 3);
        assertThat(asked).hasValue(1);
        assertThat(attempts(run)).containsExactly(TaskStatus.COMPLETED);
    }

    @Test
    void aMalformedEventIsPutAsideAndItsPartitionMovesOn() throws Exception {
        worker("w1", Duration.ofSeconds(3));
        send("not an event".getBytes(UTF_8));
        for (int i = 0; i < 4; i++) {
            awaitStatus(
                    start("["
                            + rest(
                                    "call",
                                    work.upstream(request -> request.response().end()),
                                    "") + "]"),
                    RunStatus.COMPLETED);
        }
        String topic = Topics.dead(engine.topics().taskQueued());
        try (var consumer = new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> dead = new ArrayList<>();
            Await.until("the dead letter is there", LIMIT, () -> {
                consumer.poll(Duration.ofMillis(50)).forEach(letter -> dead.add(new String(letter.value(), UTF_8)));
                return !dead.isEmpty();
            });
            assertThat(dead).containsExactly("not an event");
        }
    }

    @Test
    void aStoppingWorkerGivesItsTaskBackToOthers() {
        AtomicInteger asked = new AtomicInteger();
        String url = work.upstream(request -> {
            if (asked.incrementAndGet() > 1) {
                request.response().end("{}");
            }
        });
        String first = worker("w1", Duration.ZERO);
        UUID run = start("[" + rest("call", url, "") + "]");
        Await.until("the first worker has asked", LIMIT, () -> asked.get() == 1);
        await(work.vertx.undeploy(first));
        Row back = rows("SELECT status, due_kind, attempt, fence FROM task WHERE run_id = $1", run)
                .getFirst();
        assertThat(TaskStatus.ofCode(back.getShort(0))).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(back.getShort(1)).as("waits for a worker").isEqualTo((short) 2);
        assertThat(back.getInteger(2)).as("the same attempt").isZero();
        assertThat(back.getInteger(3))
                .as("a result that is still on its way is stale")
                .isEqualTo(2);
        worker("w2", Duration.ofSeconds(3));
        awaitStatus(run, RunStatus.COMPLETED);
        assertThat(asked).hasValue(2);
        assertThat(rows("SELECT fence, worker_id FROM task WHERE run_id = $1", run)
                        .getLast()
                        .getString(1))
                .isEqualTo("w2");
    }

    @Test
    void aTaskOfAWorkerThatWentAwayIsExecutedByAnother() {
        String url = work.upstream(request -> request.response().end("{}"));
        UUID run = start("[" + rest("call", url, "") + "]");
        UUID task =
                rows("SELECT id FROM task WHERE run_id = $1", run).getFirst().getUUID(0);
        assertThat(await(engine.claims().claim(List.of(task), "gone"))).hasSize(1);
        worker("w2", Duration.ofSeconds(3));
        awaitStatus(run, RunStatus.COMPLETED);
        assertThat(rows("SELECT worker_id FROM task WHERE run_id = $1", run)
                        .getLast()
                        .getString(0))
                .isEqualTo("w2");
    }

    @Test
    void aLongExecutionKeepsItsLease() {
        AtomicInteger asked = new AtomicInteger();
        String url = work.upstream(request -> {
            asked.incrementAndGet();
            work.vertx.setTimer(9_000, timer -> request.response().end("{}"));
        });
        worker("w1", Duration.ofSeconds(3));
        UUID run = start("[" + rest("call", url, "") + "]");
        awaitStatus(run, RunStatus.COMPLETED);
        assertThat(asked).as("more than two leases long, and executed once").hasValue(1);
    }

    @Test
    void aTaskBeyondItsTimeLimitTimesOutAndSoDoesItsRun() {
        String url = work.upstream(request -> {});
        worker("w1", Duration.ofSeconds(3));
        UUID run = start("[" + rest("call", url, ",'_timeoutSeconds':1,'_retryCount':0") + "]");
        awaitStatus(run, RunStatus.TIMED_OUT);
        assertThat(attempts(run)).containsExactly(TaskStatus.TIMED_OUT);
    }

    @Test
    void aFailureIsRetriedByPolicyAndAClientErrorIsNot() {
        AtomicInteger asked = new AtomicInteger();
        String flaky = work.upstream(request -> request.response()
                .setStatusCode(asked.incrementAndGet() == 1 ? 500 : 200)
                .end());
        String refusing =
                work.upstream(request -> request.response().setStatusCode(404).end("nothing here"));
        worker("w1", Duration.ofSeconds(3));
        UUID retried = start("[" + rest("call", flaky, ",'_retryDelaySeconds':0") + "]");
        UUID refused = start("[" + rest("call", refusing, ",'_retryDelaySeconds':0") + "]");
        awaitStatus(retried, RunStatus.COMPLETED);
        awaitStatus(refused, RunStatus.FAILED);
        assertThat(attempts(retried)).containsExactly(TaskStatus.FAILED, TaskStatus.COMPLETED);
        Row task = rows("SELECT reason, output FROM task WHERE run_id = $1", refused)
                .getFirst();
        assertThat(task.getString(0)).isEqualTo("HTTP 404 Not Found from GET " + refusing + "/: nothing here");
        assertThat(Json.read(task.getString(1)).path("_statusCode").asInt()).isEqualTo(404);
        assertThat(rows("SELECT l.message FROM task_log l JOIN task t ON t.id = l.task_id WHERE t.run_id = $1", refused)
                        .stream()
                        .map(row -> row.getString(0))
                        .filter(line -> line.contains("nothing here")))
                .as("the reason is told once")
                .containsExactly(task.getString(0));
    }

    @Test
    void offsetsAreCommittedBehindFinishedWork() throws Exception {
        String url = work.upstream(request -> request.response().end("{}"));
        worker("w1", Duration.ofSeconds(3));
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            runs.add(start("[" + rest("call", url, "") + "]"));
        }
        runs.forEach(run -> awaitStatus(run, RunStatus.COMPLETED));
        try (Admin admin = Admin.create(kafka())) {
            Await.until("all 50 events are committed", LIMIT, () -> {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                                engine.topics().prefix() + "workers")
                        .partitionsToOffsetAndMetadata()
                        .get();
                return committed.values().stream()
                                .mapToLong(OffsetAndMetadata::offset)
                                .sum()
                        == 50;
            });
        }
    }
}
