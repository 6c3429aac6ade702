package dev.continuo.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a message is tried again. The wait before each attempt is drawn evenly between a second, or what the step allows if
 * that is less, and what the step allows ("full jitter"): a receiver that comes back is not met by all its messages at
 * once. The last step repeats. A message is given up with the first failure that comes after the whole span, so the last
 * attempt is never earlier than that.
 *
 * @param steps the longest wait before the first, second… further attempt
 * @param span how long it is tried, from the first failure on
 */
public record RetrySchedule(List<Duration> steps, Duration span) {
    /** Over a day. */
    public static final RetrySchedule DEFAULT = new RetrySchedule(
            List.of(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(4)),
            Duration.ofHours(24));

    /** The longest wait that a receiver may ask for. */
    public static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(6);

    private static final long SHORTEST_MILLIS = 1000;

    public RetrySchedule {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.stream().anyMatch(Duration::isNegative) || span.isNegative()) {
            throw new IllegalArgumentException("A schedule has steps, and no time of it is negative");
        }
    }

    /**
     * How long to wait after a failure; empty when the message is given up.
     *
     * @param failures in a row, this one included
     * @param failingFor since the first of them
     */
    public Optional<Duration> next(int failures, Duration failingFor, RandomGenerator random) {
        if (failures > 1 && failingFor.compareTo(span) >= 0) {
            return Optional.empty();
        }
        long most = steps.get(Math.min(failures, steps.size()) - 1).toMillis();
        return Optional.of(Duration.ofMillis(random.nextLong(Math.min(SHORTEST_MILLIS, most), most + 1)));
    }
}
