package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.definition.conductor.Violation;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What may keep a run from starting, or from beginning at once, in two processes. */
@ExtendWith(BackendsExtension.class)
class RunsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TASKS = "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]";

    private final Backends backends;
    private final Vertx vertx = Vertx.vertx();
    private final List<Engine> engines = new ArrayList<>();
    private String workflow;

    RunsIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir, TestInfo test) throws IOException {
        workflow = test.getTestMethod().orElseThrow().getName();
        Settings settings = TestSettings.of(backends, dir, "runs");
        for (int i = 0; i < 2; i++) {
            engines.add(Engine.open(vertx, settings, new SimpleMeterRegistry()));
        }
    }

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within " + LIMIT, e);
        }
    }

    private Future<StartResult> start(int engine, String definition, String input) {
        ObjectNode written = json("{'name':'" + workflow + "','schemaVersion':2," + TASKS + "," + definition + "}");
        StartSpec named = StartSpec.of(Conductor.NAMESPACE, workflow, Optional.empty(), json(input), "tester");
        return engines.get(engine)
                .conductor()
                .runs()
                .start(new StartSpec(
                        named.namespace(),
                        named.name(),
                        named.version(),
                        Optional.of(written),
                        named.input(),
                        named.correlationId(),
                        named.priority(),
                        named.taskToDomain(),
                        named.idempotencyKey(),
                        named.strategy(),
                        named.attributes(),
                        named.by(),
                        named.identity()));
    }

    private static UUID id(StartResult result) {
        return switch (result) {
            case StartResult.Started(UUID id, Run run) -> id;
            case StartResult other -> throw new AssertionError(other.toString());
        };
    }

    private static String limit(int most, String policy) {
        return "'rateLimitConfig':{'rateLimitKey':'${workflow.input.customer}','concurrentExecLimit':" + most
                + ",'policy':'" + policy + "'}";
    }

    private static ObjectNode json(String singleQuoted) {
        return (ObjectNode) Json.read(singleQuoted.replace('\'', '"'));
    }

    private List<Row> rows(String sql, Object... arguments) {
        List<Row> rows = new ArrayList<>();
        await(engines.getFirst().pool().preparedQuery(sql).execute(Tuple.from(arguments)))
                .forEach(rows::add);
        return rows;
    }

    private RunStatus status(UUID run) {
        return RunStatus.ofCode(
                rows("SELECT status FROM run WHERE id = $1", run).getFirst().getShort(0));
    }

    private boolean hasBegun(UUID run) {
        return !rows("SELECT id FROM task WHERE run_id = $1", run).isEmpty();
    }

    private void awaitBegun(UUID run) {
        Await.until("the run begins", LIMIT, () -> hasBegun(run));
    }

    private void end(int engine, UUID run, UUID task) {
        await(engines.get(engine)
                .committer()
                .submit(new Command.Update(
                        run,
                        task,
                        TaskStatus.COMPLETED,
                        JsonNodeFactory.instance.objectNode(),
                        Optional.empty(),
                        Duration.ZERO,
                        false,
                        JsonNodeFactory.instance.objectNode(),
                        List.of(),
                        "tester")));
    }

    private void end(UUID run) {
        end(
                0,
                run,
                rows("SELECT id FROM task WHERE run_id = $1 AND open", run)
                        .getFirst()
                        .getUUID("id"));
    }

    @Test
    void neverDoMoreRunsOfAKeyLiveThanMayInAnyNumberOfProcesses() {
        List<Future<StartResult>> starts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            starts.add(start(i % 2, limit(3, "QUEUE"), "{'customer':'acme'}"));
        }
        starts.forEach(started -> id(await(started)));
        for (int ended = 0; ended < 40; ) {
            List<Row> open = new ArrayList<>();
            Await.until("some run lives", LIMIT, () -> {
                open.clear();
                open.addAll(rows(
                        "SELECT t.id, t.run_id FROM task t JOIN run r ON r.id = t.run_id WHERE r.name = $1 AND t.open",
                        workflow));
                return !open.isEmpty();
            });
            assertThat(open).hasSizeLessThanOrEqualTo(3);
            for (Row task : open) {
                end(ended++ % 2, task.getUUID("run_id"), task.getUUID("id"));
            }
        }
        Await.untilAsserted("no place is taken", LIMIT, () -> assertThat(rows(
                        "SELECT l.run_id FROM run_limit l JOIN run r ON r.id = l.run_id WHERE r.name = $1", workflow))
                .isEmpty());
    }

    @Test
    void runsThatWaitBeginInTheOrderOfTheirArrival() {
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            runs.add(id(await(start(i % 2, limit(1, "QUEUE"), "{'customer':'acme'}"))));
        }
        UUID other = id(await(start(0, limit(1, "QUEUE"), "{'customer':'other'}")));
        assertThat(hasBegun(runs.get(0))).isTrue();
        assertThat(hasBegun(other)).isTrue();
        Row waiting = rows("SELECT status, notes, attributes FROM run WHERE id = $1", runs.get(1))
                .getFirst();
        assertThat(status(runs.get(1))).isEqualTo(RunStatus.RUNNING);
        assertThat(Json.read(waiting.getString("notes")).path("rateLimited").asBoolean())
                .isTrue();
        assertThat(Json.read(waiting.getString("attributes"))
                        .path("rateLimitKey")
                        .asText())
                .isEqualTo("acme");
        for (int i = 0; i < 2; i++) {
            end(runs.get(i));
            awaitBegun(runs.get(i + 1));
            assertThat(runs.subList(i + 2, 3)).noneMatch(this::hasBegun);
        }
        assertThat(rows("SELECT id FROM run WHERE id = $1 AND notes LIKE '%rateLimited%'", runs.get(2)))
                .isEmpty();
    }

    @Test
    void aRunThatWouldHaveToWaitIsRefusedWhereTheDefinitionSaysSo() {
        UUID first = id(await(start(0, limit(1, "REJECT"), "{'customer':'acme'}")));
        assertThat(await(start(1, limit(1, "REJECT"), "{'customer':'acme'}")))
                .isInstanceOfSatisfying(StartResult.Conflict.class, conflict -> assertThat(conflict.message())
                        .contains("has 1 runs of the key 'acme'"));
        end(first);
        Await.until(
                "there is room again",
                LIMIT,
                () -> await(start(1, limit(1, "REJECT"), "{'customer':'acme'}")) instanceof StartResult.Started);
    }

    @Test
    void aWaitingRunMayBeTerminatedAndIsNotStuck() {
        UUID first = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        UUID second = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        UUID third = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        rows("UPDATE run SET updated_at = now() - interval '1 hour' WHERE id = $1", third);
        assertThat(await(engines.getFirst().dueTasks().stuck())).doesNotContain(third);
        await(engines.get(1).committer().submit(new Command.Terminate(second, Optional.empty(), "tester")));
        assertThat(status(second)).isEqualTo(RunStatus.TERMINATED);
        end(first);
        awaitBegun(third);
    }

    @Test
    void whatAProcessDidNotLiveToDoIsDoneByOthers() {
        UUID first = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        UUID second = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        // The first one's place belongs to a start that was never committed.
        rows(
                "UPDATE run_limit SET run_id = $2, since = now() - interval '2 minutes' WHERE run_id = $1",
                first,
                Ids.next());
        awaitBegun(second);
        UUID third = id(await(start(0, limit(1, "QUEUE"), "{'customer':'acme'}")));
        assertThat(hasBegun(third)).isFalse();
        // Its turn came, and nobody told it.
        rows("UPDATE run_limit SET state = 1 WHERE run_id = $1", third);
        awaitBegun(third);
    }

    @Test
    void anInputThatDoesNotSatisfyTheSchemaIsRefused() {
        String schema = "'inputSchema':{'name':'s','version':1,'type':'JSON','data':{'type':'object',"
                + "'properties':{'n':{'type':'integer'},'list':{'type':'array','items':{'type':'object',"
                + "'required':['id']}}},'required':['n']}}";
        assertThat(await(start(0, schema, "{'n':'x','list':[{'id':1},{}]}")))
                .isInstanceOfSatisfying(StartResult.Invalid.class, invalid -> assertThat(invalid.violations())
                        .extracting(Violation::path)
                        .containsExactlyInAnyOrder("input.n", "input.list[1].id"));
        id(await(start(0, schema, "{'n':1,'list':[]}")));
        id(await(start(0, schema + ",'enforceSchema':false", "{}")));
        id(await(start(0, schema.replace("'JSON'", "'AVRO'"), "{}")));
    }
}
