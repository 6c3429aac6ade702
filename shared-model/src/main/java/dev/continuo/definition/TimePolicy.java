package dev.continuo.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * The time limits of a task.
 *
 * @param startDelay how long the task waits before it may be handed out
 * @param timeout from the start of an attempt to its end
 * @param onTimeout what the end of {@code timeout} does
 * @param response how long a worker may be silent before its lease ends; empty for the engine's default
 * @param poll how long the task may wait for a worker to poll it
 * @param total from the first attempt's scheduling to the end of the last attempt
 */
public record TimePolicy(
        Duration startDelay,
        Optional<Duration> timeout,
        OnTimeout onTimeout,
        Optional<Duration> response,
        Optional<Duration> poll,
        Optional<Duration> total) {

    public TimePolicy(
            Duration startDelay, Optional<Duration> timeout, OnTimeout onTimeout, Optional<Duration> response) {
        this(startDelay, timeout, onTimeout, response, Optional.empty(), Optional.empty());
    }

    public static final TimePolicy NONE =
            new TimePolicy(Duration.ZERO, Optional.empty(), OnTimeout.TIME_OUT_RUN, Optional.empty());

    public enum OnTimeout {
        /** The attempt is TIMED_OUT and tried again as the retry policy says. */
        RETRY,
        /** The attempt and the run are TIMED_OUT. */
        TIME_OUT_RUN,
        /** The attempt goes on; the timeout is counted and logged. */
        ALERT_ONLY
    }
}
