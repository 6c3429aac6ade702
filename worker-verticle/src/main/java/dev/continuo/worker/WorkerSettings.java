package dev.continuo.worker;

import java.time.Duration;

/**
 * Limits of one worker.
 *
 * @param workerId names this worker in task rows; unique among all workers of all processes
 * @param slots tasks that are executed at once, the reporting of their results included
 * @param claimBatch tasks that one claim asks for
 * @param maxOpen events that are waiting, being worked on, or finished behind such; consumption pauses at it
 * @param commitEvery the least time between two commits of offsets
 * @param longestExecution of an attempt that has no time limit of its own
 * @param grace for running executions when the worker stops; what runs longer is given back
 * @param log what one attempt may log
 */
public record WorkerSettings(
        String workerId,
        int slots,
        int claimBatch,
        int maxOpen,
        Duration commitEvery,
        Duration longestExecution,
        Duration grace,
        LogLimits log) {

    /**
     * What one attempt may log.
     *
     * @param lines at most, the one that tells of the rest not counted
     * @param bytes of all lines in UTF-8
     * @param lineChars a longer line is shortened
     */
    public record LogLimits(int lines, int bytes, int lineChars) {
        public static final LogLimits DEFAULTS = new LogLimits(1_000, 256 << 10, 8 << 10);

        public LogLimits {
            if (lines < 1 || bytes < 1 || lineChars < 1) {
                throw new IllegalArgumentException("an attempt may log at least one line");
            }
        }
    }

    public WorkerSettings {
        if (slots < 1 || claimBatch < 1 || maxOpen < slots) {
            throw new IllegalArgumentException("A worker cannot have " + slots + " slots, claims of " + claimBatch
                    + " tasks and " + maxOpen + " open events");
        }
        if (!commitEvery.isPositive() || !longestExecution.isPositive() || grace.isNegative()) {
            throw new IllegalArgumentException("the times of a worker are positive");
        }
    }

    public static WorkerSettings of(String workerId, int slots) {
        return new WorkerSettings(
                workerId,
                slots,
                500,
                Math.max(10_000, 4 * slots),
                Duration.ofMillis(100),
                Duration.ofHours(1),
                Duration.ofMillis(1_500),
                LogLimits.DEFAULTS);
    }
}
