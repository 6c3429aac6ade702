package dev.continuo.store;

import static dev.continuo.decide.TestPlan.fork;
import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command;
import dev.continuo.decide.DeciderLimits;
import dev.continuo.decide.TestPlan;
import dev.continuo.decide.TestPlan.Step;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy.OnTimeout;
import dev.continuo.model.RunStatus;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class DueTasksIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private StoreFixture store;
    private DueTasks due;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
        due = new DueTasks(store.pool, 100, DeciderLimits.DEFAULTS.maxDeliveries(), LIMIT);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aContainersTimeLimitIsFoundAndEndsTheRun() {
        UUID run = store.start(TestPlan.of(asking().timeout(Duration.ofMillis(1), OnTimeout.TIME_OUT_RUN)))
                .run()
                .id();

        DueTasks.DueTask found = Await.value("the limit ends", LIMIT, () -> await(due.find()).tasks().stream()
                .filter(task -> task.runId().equals(run))
                .findFirst());
        store.done(store.committer.submit(new Command.TaskDue(run, found.taskId())));

        assertThat(store.status(run)).isEqualTo(RunStatus.TIMED_OUT);
        assertThat(store.tasks(run)).containsExactly("f:TIMED_OUT", "ask:CANCELED");
    }

    @Test
    void aRunIsStuckWhenNothingButAContainersTimeLimitIsLeft() {
        UUID waits = store.start(TestPlan.of(asking())).run().id();
        UUID lost = store.start(TestPlan.of(asking().timeout(Duration.ofHours(1), OnTimeout.RETRY)))
                .run()
                .id();
        UUID ended = store.start(TestPlan.of(asking())).run().id();
        store.done(store.committer.submit(new Command.Terminate(ended, Optional.empty(), "x")));
        await(store.pool
                .query("UPDATE run SET updated_at = updated_at - interval '1 minute'")
                .execute());
        assertThat(await(due.stuck())).doesNotContain(waits, lost, ended);

        await(store.pool
                .preparedQuery("DELETE FROM task WHERE run_id = $1 AND ref = 'ask'")
                .execute(Tuple.of(lost)));

        assertThat(await(due.stuck())).containsExactly(lost);
    }

    @Test
    void lookingForWhatIsDueCostsTheSameHoweverMuchWaits() {
        Plan plan = TestPlan.of(human("ask").timeout(Duration.ofHours(1), OnTimeout.RETRY));
        UUID template = store.start(plan).inserted().get(0).id();
        await(store.pool.preparedQuery("""
                        INSERT INTO task (id, run_id, seq, node, ref, type, iteration, attempt, retried, status, open, due_kind,
                                          due_at, priority, lease_ms, alert_only, scheduled_at, updated_at)
                        SELECT gen_random_uuid(), run_id, 1 + n, node, ref, type, iteration, attempt, retried, status, open,
                               due_kind, due_at, priority, lease_ms, alert_only, scheduled_at, updated_at
                        FROM task, generate_series(1, 20000) AS n WHERE id = $1
                        """).execute(Tuple.of(template)));
        await(store.pool.query("ANALYZE task").execute());

        for (String statement : List.of(DueTasks.REQUEUE, DueTasks.TASKS)) {
            StringBuilder plans = new StringBuilder();
            String literal = statement.replace("$1", "500").replace("$2", "5").replace("$3", "30000");
            await(store.pool.query("EXPLAIN " + literal).execute())
                    .forEach(row -> plans.append(row.getString(0)).append('\n'));
            assertThat(plans.toString())
                    .contains("task_due")
                    .contains("Index Cond")
                    .doesNotContain("Seq Scan on task");
        }
    }

    private static Step asking() {
        return fork("f", List.of(human("ask")));
    }
}
