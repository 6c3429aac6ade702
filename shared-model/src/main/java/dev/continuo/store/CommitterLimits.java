package dev.continuo.store;

import dev.continuo.decide.DeciderLimits;
import java.time.Duration;

/**
 * @param lanes committer threads, each with a connection of its own
 * @param queue commands that may wait in a lane; more are refused with {@link Overloaded}
 * @param queueBytes payload that may wait in a lane
 * @param batch commands of one transaction
 * @param batchBytes payload of one transaction, unless a single command has more
 * @param cacheBytes payload that a lane keeps of the runs it has lately decided for
 * @param statement how long a round trip to Postgres may take
 * @param lease how long a worker may be silent when the task does not say
 * @param scriptBudget time that the scripts of one batch may take on the lane's thread
 */
public record CommitterLimits(
        int lanes,
        int queue,
        long queueBytes,
        int batch,
        long batchBytes,
        long cacheBytes,
        Duration statement,
        Duration lease,
        Duration scriptBudget,
        DeciderLimits decider) {

    public static final CommitterLimits DEFAULTS = new CommitterLimits(
            2,
            20_000,
            64L << 20,
            512,
            8L << 20,
            32L << 20,
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            DeciderLimits.DEFAULTS);
}
