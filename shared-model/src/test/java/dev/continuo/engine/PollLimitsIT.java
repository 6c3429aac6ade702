package dev.continuo.engine;

import static dev.continuo.engine.PollFixture.LIMIT;
import static dev.continuo.engine.PollFixture.LONG;
import static dev.continuo.engine.PollFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.QueueName;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.PolledTask;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Limits of task definitions, with fifty workers who poll two processes. */
@ExtendWith(BackendsExtension.class)
class PollLimitsIT {
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
    void neverAreMoreInProgressThanTheLimitSaysWhoeverPolls() {
        two.define(0, name, "\"concurrentExecLimit\":3");
        two.start(0, 0, names(60));
        AtomicInteger inProgress = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Object> done = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 50; i++) {
            work(i % 2, task -> {
                most.accumulateAndGet(inProgress.incrementAndGet(), Math::max);
                return two.engine(0).vertx().timer(20, TimeUnit.MILLISECONDS).compose(worked -> {
                    // The slot is free for others as soon as the update is committed, before this worker hears of it.
                    inProgress.decrementAndGet();
                    done.add(task.task().id());
                    return two.update(process(task), task, TaskStatus.COMPLETED);
                });
            });
        }
        Await.until("all are done", LIMIT, () -> done.size() == 60);

        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void aWindowNeverHasMoreHandOutsThanTheRateSays() {
        two.define(0, name, "\"rateLimitPerFrequency\":5,\"rateLimitFrequencyInSeconds\":1");
        two.start(0, 0, names(18));
        List<Instant> times = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 50; i++) {
            work(i % 2, task -> {
                times.add(task.task().times().startedAt().orElseThrow());
                return two.update(0, task, TaskStatus.COMPLETED);
            });
        }
        Await.until("all were handed out", LIMIT, () -> times.size() == 18);

        List<Instant> sorted = new ArrayList<>(times);
        Collections.sort(sorted);
        for (int i = 5; i < sorted.size(); i++) {
            assertThat(Duration.between(sorted.get(i - 5), sorted.get(i)))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
        assertThat(Duration.between(sorted.getFirst(), sorted.getLast())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aBlockedTaskBlocksNoOtherAndGoesOnWhenASlotIsFree() {
        String free = name + "Free";
        two.define(0, name, "\"concurrentExecLimit\":1");
        two.start(0, 0, name, name, free, free);
        PolledTask first = two.poll(0, name, 1, LONG).getFirst();
        Future<List<PolledTask>> blocked = two.polls(1).poll(QueueName.of(name), Optional.empty(), 1, LONG);

        assertThat(two.poll(0, name, 1, Duration.ofMillis(50))).isEmpty();
        assertThat(two.poll(1, free, 2, Duration.ZERO)).hasSize(2);
        assertThat(blocked.isComplete()).isFalse();
        await(two.update(1, first, TaskStatus.IN_PROGRESS));
        assertThat(await(blocked)).hasSize(1);
    }

    @Test
    void theDomainsOfANameShareItsLimit() {
        two.define(0, name, "\"concurrentExecLimit\":1");
        two.start(0, 0, name);
        two.start(0, 0, domain("far"), name);
        PolledTask first = two.poll(0, name, 1, LONG).getFirst();
        QueueName far = new QueueName(name, Optional.of("far"));
        assertThat(await(two.polls(0).poll(far, Optional.empty(), 1, Duration.ofMillis(20))))
                .isEmpty();
        Future<List<PolledTask>> waits = two.polls(0).poll(far, Optional.empty(), 1, LONG);

        await(two.update(0, first, TaskStatus.COMPLETED));

        assertThat(await(waits)).hasSize(1);
    }

    @Test
    void aLimitThatIsLiftedHoldsNobodyAnyMore() {
        two.define(0, name, "\"concurrentExecLimit\":1");
        two.start(0, 0, names(4));
        two.poll(0, name, 4, LONG);
        Future<List<PolledTask>> waits = two.polls(0).poll(QueueName.of(name), Optional.empty(), 4, LONG);

        two.define(0, name, "\"concurrentExecLimit\":0");

        assertThat(await(waits)).hasSize(3);
    }

    private interface Job {
        Future<?> done(PolledTask task);
    }

    /** A worker who polls until the process ends. */
    private void work(int process, Job job) {
        two.polls(process)
                .poll(QueueName.of(name), Optional.of("w"), 2, Duration.ofSeconds(5))
                .onSuccess(tasks ->
                        Future.all(tasks.stream().map(job::done).toList()).onSuccess(told -> work(process, job)));
    }

    private static int process(PolledTask task) {
        return (int) (task.task().id().getLeastSignificantBits() & 1);
    }

    private String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> name).toArray(String[]::new);
    }

    private ObjectNode domain(String domain) {
        return JsonNodeFactory.instance.objectNode().put(name, domain);
    }
}
