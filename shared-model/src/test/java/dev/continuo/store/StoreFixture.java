package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Start;
import dev.continuo.decide.TestPlan;
import dev.continuo.decide.World;
import dev.continuo.definition.Plan;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.flywaydb.core.Flyway;

/** A committer on a real Postgres, with plans that tests write as trees; Kafka is only listened for. */
final class StoreFixture implements AutoCloseable {
    static final String NAMESPACE = "ns";

    final Vertx vertx = Vertx.vertx();
    final Pool pool;
    final Claims claims;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<Outcome.Accepted> committed = new CopyOnWriteArrayList<>();
    final Plans plans = new Plans(Map.of(), 100);
    final PgConnectOptions connect;
    volatile Function<Task, JsonNode> seal = Task::input;
    final Committer committer;

    StoreFixture(Backends backends) {
        this(backends, CommitterLimits.DEFAULTS, noScripts());
    }

    StoreFixture(Backends backends, CommitterLimits limits, Scripting scripting) {
        this(backends.pgJdbcUrl(), PgConnectOptions.fromUri(backends.pgUri()), limits, scripting);
    }

    StoreFixture(String jdbcUrl, PgConnectOptions connect, CommitterLimits limits, Scripting scripting) {
        Flyway.configure()
                .dataSource(jdbcUrl, connect.getUser(), connect.getPassword())
                .load()
                .migrate();
        this.connect = connect;
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(new PgConnectOptions(connect).setCachePreparedStatements(true))
                .using(vertx)
                .build();
        claims = new Claims(pool);
        committer = committer(limits, scripting);
    }

    /** Another committer on the same database, as another process would have it: with a cold cache. */
    Committer committer(CommitterLimits limits, Scripting scripting) {
        return new Committer(
                vertx,
                connect,
                limits,
                plans,
                scripting,
                (namespace, task, own) -> seal.apply(task),
                World.EMPTY,
                committed::addAll,
                registry);
    }

    /** One lane, so that everything that waits shares a batch. */
    static CommitterLimits oneLane(int queue) {
        CommitterLimits usual = CommitterLimits.DEFAULTS;
        return new CommitterLimits(
                1,
                queue,
                usual.queueBytes(),
                usual.batch(),
                usual.batchBytes(),
                usual.cacheBytes(),
                usual.statement(),
                usual.lease(),
                usual.scriptBudget(),
                usual.decider());
    }

    static Scripting noScripts() {
        return new Scripting() {
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
        };
    }

    NewRun newRun(Plan plan, Optional<String> idempotencyKey) {
        plans.put(plan);
        Run.Origin origin = new Run.Origin(
                Dialect.WORKFLOWSVC,
                NAMESPACE,
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                TestPlan.json("{}"),
                0,
                Optional.empty(),
                idempotencyKey,
                Optional.empty(),
                "tester");
        return new NewRun(new Start(Ids.next(), origin), plan, List.of(), Optional.empty());
    }

    Outcome.Accepted start(Plan plan) {
        return done(committer.start(newRun(plan, Optional.empty())));
    }

    Outcome.Accepted done(Future<Reply> reply) {
        return switch (await(reply)) {
            case Reply.Done(Outcome.Accepted outcome) -> outcome;
            case Reply.Refused(Outcome.Rejected rejection) -> throw new AssertionError(rejection.toString());
            case Reply.Existing(UUID runId) -> throw new AssertionError("Existing " + runId);
        };
    }

    ClaimedTask claim(Task task) {
        return await(claims.claim(List.of(task.id()), "worker")).get(0);
    }

    static Command complete(ClaimedTask task) {
        return new Command.Complete(
                task.runId(),
                task.id(),
                OptionalInt.of(task.fence()),
                TestPlan.json("{\"ok\":true}"),
                List.of(),
                "worker");
    }

    RunStatus status(UUID runId) {
        return RunStatus.ofCode(
                await(pool.preparedQuery("SELECT status FROM run WHERE id = $1").execute(Tuple.of(runId)))
                        .iterator()
                        .next()
                        .getShort(0));
    }

    List<String> tasks(UUID runId) {
        List<String> tasks = new ArrayList<>();
        await(pool.preparedQuery("SELECT ref, status FROM task WHERE run_id = $1 ORDER BY seq")
                        .execute(Tuple.of(runId)))
                .forEach(row ->
                        tasks.add(row.getString(0) + ":" + dev.continuo.model.TaskStatus.ofCode(row.getShort(1))));
        return tasks;
    }

    /** Holds the run itself, as another process does that decides for it. */
    HeldRun holdAsAnotherProcess(UUID runId) {
        SqlConnection connection = await(pool.getConnection());
        Transaction transaction = await(connection.begin());
        await(connection
                .preparedQuery("SELECT 1 FROM run WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(runId)));
        return new HeldRun(connection, transaction);
    }

    /** Locks a run's open tasks: a lane that decides about all of them waits until this is closed. */
    HeldRun hold(UUID runId) {
        SqlConnection connection = await(pool.getConnection());
        Transaction transaction = await(connection.begin());
        await(connection.preparedQuery(HeldRun.LOCK).execute(Tuple.of(runId)));
        return new HeldRun(connection, transaction);
    }

    record HeldRun(SqlConnection connection, Transaction transaction) implements AutoCloseable {
        /** Of the run's open tasks, which a lane waits for; a run that is locked elsewhere it leaves for later. */
        static final String LOCK = "SELECT 1 FROM task WHERE run_id = $1 AND open FOR UPDATE";

        @Override
        public void close() {
            await(transaction.rollback());
            await(connection.close());
        }
    }

    /** Waits until as many of this database's sessions wait for a lock. */
    void untilBlocked(int sessions) {
        Await.until(
                sessions + " sessions wait for a lock",
                Duration.ofSeconds(30),
                () -> await(pool.query("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """).execute()).iterator().next().getLong(0) == sessions);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within 60 s", e);
        }
    }

    @Override
    public void close() {
        committer.close();
        await(pool.close());
        await(vertx.close());
    }
}
