package dev.continuo.events;

import java.time.Duration;

/**
 * Limits of the {@link CommandsConsumer}.
 *
 * @param concurrency commands that are handled at once
 * @param maxOpen records that may be under way or waiting behind such; beyond it consumption pauses. One poll more
 *     (500 records) may still arrive
 * @param firstBackoff the pause before a command is tried again, doubled each time
 * @param longestBackoff where the doubling ends
 * @param maxFailures a command whose handler failed (rather than asked for a retry) so often is dead
 * @param commitEvery the least time between two commits of offsets
 */
public record CommandsSettings(
        int concurrency,
        int maxOpen,
        Duration firstBackoff,
        Duration longestBackoff,
        int maxFailures,
        Duration commitEvery) {
    public static final CommandsSettings DEFAULT =
            new CommandsSettings(64, 2_000, Duration.ofMillis(100), Duration.ofSeconds(10), 5, Duration.ofMillis(100));

    public CommandsSettings {
        if (concurrency < 1 || maxOpen < concurrency || maxFailures < 1) {
            throw new IllegalArgumentException("The commands consumer cannot have a concurrency of " + concurrency
                    + ", " + maxOpen + " open records and " + maxFailures + " failures");
        }
        if (firstBackoff.toMillis() < 1 || longestBackoff.compareTo(firstBackoff) < 0 || commitEvery.toMillis() < 1) {
            throw new IllegalArgumentException("The commands consumer cannot wait " + firstBackoff + " to "
                    + longestBackoff + " between attempts and " + commitEvery + " between commits");
        }
    }

    /** @param retries how often it was tried before */
    long backoffMillis(int retries) {
        long doubled = firstBackoff.toMillis() << Math.min(retries, 20);
        return Math.min(doubled, longestBackoff.toMillis());
    }
}
