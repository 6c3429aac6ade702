package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.World;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.Dialect;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Committer;
import dev.continuo.store.CommitterLimits;
import dev.continuo.store.ConductorDefinitions;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.store.Plans;
import dev.continuo.store.Reply;
import dev.continuo.store.Scripting;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What crosses runs, when the process that is to do it ends between its commit and what follows, or does it twice. */
@ExtendWith(BackendsExtension.class)
class LostEffectsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Backends backends;
    private final Vertx vertx = Vertx.vertx();
    private Engine engine;
    private String name;

    LostEffectsIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir, TestInfo test) throws IOException {
        name = test.getTestMethod().orElseThrow().getName();
        Settings settings = TestSettings.of(backends, dir, "lost");
        engine = Engine.open(vertx, settings, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        engine.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within " + LIMIT, e);
        }
    }

    private static ObjectNode json(String singleQuoted) {
        return (ObjectNode) Json.read(singleQuoted.replace('\'', '"'));
    }

    private void define(String workflow, String rest) {
        ObjectNode document = json("{'name':'" + workflow + "','version':1,'schemaVersion':2," + rest + "}");
        await(new ConductorDefinitions(engine.pool())
                .upsert(Conductor.NAMESPACE, List.of(new ConductorDefinitions.Draft(workflow, 1, document)), "tester"));
        engine.conductor().definitionsChanged();
    }

    private StartSpec spec(String workflow, Optional<String> key, IdempotencyStrategy strategy, Optional<UUID> id) {
        StartSpec plain = StartSpec.of(
                Conductor.NAMESPACE, workflow, Optional.of(1), JsonNodeFactory.instance.objectNode(), "tester");
        return new StartSpec(
                plain.namespace(),
                plain.name(),
                plain.version(),
                plain.definition(),
                plain.input(),
                plain.correlationId(),
                plain.priority(),
                plain.taskToDomain(),
                key,
                strategy,
                plain.attributes(),
                plain.by(),
                new StartSpec.Identity(id, Optional.empty(), Optional.empty()));
    }

    private StartResult tryStart(StartSpec spec) {
        return await(engine.conductor().runs().start(spec));
    }

    private UUID start(String workflow) {
        StartResult result = tryStart(spec(workflow, Optional.empty(), IdempotencyStrategy.FAIL, Optional.empty()));
        return switch (result) {
            case StartResult.Started started -> started.runId();
            case StartResult other -> throw new AssertionError(other.toString());
        };
    }

    private List<Row> rows(String sql, Object... arguments) {
        List<Row> rows = new ArrayList<>();
        await(engine.pool().preparedQuery(sql).execute(Tuple.from(arguments))).forEach(rows::add);
        return rows;
    }

    private RunStatus status(UUID run) {
        return RunStatus.ofCode(
                rows("SELECT status FROM run WHERE id = $1", run).getFirst().getShort(0));
    }

    private void awaitStatus(UUID run, RunStatus status) {
        Await.until(run + " is " + status, LIMIT, () -> status(run) == status);
    }

    private UUID open(UUID run, String ref) {
        return Await.value(
                ref + " is open",
                LIMIT,
                () -> rows("SELECT id FROM task WHERE run_id = $1 AND ref = $2 AND open", run, ref).stream()
                        .findFirst()
                        .map(row -> row.getUUID(0)));
    }

    private UUID child(UUID parent) {
        return Await.value(
                "the child is known to its parent",
                LIMIT,
                () ->
                        rows("SELECT child_run_id FROM task WHERE run_id = $1 AND child_run_id IS NOT NULL", parent)
                                .stream()
                                .findFirst()
                                .map(row -> row.getUUID(0)));
    }

    private static Command update(UUID run, UUID task, TaskStatus status) {
        return new Command.Update(
                run,
                task,
                status,
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                Duration.ZERO,
                false,
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                "tester");
    }

    private void end(UUID run, String ref, TaskStatus status) {
        done(engine.committer().submit(update(run, open(run, ref), status)));
    }

    private static void done(Future<Reply> reply) {
        assertThat(await(reply)).isInstanceOf(Reply.Done.class);
    }

    /** By a process that commits and does not live to do what follows. */
    private void byOneThatDies(Command command) {
        Plans plans = new Plans(Map.of(Dialect.CONDUCTOR, new ConductorCompiler(ConductorLimits.DEFAULT, true)), 10);
        Vertx other = Vertx.vertx();
        try (Committer committer = new Committer(
                other,
                PgConnectOptions.fromUri(backends.pgUri()),
                CommitterLimits.DEFAULTS,
                plans,
                new Scripting() {
                    @Override
                    public ScriptEvaluator quickly() {
                        return (script, input) -> {
                            throw new ScriptFailure(ScriptFailure.Kind.ERROR, "no scripts in this test");
                        };
                    }

                    @Override
                    public CompletableFuture<JsonNode> fully(Script script, JsonNode input) {
                        return CompletableFuture.failedFuture(new IllegalStateException("no scripts in this test"));
                    }
                },
                (namespace, task, own) -> task.input(),
                World.EMPTY,
                outcomes -> {},
                new SimpleMeterRegistry())) {
            done(committer.submit(command));
        }
        await(other.close());
    }

    private void due(UUID run) {
        rows("UPDATE task SET due_at = clock_timestamp() WHERE run_id = $1 AND open AND due_at IS NOT NULL", run);
    }

    private void parentOf(String child, String param, String more) {
        define(
                name,
                "'tasks':[{'name':'s','taskReferenceName':'s','type':'SUB_WORKFLOW'," + more
                        + "'subWorkflowParam':{'name':'" + child + "','version':1" + param + "}}]");
    }

    @Test
    void eachFailureOfARunIsFollowedByARunOfItsOwn() {
        define(name + "-after", "'tasks':[{'name':'h','taskReferenceName':'h','type':'HUMAN'}]");
        define(
                name,
                "'failureWorkflow':'" + name + "-after','tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        UUID run = start(name);
        for (int failure = 1; failure <= 3; failure++) {
            end(run, "t", TaskStatus.FAILED_WITH_TERMINAL_ERROR);
            int expected = failure;
            Await.untilAsserted("each failure is followed", LIMIT, () -> assertThat(
                            rows("SELECT id FROM run WHERE name = $1", name + "-after"))
                    .hasSize(expected));
            done(engine.committer()
                    .submit(
                            failure == 1
                                    ? new Command.Restart(run, Optional.empty(), "tester")
                                    : new Command.Retry(run, "tester")));
        }
    }

    @Test
    void aStartThatIsRepeatedFindsItselfByItsKeyWhateverTheStrategy() {
        define(name, "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        for (IdempotencyStrategy strategy : IdempotencyStrategy.values()) {
            UUID id = Ids.next();
            StartSpec spec = spec(name, Optional.of("key-" + strategy), strategy, Optional.of(id));
            assertThat(tryStart(spec)).isInstanceOf(StartResult.Started.class);
            assertThat(tryStart(spec)).isEqualTo(new StartResult.Existing(id));
            end(id, "t", TaskStatus.COMPLETED);
            assertThat(tryStart(spec)).isEqualTo(new StartResult.Existing(id));
        }
    }

    @Test
    void aTaskWaitsForARunThatItsKeyHasLedTo() {
        String child = name + "-child";
        define(child, "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        UUID known = Ids.next();
        tryStart(spec(child, Optional.of("shared"), IdempotencyStrategy.RETURN_EXISTING, Optional.of(known)));
        parentOf(child, ",'idempotencyKey':'shared','idempotencyStrategy':'RETURN_EXISTING'", "");
        UUID parent = start(name);
        assertThat(child(parent)).isEqualTo(known);

        end(known, "t", TaskStatus.COMPLETED);
        due(parent);

        awaitStatus(parent, RunStatus.COMPLETED);
    }

    @Test
    void anUpdateOfAnotherTaskThatIsMadeTwiceIsMade() {
        String other = name + "-other";
        define(other, "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        UUID target = start(other);
        end(target, "t", TaskStatus.COMPLETED);
        define(
                name,
                "'tasks':[{'name':'u','taskReferenceName':'u','type':'UPDATE_TASK','inputParameters':{'workflowId':'"
                        + target + "','taskRefName':'t','taskStatus':'COMPLETED'}}]");

        awaitStatus(start(name), RunStatus.COMPLETED);
    }

    @Test
    void aChildIsTriedAgainThoughTheProcessDiedThatHadItsParentTriedAgain() {
        define(name + "-child", "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        parentOf(name + "-child", "", "");
        UUID parent = start(name);
        UUID child = child(parent);
        end(child, "t", TaskStatus.FAILED_WITH_TERMINAL_ERROR);
        awaitStatus(parent, RunStatus.FAILED);

        byOneThatDies(new Command.Retry(parent, "tester", true));
        assertThat(status(child)).isEqualTo(RunStatus.FAILED);
        due(parent);

        awaitStatus(child, RunStatus.RUNNING);
        awaitStatus(parent, RunStatus.RUNNING);
        end(child, "t", TaskStatus.COMPLETED);
        awaitStatus(parent, RunStatus.COMPLETED);
        assertThat(rows("SELECT id FROM run WHERE name = $1", name + "-child")).hasSize(1);
    }

    @Test
    void aParentHearsThatItsChildLivesAgainThoughTheProcessDiedThatHadItLive() {
        define(name + "-child", "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        parentOf(name + "-child", "", "");
        UUID parent = start(name);
        UUID child = child(parent);
        end(child, "t", TaskStatus.FAILED_WITH_TERMINAL_ERROR);
        awaitStatus(parent, RunStatus.FAILED);

        byOneThatDies(new Command.Retry(child, "tester"));
        longAgo(parent, child);

        assertThat(await(engine.dueTasks().orphans())).doesNotContain(child);
        assertThat(await(engine.dueTasks().reopened()))
                .anySatisfy(found -> assertThat(found.childRunId()).isEqualTo(child));
        engine.sweeper().checkFamilies();
        awaitStatus(parent, RunStatus.RUNNING);
        assertThat(await(engine.dueTasks().reopened()))
                .noneSatisfy(found -> assertThat(found.childRunId()).isEqualTo(child));
        end(child, "t", TaskStatus.COMPLETED);
        awaitStatus(parent, RunStatus.COMPLETED);
    }

    @Test
    void aChildThatBeginsAgainBesideAParentThatIsDoneIsNobodysLeftover() {
        define(name + "-child", "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        parentOf(name + "-child", "", "");
        UUID parent = start(name);
        UUID child = child(parent);
        end(child, "t", TaskStatus.COMPLETED);
        awaitStatus(parent, RunStatus.COMPLETED);

        done(engine.committer().submit(new Command.Restart(child, Optional.empty(), "tester")));
        longAgo(parent, child);

        assertThat(await(engine.dueTasks().orphans())).doesNotContain(child);
    }

    @Test
    void aChildWhoseParentEndedAfterItBeganAgainIsALeftover() {
        define(name + "-child", "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        parentOf(name + "-child", "", "");
        UUID parent = start(name);
        UUID child = child(parent);
        end(child, "t", TaskStatus.FAILED_WITH_TERMINAL_ERROR);
        awaitStatus(parent, RunStatus.FAILED);
        done(engine.committer().submit(new Command.Retry(child, "tester")));
        awaitStatus(parent, RunStatus.RUNNING);

        // Before that, by more than clocks differ.
        rows(
                "UPDATE run SET notes = regexp_replace(notes, '\"begunAgain\":[0-9]+', '\"begunAgain\":1') WHERE id = $1",
                child);
        byOneThatDies(new Command.Terminate(parent, Optional.empty(), "tester"));
        longAgo(parent, child);

        assertThat(await(engine.dueTasks().orphans())).contains(child);
    }

    @Test
    void nobodyWaitsForAChildThatWasRemoved() {
        define(name + "-child", "'tasks':[{'name':'t','taskReferenceName':'t','type':'HUMAN'}]");
        parentOf(name + "-child", "", "");
        UUID parent = start(name);
        UUID child = child(parent);
        byOneThatDies(new Command.Terminate(child, Optional.empty(), "tester"));
        assertThat(await(new ConductorRuns(engine.pool()).remove(Conductor.NAMESPACE, child)))
                .isTrue();
        due(parent);

        awaitStatus(parent, RunStatus.FAILED);
        assertThat(rows("SELECT reason FROM task WHERE run_id = $1", parent)
                        .getFirst()
                        .getString(0))
                .isEqualTo("The sub-workflow " + child + " has been removed");
    }

    /** An hour, for all that happened between the two. */
    private void longAgo(UUID parent, UUID child) {
        rows(
                "UPDATE task SET ended_at = ended_at - interval '1 hour' WHERE run_id = $1 AND ended_at IS NOT NULL",
                parent);
        rows("""
                UPDATE run SET updated_at = updated_at - interval '1 hour',
                    notes = regexp_replace(notes, '"begunAgain":[0-9]+', '"begunAgain":' ||
                        greatest(0, substring(notes FROM '"begunAgain":([0-9]+)')::bigint - 3600000))
                WHERE id = $1
                """, child);
    }
}
