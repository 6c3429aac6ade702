package dev.continuo.store;

import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.loop;
import static dev.continuo.decide.TestPlan.work;
import static dev.continuo.store.StoreFixture.await;
import static dev.continuo.store.StoreFixture.noScripts;
import static dev.continuo.store.StoreFixture.oneLane;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.TestPlan;
import dev.continuo.definition.Plan;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.script.ConsoleSink;
import dev.continuo.script.QuickScripts;
import dev.continuo.script.SandboxLimits;
import dev.continuo.script.ScriptEngine;
import dev.continuo.script.ScriptPool;
import dev.continuo.store.StoreFixture.HeldRun;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lane does when something in a batch goes wrong, and that nobody else in the batch notices. */
@ExtendWith(BackendsExtension.class)
class CommitterFaultsIT {
    private static final int QUEUE = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aPoisonousCommandFailsAlone(Backends backends) {
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            List<UUID> runs = runs(store, 21);
            UUID poisoned = runs.get(10);
            List<Future<Reply>> replies = inOneBatch(
                    store,
                    // Postgres takes no NUL in a text: the statement fails, and with it the whole transaction.
                    runs.stream()
                            .<Command>map(run -> new Command.Pause(run, run.equals(poisoned) ? "\0" : "x"))
                            .toList());

            for (int i = 0; i < runs.size(); i++) {
                Future<Reply> reply = replies.get(i);
                Await.until("there is an answer", LIMIT, reply::isComplete);
                if (runs.get(i).equals(poisoned)) {
                    assertThat(reply.failed()).isTrue();
                    assertThat(reply.cause()).isNotInstanceOf(StoreUnavailable.class);
                    assertThat(store.status(poisoned)).isEqualTo(RunStatus.RUNNING);
                } else {
                    store.done(reply);
                    assertThat(store.status(runs.get(i))).isEqualTo(RunStatus.PAUSED);
                }
            }
            assertThat(store.done(store.committer.submit(new Command.Pause(poisoned, "x")))
                            .run()
                            .version())
                    .as("what failed left nothing in the cache")
                    .isEqualTo(2);
        }
    }

    @Test
    void aBatchThatMeetsADeadlockIsTriedAgain(Backends backends) throws SQLException {
        // Longer than it takes to close the circle below: Postgres looks for one once, this long after a wait began.
        setting(backends, "deadlock_timeout = '2s'");
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            List<UUID> runs = runs(store, 2).stream()
                    .sorted((a, b) -> a.toString().compareTo(b.toString()))
                    .toList();
            List<Future<Reply>> replies;
            try (HeldRun second = store.hold(runs.get(1))) {
                await(second.connection()
                        .query("SET LOCAL deadlock_timeout = '60s'")
                        .execute());
                replies = inOneBatch(
                        store,
                        runs.stream()
                                .<Command>map(run -> new Command.Pause(run, "x"))
                                .toList());
                store.untilBlocked(1);
                // The lane holds the first run and waits for the second; now its holder waits for the first.
                await(second.connection().preparedQuery(HeldRun.LOCK).execute(Tuple.of(runs.get(0))));
            }

            replies.forEach(store::done);
            assertThat(store.registry.get("continuo.commit.retries").counter().count())
                    .isPositive();
        } finally {
            setting(backends, "deadlock_timeout TO DEFAULT");
        }
    }

    @Test
    void aFullQueueRefusesAtOnceAndWhatWaitsIsDone(Backends backends) {
        try (StoreFixture store = new StoreFixture(backends, oneLane(4), noScripts())) {
            List<UUID> runs = runs(store, 6);
            List<Future<Reply>> taken;
            try (HeldRun held = store.hold(runs.get(0))) {
                Future<Reply> first = store.committer.submit(new Command.Pause(runs.get(0), "x"));
                store.untilBlocked(1);
                taken = Stream.concat(
                                Stream.of(first),
                                runs.subList(1, 5).stream()
                                        .map(run -> store.committer.submit(new Command.Pause(run, "x"))))
                        .toList();

                Future<Reply> refused = store.committer.submit(new Command.Pause(runs.get(5), "x"));

                assertThat(refused.isComplete()).isTrue();
                assertThat(refused.cause()).isInstanceOf(Overloaded.class);
                assertThat(taken).noneMatch(Future::isComplete);
                assertThat(held.connection()).isNotNull();
            }
            taken.forEach(store::done);
            assertThat(store.status(runs.get(5))).isEqualTo(RunStatus.RUNNING);
        }
    }

    @Test
    void aRunThatAnotherProcessHoldsDelaysNobodyElse(Backends backends) {
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            List<UUID> runs = runs(store, 2);
            Future<Reply> waiting;
            try (HeldRun held = store.holdAsAnotherProcess(runs.get(0))) {
                waiting = store.committer.submit(new Command.Pause(runs.get(0), "x"));

                for (int i = 0; i < 20; i++) {
                    store.done(store.committer.submit(new Command.Pause(runs.get(1), "x")));
                    store.done(store.committer.submit(new Command.Resume(runs.get(1), "x")));
                }
                assertThat(waiting.isComplete()).isFalse();
                assertThat(held.connection()).isNotNull();
            }

            store.done(waiting);
            assertThat(store.status(runs.get(0))).isEqualTo(RunStatus.PAUSED);
        }
    }

    /** Guarantee G1. A kill would have to hit the moment between an answer and a commit; here that moment is held open. */
    @Test
    void nothingIsAcknowledgedBeforeItIsCommitted(Backends backends) {
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            SqlConnection gate = await(store.pool.getConnection());
            Transaction closed = await(gate.begin());
            await(gate.query("LOCK TABLE run IN SHARE MODE").execute());

            Future<Reply> started = store.committer.start(store.newRun(TestPlan.of(human("ask")), Optional.empty()));
            store.untilBlocked(1);
            assertThat(started.isComplete()).isFalse();

            await(closed.rollback());
            await(gate.close());
            assertThat(store.status(store.done(started).run().id())).isEqualTo(RunStatus.RUNNING);
        }
    }

    @Test
    void aRunThatMovedOnBehindTheLockUndoesTheTransaction(Backends backends) {
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            Run run = store.start(TestPlan.of(human("ask"))).run();

            Future<?> wrong = store.pool
                    .preparedQuery(RunRows.UPDATE)
                    .execute(RunRows.update(List.of(new RunRows.Update(run, run.version() + 1, false, false))));

            Await.until("there is an answer", LIMIT, wrong::isComplete);
            assertThat(wrong.cause()).hasMessageContaining("division by zero");
            await(store.pool
                    .preparedQuery(RunRows.UPDATE)
                    .execute(RunRows.update(List.of(new RunRows.Update(run, run.version(), false, false)))));
        }
    }

    @Test
    void aLaneOutlivesAnError(Backends backends) {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), noScripts())) {
            store.seal = task -> {
                if (broken.get()) {
                    throw new StackOverflowError("provoked");
                }
                return task.input();
            };
            Future<Reply> failed = store.committer.start(store.newRun(TestPlan.of(human("ask")), Optional.empty()));
            Await.until("there is an answer", LIMIT, failed::isComplete);
            assertThat(failed.failed()).isTrue();

            broken.set(false);
            assertThat(store.status(store.start(TestPlan.of(human("ask"))).run().id()))
                    .isEqualTo(RunStatus.RUNNING);
        }
    }

    @Test
    void aSlowScriptLeavesTheLaneToTheOthers(Backends backends) {
        try (ScriptEngine engine = new ScriptEngine(SandboxLimits.DEFAULT);
                QuickScripts quick = new QuickScripts(engine, QuickScripts.BUDGET);
                ScriptPool pool = new ScriptPool(engine, ScriptPool.Settings.DEFAULT);
                StoreFixture store = new StoreFixture(backends, oneLane(QUEUE), new TwoSpeeds(quick, pool))) {
            String slow =
                    "(function () { const end = Date.now() + 1000; while (Date.now() < end) {} return false; })()";
            Task asked = store.start(TestPlan.of(loop("l", slow, human("ask"))))
                    .inserted()
                    .get(1);
            UUID other = runs(store, 1).get(0);

            Future<Reply> answered = store.committer.submit(answer(asked));
            int meanwhile = 0;
            while (!answered.isComplete()) {
                store.done(store.committer.submit(new Command.Pause(other, "x")));
                store.done(store.committer.submit(new Command.Resume(other, "x")));
                meanwhile++;
            }

            assertThat(store.done(answered).run().status()).isEqualTo(RunStatus.COMPLETED);
            assertThat(meanwhile).isGreaterThan(10);
            assertThat(store.registry
                            .get("continuo.commit.scripts.offloaded")
                            .counter()
                            .count())
                    .isPositive();
        }
    }

    @Test
    void aCachedStateCountsOnlyAsLongAsNobodyElseMovedTheRun(Backends backends) {
        Plan plan = TestPlan.of(loop(
                "l",
                "$.l.iteration < 100",
                work("a").input("{\"n\":\"${l.output.iteration}\"}"),
                work("b").input("{\"n\":\"${a.output.n}\"}")));
        try (StoreFixture store = new StoreFixture(backends);
                Committer other = store.committer(CommitterLimits.DEFAULTS, noScripts())) {
            Task task = store.start(plan).inserted().get(1);
            UUID run = task.label().runId();

            for (int step = 0; step < 200; step++) {
                ClaimedTask claimed = store.claim(task);
                assertThat(claimed.input().path("n").asInt()).isEqualTo(step / 2 + 1);
                Command complete = new Command.Complete(
                        run, claimed.id(), OptionalInt.of(claimed.fence()), claimed.input(), List.of(), "worker");
                Outcome.Accepted next = store.done((step % 2 == 0 ? store.committer : other).submit(complete));
                assertThat(next.run().version()).isEqualTo(step + 2);
                task = next.inserted().isEmpty() ? task : next.inserted().get(0);
            }

            assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
            assertThat(store.tasks(run)).hasSize(201);
        }
    }

    private record TwoSpeeds(QuickScripts quick, ScriptPool pool) implements Scripting {
        @Override
        public ScriptEvaluator quickly() {
            return quick;
        }

        @Override
        public CompletableFuture<JsonNode> fully(Script script, JsonNode input) {
            return pool.submit(script, input, ConsoleSink.NONE, LIMIT);
        }
    }

    private static List<UUID> runs(StoreFixture store, int count) {
        Plan plan = TestPlan.of(human("ask"));
        return IntStream.range(0, count)
                .mapToObj(i -> store.start(plan).run().id())
                .toList();
    }

    private static Command answer(Task task) {
        return new Command.Complete(
                task.label().runId(), task.id(), OptionalInt.empty(), TestPlan.json("{}"), List.of(), "somebody");
    }

    /** Lets the lane wait for the row of another run until all the commands wait for the lane. */
    private static List<Future<Reply>> inOneBatch(StoreFixture store, List<Command> commands) {
        UUID gate = runs(store, 1).get(0);
        Future<Reply> waiting;
        List<Future<Reply>> replies;
        try (HeldRun held = store.hold(gate)) {
            waiting = store.committer.submit(new Command.Pause(gate, "x"));
            store.untilBlocked(1);
            replies = commands.stream().map(store.committer::submit).toList();
            assertThat(held.connection()).isNotNull();
        }
        store.done(waiting);
        return replies;
    }

    private static void setting(Backends backends, String setting) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword());
                var statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + backends.pgDatabase() + " SET " + setting);
        }
    }
}
