package dev.continuo.engine;

import static dev.continuo.engine.PollFixture.LIMIT;
import static dev.continuo.engine.PollFixture.LONG;
import static dev.continuo.engine.PollFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.TestPlan;
import dev.continuo.model.DueKind;
import dev.continuo.model.QueueName;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.PolledTask;
import dev.continuo.store.QueueCounts.Count;
import dev.continuo.store.Reply;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** External workers against two processes. */
@ExtendWith(BackendsExtension.class)
class PollHubIT {
    private PollFixture two;
    private String name;

    @BeforeEach
    void open(Backends backends, @TempDir Path directory, TestInfo test) throws IOException {
        name = test.getTestMethod().orElseThrow().getName();
        two = new PollFixture(backends, directory, name, 2);
    }

    @AfterEach
    void close() {
        two.close();
    }

    @Test
    void tasksAreHandedOutByPriorityAndThenByAge() {
        UUID low = two.start(0, 0, name);
        UUID high = two.start(1, 99, name);
        UUID middle = two.start(0, 5, name);
        UUID lowToo = two.start(1, 0, name);

        List<PolledTask> first = two.poll(0, name, 3, Duration.ZERO);
        List<PolledTask> rest = two.poll(1, name, 3, Duration.ZERO);

        assertThat(first).extracting(PolledTask::runId).containsExactly(high, middle, low);
        assertThat(rest).extracting(PolledTask::runId).containsExactly(lowToo);
        PolledTask task = first.getFirst();
        assertThat(task.priority()).isEqualTo(99);
        assertThat(task.runName()).isEqualTo("w");
        assertThat(task.definitionVersion()).isEqualTo(1);
        assertThat(task.correlationId()).contains("order");
        assertThat(task.task().label().name()).isEqualTo(name);
        assertThat(task.task().status()).isEqualTo(TaskStatus.IN_PROGRESS);
        assertThat(task.task().claim().workerId()).contains("me");
    }

    @Test
    void aHandOutBeginsTheResponseTimeoutAndTheFirstOneTheTimeLimit() {
        two.define(0, name, "\"responseTimeoutSeconds\":7,\"timeoutSeconds\":60,\"totalTimeoutSeconds\":0");
        two.start(0, 0, name);

        PolledTask first = two.poll(0, name, 1, Duration.ZERO).getFirst();
        Row once = state(first.task().id());
        Instant started = at(once, "started_at");
        assertThat(Duration.between(started, at(once, "due_at"))).isEqualTo(Duration.ofSeconds(7));
        assertThat(Duration.between(started, at(once, "deadline_at"))).isEqualTo(Duration.ofSeconds(60));
        assertThat(once.getShort("due_kind")).isEqualTo(DueKind.RESPONSE.code());
        assertThat(once.getInteger("fence")).isEqualTo(1);
        assertThat(once.getInteger("deliveries")).isEqualTo(1);

        await(two.update(0, first, TaskStatus.IN_PROGRESS));
        PolledTask second = two.poll(1, name, 1, LONG).getFirst();
        Row again = state(second.task().id());
        assertThat(second.task().id()).isEqualTo(first.task().id());
        assertThat(at(again, "started_at")).isEqualTo(started);
        assertThat(at(again, "deadline_at")).isEqualTo(at(once, "deadline_at"));
        assertThat(again.getInteger("fence")).isEqualTo(3);
        assertThat(again.getInteger("deliveries")).isEqualTo(2);
    }

    @Test
    void theTimeOfAllAttemptsEndsTheResponseTimeoutEarlier() {
        two.define(0, name, "\"responseTimeoutSeconds\":50,\"timeoutSeconds\":55,\"totalTimeoutSeconds\":20");
        two.start(0, 0, name);

        PolledTask task = two.poll(0, name, 1, Duration.ZERO).getFirst();

        Row row = state(task.task().id());
        assertThat(at(row, "due_at")).isEqualTo(at(row, "deadline_at"));
        assertThat(Duration.between(at(row, "started_at"), at(row, "due_at"))).isLessThan(Duration.ofSeconds(21));
    }

    @Test
    void aSilentWorkersAttemptTimesOut() {
        two.define(0, name, "\"responseTimeoutSeconds\":1,\"timeoutSeconds\":0");
        two.start(0, 0, name);
        PolledTask task = two.poll(0, name, 1, LONG).getFirst();

        Await.until(
                "the attempt is TIMED_OUT",
                LIMIT,
                () -> state(task.task().id()).getShort("status") == TaskStatus.TIMED_OUT.code());
    }

    @Test
    void aTaskWakesThoseWhoWaitInThisProcessAndInOthers() {
        Await.until("the other process hears of a task without looking for it", LIMIT, () -> {
            two.poll(1, name, 1, Duration.ZERO);
            double looks = two.count(1, "continuo.polls.looks");
            Future<List<PolledTask>> other = two.polls(1).poll(QueueName.of(name), Optional.empty(), 1, LONG);
            Await.until(
                    "it waits",
                    LIMIT,
                    () -> two.engine(1)
                                    .registry()
                                    .get("continuo.polls.waiting")
                                    .gauge()
                                    .value()
                            == 1);
            assertThat(other.isComplete()).isFalse();
            two.start(0, 0, name);
            assertThat(await(other)).hasSize(1);
            return two.count(1, "continuo.polls.looks") == looks;
        });
        Future<List<PolledTask>> here = two.polls(0).poll(QueueName.of(name), Optional.empty(), 5, LONG);
        two.start(0, 0, name, name);

        assertThat(await(here)).isNotEmpty();
    }

    @Test
    void aPausedRunsTasksWaitForItsResumption() {
        UUID run = two.start(0, 0, name);
        await(two.engine(0).committer().submit(new Command.Pause(run, "tester")));
        assertThat(two.poll(0, name, 1, Duration.ofMillis(50))).isEmpty();
        Future<List<PolledTask>> poll = two.polls(1).poll(QueueName.of(name), Optional.empty(), 1, LONG);

        await(two.engine(0).committer().submit(new Command.Resume(run, "tester")));

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void anAttemptIsCompletedOnlyUnderTheFenceOfItsHandOut() {
        two.start(0, 0, name);
        PolledTask task = two.poll(0, name, 1, LONG).getFirst();
        int fence = task.task().claim().fence();

        assertThat(await(complete(task, fence - 1))).isInstanceOf(Reply.Refused.class);
        assertThat(await(complete(task, fence))).isInstanceOf(Reply.Done.class);
    }

    @Test
    void aTaskOfWhichAWorkerHasHeardIsClaimedByItsId() {
        two.start(0, 0, name);
        two.start(0, 0, name);
        UUID second = two.row("SELECT id FROM task WHERE queue = $1 ORDER BY id DESC LIMIT 1", name)
                .getUUID(0);

        Optional<PolledTask> claimed = await(two.polls(1).claim(second, Optional.of("k")));

        assertThat(claimed.map(task -> task.task().id())).contains(second);
        assertThat(await(two.polls(0).claim(second, Optional.of("k")))).isEmpty();
        assertThat(await(two.polls(0).claim(UUID.randomUUID(), Optional.of("k"))))
                .isEmpty();
    }

    @Test
    void aClaimByIdKeepsToTheLimits() {
        two.define(0, name, "\"concurrentExecLimit\":1");
        two.start(0, 0, name, name);
        PolledTask first = two.poll(0, name, 1, LONG).getFirst();
        UUID other = two.row("SELECT id FROM task WHERE queue = $1 AND due_kind = 10", name)
                .getUUID(0);

        assertThat(await(two.polls(1).claim(other, Optional.empty()))).isEmpty();
        await(two.update(0, first, TaskStatus.COMPLETED));
        assertThat(await(two.polls(1).claim(other, Optional.empty()))).isPresent();
    }

    @Test
    void queuesAreCountedByNameAndByDomain() {
        two.start(0, 0, name, name, name);
        two.start(0, 0, (ObjectNode) TestPlan.json("{\"" + name + "\":\"far\"}"), name);
        two.poll(0, name, 1, Duration.ZERO);
        QueueName plain = QueueName.of(name);
        QueueName far = new QueueName(name, Optional.of("far"));
        QueueName nobody = QueueName.of("nobody");

        assertThat(await(two.polls(0).counts().of(List.of(plain, far, nobody))))
                .containsEntry(plain, new Count(2, 1))
                .containsEntry(far, new Count(1, 0))
                .containsEntry(nobody, Count.NONE);
        assertThat(await(two.polls(0).counts().of(name))).hasSize(2);
        assertThat(await(two.polls(0).counts().all())).containsEntry(far, new Count(1, 0));
        assertThat(await(two.polls(0).requeue(name))).isEqualTo(3);
    }

    @Test
    void whoPollsIsKnownInEveryProcess() {
        QueueName queue = new QueueName(name, Optional.of("near"));
        assertThat(two.polls(1).polled(queue.stored())).isFalse();
        await(two.polls(0).poll(queue, Optional.of("w1"), 1, Duration.ZERO));

        assertThat(two.polls(0).polled(queue.stored())).isTrue();
        Await.until("the other process knows", LIMIT, () -> two.polls(1).polled(queue.stored()));
        assertThat(await(two.polls(1).pollTimes())).anySatisfy(poll -> {
            assertThat(poll.queue()).isEqualTo(queue);
            assertThat(poll.workerId()).contains("w1");
        });
    }

    @Test
    void aRunGoesToTheFirstDomainInWhichSomebodyPolls() {
        QueueName near = new QueueName(name, Optional.of("near"));
        await(two.polls(0).poll(near, Optional.of("w1"), 1, Duration.ZERO));
        two.start(0, 0, (ObjectNode) TestPlan.json("{\"" + name + "\":\"asleep,near,NO_DOMAIN\"}"), name);

        assertThat(await(two.polls(1).poll(near, Optional.of("w1"), 1, LONG))).hasSize(1);
    }

    @Test
    void whatIsHandedToAPollThatIsGoneGoesBack() {
        List<Poll> gone = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Poll poll = two.polls(0).begin(QueueName.of(name), Optional.of("gone"), 1, LONG);
            gone.add(poll);
        }
        two.start(0, 0, name, name, name);
        gone.forEach(Poll::cancel);
        int answered =
                gone.stream().mapToInt(poll -> await(poll.tasks()).size()).sum();

        List<PolledTask> rest = new ArrayList<>();
        Await.until("the others are to be had", LIMIT, () -> {
            rest.addAll(two.poll(1, name, 5, Duration.ofMillis(200)));
            return rest.size() == 3 - answered;
        });
        assertThat(rest)
                .allSatisfy(task -> assertThat(task.task().claim().deliveries()).isEqualTo(1));
    }

    private Future<Reply> complete(PolledTask task, int fence) {
        return two.engine(1)
                .committer()
                .submit(new Command.Complete(
                        task.runId(),
                        task.task().id(),
                        OptionalInt.of(fence),
                        TestPlan.json("{}"),
                        List.of(),
                        "kafka"));
    }

    private Row state(UUID task) {
        return two.row("SELECT * FROM task WHERE id = $1", task);
    }

    private static Instant at(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
