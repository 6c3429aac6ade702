package dev.continuo.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * How often and when a failed attempt is tried again (source: conductor, retryLogic).
 *
 * @param limit attempts after the first
 * @param delay the backoff's unit
 * @param scale factor of {@link Backoff#LINEAR}
 * @param maxDelay cap on the backoff, before jitter
 * @param jitter the most that is added at random
 */
public record RetryPolicy(
        int limit, Backoff backoff, Duration delay, int scale, Optional<Duration> maxDelay, Duration jitter) {

    public static final RetryPolicy NEVER =
            new RetryPolicy(0, Backoff.FIXED, Duration.ZERO, 1, Optional.empty(), Duration.ZERO);

    /** No backoff is longer than this, whatever the arithmetic says. */
    static final Duration LONGEST = Duration.ofDays(365);

    public enum Backoff {
        /** {@code delay} */
        FIXED,
        /** {@code delay * scale * (attempt + 1)} */
        LINEAR,
        /** {@code delay * 2^attempt} */
        EXPONENTIAL
    }

    /**
     * The wait before the attempt that follows the given one.
     *
     * @param attempt the attempt that failed, from 0
     * @param random any number; the same number gives the same jitter, which keeps the decider pure
     */
    public Duration delayAfter(int attempt, long random) {
        Duration wait = maxDelay.map(cap -> min(cap, base(attempt))).orElseGet(() -> base(attempt));
        if (jitter.isZero()) {
            return wait;
        }
        return wait.plusMillis(Math.floorMod(random, jitter.toMillis() + 1));
    }

    private Duration base(int attempt) {
        double factor =
                switch (backoff) {
                    case FIXED -> 1;
                    case LINEAR -> (double) scale * (attempt + 1);
                    case EXPONENTIAL -> Math.pow(2, attempt);
                };
        double millis = delay.toMillis() * factor;
        return millis >= LONGEST.toMillis() ? LONGEST : Duration.ofMillis((long) millis);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
