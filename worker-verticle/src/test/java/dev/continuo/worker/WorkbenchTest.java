package dev.continuo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.definition.TaskType;
import dev.continuo.engine.SecretInputs;
import dev.continuo.model.LogEntry;
import dev.continuo.secret.EncryptedFields;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import dev.continuo.store.Overloaded;
import dev.continuo.store.StoreUnavailable;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker without Kafka and Postgres: what it does when either side of it misbehaves. */
class WorkbenchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final JsonNode SCHEMA = json("{'type':'object','properties':{'_inputParams':{'type':'object',"
            + "'properties':{'n':{'type':'integer'},'_auth':{'type':'object','encrypt':true}}}}}");

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final MemoryEngine engine = new MemoryEngine();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Sealer sealer = new Sealer(Keyring.parse(Keyring.generate()));
    private final List<UUID> done = new CopyOnWriteArrayList<>();
    private final List<UUID> settled = new CopyOnWriteArrayList<>();
    private final List<UUID> left = new CopyOnWriteArrayList<>();
    private final Map<UUID, Promise<ConnectorResult>> executing = new ConcurrentHashMap<>();
    private final Map<UUID, ConnectorTask> tasks = new ConcurrentHashMap<>();
    private final Map<UUID, TaskLog> logs = new ConcurrentHashMap<>();
    private Workbench workbench;

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private static JsonNode json(String singleQuoted) {
        try {
            return new ObjectMapper().readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }

    private static UUID id(int n) {
        return new UUID(0, n);
    }

    /** Executions wait until the test lets them end. */
    private void start(int slots) {
        start(slots, Duration.ofHours(1), this::hang);
    }

    private Future<ConnectorResult> hang(ConnectorTask task, TaskLog log) {
        Promise<ConnectorResult> result = Promise.promise();
        executing.put(task.id(), result);
        tasks.put(task.id(), task);
        logs.put(task.id(), log);
        return result.future();
    }

    private void start(
            int slots, Duration longest, BiFunction<ConnectorTask, TaskLog, Future<ConnectorResult>> behaviour) {
        WorkTools tools = new WorkTools(engine, sealer, new WorkerMeters(registry, "w1"));
        WorkerSettings defaults = WorkerSettings.of("w1", slots);
        WorkerSettings settings = new WorkerSettings(
                "w1", slots, 500, 10_000, Duration.ofMillis(10), longest, Duration.ofMillis(300), defaults.log());
        Catalog catalog = new Catalog(List.of(new TestConnector(behaviour)), List.of(new TestType()));
        onContext(() -> {
            workbench = new Workbench(vertx, catalog, tools, settings, new Owner());
            workbench.start();
        });
    }

    private record TestConnector(BiFunction<ConnectorTask, TaskLog, Future<ConnectorResult>> behaviour)
            implements Connector {
        @Override
        public String type() {
            return "TEST";
        }

        @Override
        public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
            return behaviour.apply(task, log);
        }
    }

    private record TestType() implements TaskType {
        @Override
        public String name() {
            return "TEST";
        }

        @Override
        public JsonNode formalParams() {
            return SCHEMA;
        }
    }

    private final class Owner implements WakeUpOwner {
        @Override
        public void settled(WakeUp wakeUp) {
            settled.add(wakeUp.taskId());
        }

        @Override
        public void done(WakeUp wakeUp) {
            done.add(wakeUp.taskId());
        }

        @Override
        public void left(WakeUp wakeUp) {
            left.add(wakeUp.taskId());
        }
    }

    private void onContext(Runnable action) {
        Promise<Void> ran = Promise.promise();
        context.runOnContext(v -> {
            action.run();
            ran.complete();
        });
        try {
            ran.future().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void wake(int... numbers) {
        onContext(() -> IntStream.of(numbers)
                .forEach(n -> workbench.add(
                        new WakeUp(id(n), new ConsumerRecord<>("t", 0, n, new byte[0], new byte[0]), 0))));
    }

    private void end(int n, ConnectorResult result) {
        Await.until("execution of " + n, LIMIT, () -> executing.containsKey(id(n)));
        onContext(() -> executing.remove(id(n)).tryComplete(result));
    }

    private void awaitDone(int... numbers) {
        List<UUID> expected = IntStream.of(numbers).mapToObj(WorkbenchTest::id).toList();
        Await.until("events done: " + expected, LIMIT, () -> done.containsAll(expected));
    }

    private double count(String counter) {
        return registry.get(counter).counter().count();
    }

    private static ConnectorResult ok() {
        return new ConnectorResult.Completed(json("{'ok':true}"));
    }

    @Test
    void aClaimedTaskIsExecutedAndItsResultReportedWithFenceAndLog() {
        engine.put(id(1), json("{'n':1}"), LEASE, Optional.empty());
        start(4, Duration.ofHours(1), (task, log) -> {
            log.info("working");
            return Future.succeededFuture(ok());
        });
        wake(1);
        awaitDone(1);
        var complete = (Command.Complete) engine.submitted.getFirst();
        assertThat(complete.fence()).hasValue(1);
        assertThat(complete.output()).isEqualTo(json("{'ok':true}"));
        assertThat(complete.logs()).extracting(LogEntry::message).containsExactly("working");
        assertThat(complete.by()).isEqualTo("w1");
    }

    @Test
    void anAttemptThatLeavesItsTaskOpenIsReportedWithItsOutput() {
        engine.put(id(1), json("{'n':1}"), LEASE, Optional.empty());
        start(4, Duration.ofHours(1), (task, log) -> {
            log.info("handed on");
            return Future.succeededFuture(new ConnectorResult.Waiting(json("{'so':'far'}")));
        });
        wake(1);
        awaitDone(1);
        var defer = (Command.Defer) engine.submitted.getFirst();
        assertThat(defer.fence()).hasValue(1);
        assertThat(defer.output()).isEqualTo(json("{'so':'far'}"));
        assertThat(defer.logs()).extracting(LogEntry::message).containsExactly("handed on");
    }

    @Test
    void whatWaitsIsClaimedTogetherAndNeverMoreThanThereAreSlots() {
        IntStream.rangeClosed(1, 10).forEach(n -> engine.put(id(n), json("{}"), LEASE, Optional.empty()));
        start(4);
        wake(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        Await.until("four run", LIMIT, () -> executing.size() == 4);
        assertThat(engine.claimSizes).containsExactly(4);
        end(1, ok());
        end(2, ok());
        Await.until("four run again", LIMIT, () -> executing.size() == 4);
        assertThat(engine.claimSizes.stream().mapToInt(size -> size).sum()).isEqualTo(6);
        IntStream.rangeClosed(3, 10).forEach(n -> end(n, ok()));
        awaitDone(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void anEventForATaskThatNobodyWaitsForIsDroppedAndCounted() {
        start(4);
        wake(1, 2);
        awaitDone(1, 2);
        assertThat(count("continuo.task.duplicates.dropped")).isEqualTo(2);
        assertThat(executing).isEmpty();
    }

    @Test
    void aTaskWhoseRowIsLockedIsAskedForAgain() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        engine.locked.add(id(1));
        start(4);
        wake(1);
        Await.until("it was asked for twice", LIMIT, () -> engine.claimSizes.size() >= 2);
        engine.locked.clear();
        end(1, ok());
        awaitDone(1);
        assertThat(count("continuo.task.duplicates.dropped")).isZero();
    }

    @Test
    void claimsThatFailAreTriedAgainAndLoseNothing() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        engine.claimFailure = Optional.of(new StoreUnavailable("down", new RuntimeException()));
        start(4);
        wake(1);
        engine.claimFailure = Optional.empty();
        end(1, ok());
        awaitDone(1);
    }

    @Test
    void anInputThatIsNotValidFailsForGoodAndIsNotExecuted() {
        engine.put(id(1), json("{'n':'text'}"), LEASE, Optional.empty());
        start(4);
        wake(1);
        awaitDone(1);
        var fail = (Command.Fail) engine.submitted.getFirst();
        assertThat(fail.reason()).startsWith("The input is not valid: /_inputParams/n: ");
        assertThat(fail.retry()).isEqualTo(new Command.RetryWish.Never());
        assertThat(fail.logs()).as("the engine writes the reason").isEmpty();
        assertThat(executing).isEmpty();
    }

    @Test
    void theConnectorSeesSecretsAndTheLogMasksThem() {
        JsonNode input = EncryptedFields.of(SCHEMA)
                .seal(json("{'_auth':{'_type':'Basic','pw':'hunter22'}}"), sealer, "ns", Set.of());
        assertThat(input.toString()).doesNotContain("hunter22");
        engine.put(id(1), input, LEASE, Optional.empty());
        start(4);
        wake(1);
        Await.until("it runs", LIMIT, () -> executing.containsKey(id(1)));
        assertThat(tasks.get(id(1)).input().at("/_auth/pw").asText()).isEqualTo("hunter22");
        onContext(() -> logs.get(id(1)).info("my password is hunter22"));
        end(1, ok());
        awaitDone(1);
        assertThat(((Command.Complete) engine.submitted.getFirst()).logs())
                .extracting(LogEntry::message)
                .containsExactly("my password is ***");
    }

    @Test
    void aSealedInputThatCannotBeOpenedFailsTheTaskForGood() {
        ObjectNode input = (ObjectNode) json("{'_auth':{}}");
        input.withObject("_auth").put("pw", new Sealer(Keyring.parse(Keyring.generate())).seal("\"x\"", "ns"));
        engine.put(id(1), input, LEASE, Optional.empty());
        start(4);
        wake(1);
        awaitDone(1);
        var fail = (Command.Fail) engine.submitted.getFirst();
        assertThat(fail.reason()).startsWith("An encrypted field cannot be read");
        assertThat(fail.retry()).isEqualTo(new Command.RetryWish.Never());
    }

    @Test
    void aConnectorThatThrowsFailsTheAttemptWithoutTellingWhatItThrew() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        start(4, Duration.ofHours(1), (task, log) -> {
            throw new IllegalStateException("with a secret");
        });
        wake(1);
        awaitDone(1);
        var fail = (Command.Fail) engine.submitted.getFirst();
        assertThat(fail.reason()).isEqualTo("The connector TEST broke: IllegalStateException");
        assertThat(fail.retry()).isEqualTo(new Command.RetryWish.ByPolicy());
    }

    @Test
    void aTaskBeyondItsTimeLimitIsCancelledAndTheEngineIsToldToLook() {
        engine.put(id(1), json("{}"), LEASE, Optional.of(Duration.ofMillis(50)));
        start(4);
        wake(1);
        awaitDone(1);
        assertThat(engine.submitted).containsExactly(new Command.TaskDue(new UUID(9, 9), id(1)));
        assertThat(tasks.get(id(1)).cancellation().isCancelled()).isTrue();
        assertThat(engine.appended)
                .extracting(LogEntry::message)
                .containsExactly("The time limit of the task is over; the execution was cancelled");
    }

    @Test
    void anExecutionWithoutATimeLimitEndsAtTheWorkersOwn() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        start(4, Duration.ofMillis(50), this::hang);
        wake(1);
        awaitDone(1);
        assertThat(((Command.Fail) engine.submitted.getFirst()).reason()).startsWith("The execution took longer than");
    }

    @Test
    void leasesAreRenewedTogetherWhileExecutionsRun() {
        engine.put(id(1), json("{}"), Duration.ofSeconds(1), Optional.empty());
        engine.put(id(2), json("{}"), Duration.ofSeconds(1), Optional.empty());
        start(4);
        wake(1, 2);
        Await.until("four renewals", LIMIT, () -> engine.renewals.size() >= 4);
        assertThat(engine.renewals).contains(2);
        end(1, ok());
        end(2, ok());
        awaitDone(1, 2);
        assertThat(engine.submitted).hasSize(2).allMatch(command -> command instanceof Command.Complete);
    }

    @Test
    void aLostLeaseCancelsTheExecutionAndItsResultIsNotSent() {
        engine.put(id(1), json("{}"), Duration.ofSeconds(1), Optional.empty());
        start(4);
        wake(1);
        Await.until("it runs", LIMIT, () -> executing.containsKey(id(1)));
        engine.takeAway(id(1));
        awaitDone(1);
        assertThat(tasks.get(id(1)).cancellation().isCancelled()).isTrue();
        assertThat(engine.submitted).isEmpty();
        assertThat(count("continuo.worker.leases.lost")).isEqualTo(1);
    }

    @Test
    void aLeaseThatCannotBeRenewedInTimeIsLost() {
        engine.put(id(1), json("{}"), Duration.ofSeconds(1), Optional.empty());
        engine.extendFailure = Optional.of(new StoreUnavailable("down", new RuntimeException()));
        start(4);
        wake(1);
        awaitDone(1);
        assertThat(count("continuo.worker.leases.lost")).isEqualTo(1);
    }

    @Test
    void aStaleResultIsDroppedAndCounted() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        start(4);
        wake(1);
        Await.until("it runs", LIMIT, () -> executing.containsKey(id(1)));
        engine.takeAway(id(1));
        end(1, ok());
        awaitDone(1);
        assertThat(count("continuo.stale.results")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResultIsKeptWhileTheEngineCannotTakeIt(boolean overloaded) {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        engine.submitFailure =
                Optional.of(overloaded ? new Overloaded("full") : new StoreUnavailable("down", new RuntimeException()));
        start(4);
        wake(1);
        end(1, ok());
        assertThat(engine.submitted).isEmpty();
        engine.submitFailure = Optional.empty();
        awaitDone(1);
        assertThat(engine.submitted).hasSize(1);
    }

    @Test
    void aResultThatNobodyTakesUntilTheLeaseEndsIsGivenUp() {
        engine.put(id(1), json("{}"), Duration.ofMillis(900), Optional.empty());
        engine.extendFailure = Optional.of(new StoreUnavailable("down", new RuntimeException()));
        engine.submitFailure = Optional.of(new StoreUnavailable("down", new RuntimeException()));
        start(4);
        wake(1);
        end(1, ok());
        awaitDone(1);
        assertThat(engine.submitted).isEmpty();
    }

    @Test
    void aLongExecutionShowsItsLogAndDoesNotHoldBackItsEvent() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        start(4);
        wake(1);
        Await.until("it runs", LIMIT, () -> executing.containsKey(id(1)));
        onContext(() -> logs.get(id(1)).info("half way"));
        Await.until("the event is settled", LIMIT, () -> settled.contains(id(1)));
        Await.until("the line is there", LIMIT, () -> engine.appended.size() == 1);
        onContext(() -> logs.get(id(1)).info("there"));
        end(1, ok());
        awaitDone(1);
        var lines = new ArrayList<>(engine.appended);
        lines.addAll(((Command.Complete) engine.submitted.getFirst()).logs());
        assertThat(lines).extracting(LogEntry::message).containsExactly("half way", "there");
    }

    @Test
    void aStoppingWorkerLetsShortWorkFinishGivesTheRestBackAndLeavesWhatWaits() {
        IntStream.rangeClosed(1, 3).forEach(n -> engine.put(id(n), json("{}"), LEASE, Optional.empty()));
        start(2);
        wake(1, 2, 3);
        Await.until("two run", LIMIT, () -> executing.size() == 2);
        Promise<Void> drained = Promise.promise();
        onContext(() -> workbench.drained().onComplete(drained));
        end(1, ok());
        Await.until("it is drained", LIMIT, () -> drained.future().isComplete());
        awaitDone(1, 2);
        assertThat(left).containsExactly(id(3));
        assertThat(engine.submitted).hasSize(1);
        assertThat(tasks.get(id(2)).cancellation().isCancelled()).isTrue();
        assertThat(engine.claimSizes).containsExactly(2);
        assertThat(engine.open(List.of(id(1), id(2))).result())
                .as("claimable at once")
                .containsExactly(id(2));
        assertThat(engine.appended)
                .extracting(LogEntry::message)
                .containsExactly("The worker stopped and gave the task back unfinished");
    }

    @Test
    void aWorkerStopsThoughItsTasksCannotBeGivenBack() {
        engine.put(id(1), json("{}"), LEASE, Optional.empty());
        engine.releaseFailure = Optional.of(new IllegalStateException("no database"));
        start(1);
        wake(1);
        Await.until("it runs", LIMIT, () -> executing.size() == 1);
        Promise<Void> drained = Promise.promise();
        onContext(() -> workbench.drained().onComplete(drained));
        Await.until("it is drained", LIMIT, () -> drained.future().isComplete());
        assertThat(drained.future().succeeded()).isTrue();
        assertThat(tasks.get(id(1)).cancellation().isCancelled()).isTrue();
        assertThat(engine.open(List.of(id(1))).result()).isEmpty();
    }

    @Test
    void secretsAreInTheInputOfTheExecutionAndInNothingThatComesOfIt() {
        start(4);
        engine.filling = input -> Future.succeededFuture(
                new SecretInputs.Filled.Ready(json("{'key':'s3cret','pin':'99'}"), List.of("s3cret", "99")));
        for (int n = 1; n <= 3; n++) {
            engine.put(id(n), json("{'key':'${workflow.secrets.KEY}'}"), LEASE, Optional.empty());
        }
        wake(1, 2, 3);
        Await.until("executions", LIMIT, () -> tasks.size() == 3);
        assertThat(tasks.get(id(1)).input().path("key").asText()).isEqualTo("s3cret");
        onContext(() -> logs.get(id(1)).info("I am s3cret"));
        JsonNode told = json("{'a':['Bearer s3cret'],'s3cret':1,'n':99,'m':199,'b':true,'c':null}");
        end(1, new ConnectorResult.Completed(told));
        end(2, new ConnectorResult.Waiting(told));
        end(3, new ConnectorResult.Failed("s3cret was refused", told, new Command.RetryWish.ByPolicy()));
        awaitDone(1, 2, 3);

        JsonNode shown = json("{'a':['Bearer ***'],'***':1,'n':'***','m':199,'b':true,'c':null}");
        for (Command command : engine.submitted) {
            switch (command) {
                case Command.Complete complete -> {
                    assertThat(complete.output()).isEqualTo(shown);
                    assertThat(complete.logs()).extracting(LogEntry::message).containsExactly("I am ***");
                }
                case Command.Defer defer -> assertThat(defer.output()).isEqualTo(shown);
                case Command.Fail fail -> {
                    assertThat(fail.output()).isEqualTo(shown);
                    assertThat(fail.reason()).isEqualTo("*** was refused");
                }
                case Command other -> throw new AssertionError(other.toString());
            }
        }
        assertThat(engine.submitted).hasSize(3);
    }

    @Test
    void aTaskWhoseSecretIsNotThereFailsForGood() {
        start(1);
        engine.filling = input -> Future.succeededFuture(new SecretInputs.Filled.Impossible("There is no secret KEY"));
        engine.put(id(1), json("{'key':'${workflow.secrets.KEY}'}"), LEASE, Optional.empty());
        wake(1);
        awaitDone(1);
        assertThat(tasks).isEmpty();
        assertThat(engine.submitted).singleElement().isInstanceOfSatisfying(Command.Fail.class, fail -> {
            assertThat(fail.reason()).isEqualTo("There is no secret KEY");
            assertThat(fail.retry()).isEqualTo(new Command.RetryWish.Never());
        });
    }

    @Test
    void aTaskWhoseSecretsCannotBeReadNowIsTriedAgain() {
        start(1);
        engine.filling = input -> Future.failedFuture(new StoreUnavailable("away", new RuntimeException()));
        engine.put(id(1), json("{'key':'${workflow.secrets.KEY}'}"), LEASE, Optional.empty());
        wake(1);
        awaitDone(1);
        assertThat(engine.submitted).singleElement().isInstanceOfSatisfying(Command.Fail.class, fail -> assertThat(
                        fail.retry())
                .isEqualTo(new Command.RetryWish.ByPolicy()));
    }
}
