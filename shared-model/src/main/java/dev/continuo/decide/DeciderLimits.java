package dev.continuo.decide;

import java.time.Duration;

/**
 * @param redispatchAfter how long a published task may wait for a worker before it is published again
 * @param stepsPerDecision tasks that one decision may begin before it gives way to other runs
 * @param maxIterations passes of one loop
 * @param maxDeliveries hand-outs of one attempt whose workers all vanished, before the attempt counts as failed
 * @param lease how long a worker may be silent when the task does not say
 * @param pausedRecheck how often a time limit that ended during a pause is looked at again
 * @param childRecheck how often it is looked whether a child run has ended without its parent having heard
 * @param variablesBytes about how much a run's variables may hold
 * @param loopBytes about how much the outputs of all passes of a loop may hold
 */
public record DeciderLimits(
        Duration redispatchAfter,
        int stepsPerDecision,
        int maxIterations,
        int maxDeliveries,
        Duration lease,
        Duration pausedRecheck,
        Duration childRecheck,
        int variablesBytes,
        int loopBytes) {

    public static final DeciderLimits DEFAULTS = new DeciderLimits(
            Duration.ofSeconds(30),
            200,
            100_000,
            5,
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            256 << 10,
            10 << 20);

    /** The same with other times. */
    public DeciderLimits with(Duration otherRedispatch, Duration otherLease) {
        return new DeciderLimits(
                otherRedispatch,
                stepsPerDecision,
                maxIterations,
                maxDeliveries,
                otherLease,
                pausedRecheck,
                childRecheck,
                variablesBytes,
                loopBytes);
    }
}
