package dev.continuo.store;

import static dev.continuo.decide.TestPlan.work;
import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.TestPlan;
import dev.continuo.model.QueueName;
import dev.continuo.store.HandOut.Hand;
import dev.continuo.store.HandOut.Rest;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class PollQueuesIT {
    private static final List<Optional<String>> TWO = List.of(Optional.of("a"), Optional.empty());

    private StoreFixture store;
    private PollQueues queues;
    private QueueName queue;

    @BeforeEach
    void open(Backends backends, TestInfo test) {
        store = new StoreFixture(backends);
        queues = new PollQueues(store.pool);
        queue = QueueName.of(test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void eachSeatGetsATaskUnderItsName() {
        queued();
        queued();
        queued();

        HandOut handOut = claim(TaskLimits.NONE);

        assertThat(handOut.hands()).extracting(Hand::seat).containsExactly(0, 1);
        assertThat(handOut.hands())
                .extracting(hand -> hand.task().task().claim().workerId())
                .containsExactly(Optional.of("a"), Optional.empty());
        assertThat(handOut.rest()).isEqualTo(new Rest.Perhaps());
        assertThat(claim(TaskLimits.NONE).hands()).hasSize(1);
        assertThat(claim(TaskLimits.NONE)).isEqualTo(new HandOut(List.of(), new Rest.Nothing()));
    }

    @Test
    void aTaskThatSomebodyHoldsIsSkippedAndNotForgotten() {
        UUID held = queued();
        UUID free = queued();
        StoreFixture.HeldRun hold = store.hold(held);
        HandOut handOut = claim(TaskLimits.NONE);
        hold.close();

        assertThat(handOut.hands()).extracting(hand -> hand.task().runId()).containsExactly(free);
        assertThat(handOut.rest()).isEqualTo(new Rest.Held());
        assertThat(claim(TaskLimits.NONE).hands())
                .extracting(hand -> hand.task().runId())
                .containsExactly(held);
    }

    @Test
    void whatIsPutBackIsAsIfItHadNotBeenHandedOutButForTheFence() {
        UUID run = queued();
        String columns =
                "status, due_kind, due_at, deliveries, worker_id, started_at, deadline_at, priority FROM task WHERE run_id = $1";
        String before = row("SELECT " + columns, run).deepToString();

        await(queues.putBack(claim(TaskLimits.NONE).hands()));

        assertThat(row("SELECT " + columns, run).deepToString()).isEqualTo(before);
        assertThat(claim(TaskLimits.NONE).hands())
                .extracting(hand -> hand.task().task().claim().fence())
                .containsExactly(3);
    }

    @Test
    void aLimitTellsWhatItWaitsFor() {
        queued();
        queued();
        queued();
        TaskLimits one = new TaskLimits(OptionalInt.of(1), OptionalInt.empty(), Duration.ofSeconds(1));
        TaskLimits rate = new TaskLimits(OptionalInt.empty(), OptionalInt.of(1), Duration.ofMinutes(1));

        assertThat(claim(one).hands()).hasSize(1);
        assertThat(claim(one)).isEqualTo(new HandOut(List.of(), new Rest.Limited(Optional.empty())));
        assertThat(claim(rate).hands()).hasSize(1);
        HandOut tooMany = claim(rate);
        assertThat(tooMany.hands()).isEmpty();
        assertThat(tooMany.rest()).isInstanceOfSatisfying(Rest.Limited.class, limited -> assertThat(
                        limited.window().orElseThrow())
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(61)));
    }

    @Test
    void aQueuesDepthDoesNotMakeItsClaimsDearer() {
        UUID run = queued();
        await(store.pool.preparedQuery("""
                        INSERT INTO task (id, run_id, seq, node, ref, type, iteration, attempt, retried, status, open,
                                          due_kind, priority, lease_ms, scheduled_at, updated_at, queue, name)
                        SELECT gen_random_uuid(), run_id, 1 + n, node, ref, type, iteration, attempt, retried, status,
                               open, due_kind, n % 100, lease_ms, scheduled_at, updated_at, queue, name
                        FROM task, generate_series(1, 20000) AS n WHERE run_id = $1
                        """).execute(Tuple.of(run)));
        await(store.pool.query("ANALYZE task").execute());
        String claim = PollQueues.TAKE
                .replace("$1", "'" + queue.stored() + "'")
                .replace("$2", "2")
                .replace("$3", "'{a,b}'");
        StringBuilder plan = new StringBuilder();
        await(store.pool.query("EXPLAIN (ANALYZE, TIMING OFF) " + claim).execute())
                .forEach(row -> plan.append(row.getString(0)).append('\n'));

        assertThat(plan.toString())
                .contains("task_queue")
                .doesNotContain("Seq Scan on task")
                .doesNotContain("rows=20000 ");
    }

    private HandOut claim(TaskLimits limits) {
        return await(queues.claim(StoreFixture.NAMESPACE, queue, limits, TWO));
    }

    /** A run whose only task waits for an external worker. */
    private UUID queued() {
        UUID run = store.start(TestPlan.of(work("a"))).run().id();
        await(store.pool
                .preparedQuery("UPDATE task SET queue = $2, name = $2, due_kind = 10, due_at = NULL WHERE run_id = $1")
                .execute(Tuple.of(run, queue.stored())));
        return run;
    }

    private Row row(String sql, UUID run) {
        return await(store.pool.preparedQuery(sql).execute(Tuple.of(run)))
                .iterator()
                .next();
    }
}
