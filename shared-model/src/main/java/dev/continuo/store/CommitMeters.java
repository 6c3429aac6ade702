package dev.continuo.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the committer counts. */
final class CommitMeters {
    private final DistributionSummary batchSize;
    private final Timer batchTime;
    private final Counter retries;
    private final Counter offloads;
    private final Counter refused;
    private final Counter locked;

    CommitMeters(MeterRegistry registry) {
        batchSize = DistributionSummary.builder("continuo.commit.batch.size")
                .description("Commands of one transaction")
                .register(registry);
        batchTime = Timer.builder("continuo.commit.batch.time")
                .description("From taking a batch to its commit")
                .register(registry);
        retries = Counter.builder("continuo.commit.retries")
                .description("Batches tried again after a deadlock or serialization failure")
                .register(registry);
        offloads = Counter.builder("continuo.commit.scripts.offloaded")
                .description("Evaluations that left their transaction because they took too long")
                .register(registry);
        locked = Counter.builder("continuo.commit.locked")
                .description("Commands put off because another process was deciding for their run")
                .register(registry);
        refused = Counter.builder("continuo.commit.overloaded")
                .description("Commands refused because a lane's queue was full")
                .register(registry);
    }

    void committed(int commands, long nanos) {
        batchSize.record(commands);
        batchTime.record(nanos, TimeUnit.NANOSECONDS);
    }

    void retried() {
        retries.increment();
    }

    void offloaded() {
        offloads.increment();
    }

    void locked() {
        locked.increment();
    }

    void overloaded() {
        refused.increment();
    }
}
