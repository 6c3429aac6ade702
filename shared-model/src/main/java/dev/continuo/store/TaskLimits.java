package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * How many tasks of one name workers may have, all domains together (conductor: {@code concurrentExecLimit}, {@code
 * rateLimitPerFrequency}).
 *
 * @param concurrent in progress at once
 * @param perWindow handed out within any {@code window}
 */
public record TaskLimits(OptionalInt concurrent, OptionalInt perWindow, Duration window) {
    public static final TaskLimits NONE =
            new TaskLimits(OptionalInt.empty(), OptionalInt.empty(), Duration.ofSeconds(1));

    /** Zero and less mean no limit, and so does a rate over no time. */
    public static TaskLimits of(JsonNode definition) {
        long seconds = definition.path("rateLimitFrequencyInSeconds").asLong(1);
        OptionalInt rate = seconds <= 0 ? OptionalInt.empty() : positive(definition.path("rateLimitPerFrequency"));
        return new TaskLimits(
                positive(definition.path("concurrentExecLimit")), rate, Duration.ofSeconds(Math.max(1, seconds)));
    }

    public boolean any() {
        return concurrent.isPresent() || perWindow.isPresent();
    }

    private static OptionalInt positive(JsonNode number) {
        int value = number.asInt(0);
        return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
    }
}
