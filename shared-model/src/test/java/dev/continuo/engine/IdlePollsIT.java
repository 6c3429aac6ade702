package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.continuo.model.QueueName;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What five hundred workers cost who poll ten queues in which there is nothing. */
@ExtendWith(BackendsExtension.class)
class IdlePollsIT {
    /** Figures are reported at the level that the tests show. */
    private static final Logger LOG = LoggerFactory.getLogger(IdlePollsIT.class);

    private static final int POLLERS = 500;
    private static final int QUEUES = 10;
    private static final Duration PERIOD = Duration.ofSeconds(Long.getLong("continuo.idle.seconds", 5));

    private final AtomicLong polls = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private PollFixture one;

    @BeforeEach
    void open(Backends backends, @TempDir Path directory) throws IOException {
        one = new PollFixture(backends, directory, "idle", 1);
    }

    @AfterEach
    void close() {
        over.set(true);
        one.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5_000})
    void pollersWhoFindNothingAskPostgresNothing(int timeoutMillis) {
        Figures without = measure();
        for (int i = 0; i < POLLERS; i++) {
            poll(QueueName.of("idle" + i % QUEUES), "w" + i, Duration.ofMillis(timeoutMillis));
        }
        Await.until(
                "all queues are known to be empty", PollFixture.LIMIT, () -> one.count(0, "continuo.polls.looks") >= 2);
        double claims = one.count(0, "continuo.polls.claims");
        double looks = one.count(0, "continuo.polls.looks");

        Figures with = measure();

        LOG.warn(
                "Figures of {} idle pollers of {} queues with {} ms: {} polls/s, {} (without pollers {})",
                POLLERS,
                QUEUES,
                timeoutMillis,
                with.polls,
                with,
                without);
        assertThat(one.count(0, "continuo.polls.claims") - claims).isZero();
        assertThat(one.count(0, "continuo.polls.looks") - looks)
                .isLessThanOrEqualTo(
                        PERIOD.toMillis() / RoomLimits.DEFAULT.look().toMillis() + 1);
    }

    private void poll(QueueName queue, String worker, Duration timeout) {
        one.polls(0).poll(queue, Optional.of(worker), 1, timeout).onSuccess(nothing -> {
            polls.incrementAndGet();
            if (!over.get()) {
                poll(queue, worker, timeout);
            }
        });
    }

    /** Of the whole process and the whole database, the engine's own sweep and the pollers themselves included. */
    private record Figures(long polls, double transactions, double cpu) {
        @Override
        public String toString() {
            return "%.1f transactions/s, %.1f %% of a core".formatted(transactions, cpu);
        }
    }

    private Figures measure() {
        long begun = System.nanoTime();
        long cpu = cpuNanos();
        long transactions = transactions();
        long polled = polls.get();
        Await.until("time goes on", PERIOD.plusSeconds(30), () -> System.nanoTime() - begun >= PERIOD.toNanos());
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Figures(
                Math.round((polls.get() - polled) / seconds),
                (transactions() - transactions) / seconds,
                (cpuNanos() - cpu) / seconds / 1e7);
    }

    private long transactions() {
        return one.row("""
                SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()
                """).getLong("n");
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
