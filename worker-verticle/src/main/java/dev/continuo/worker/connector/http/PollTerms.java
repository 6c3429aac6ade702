package dev.continuo.worker.connector.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Condition;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * When an HTTP_POLL asks, and when it is over (source: Orkes, HTTP Poll page). All members stand beside the request's.
 *
 * @param until over the last response; empty to be content with any success
 * @param maxPolls after which it has failed
 */
record PollTerms(Optional<Condition> until, Duration interval, Strategy strategy, int maxPolls) {
    private static final BigDecimal DEFAULT_SECONDS = BigDecimal.valueOf(60);
    private static final BigDecimal LEAST_SECONDS = new BigDecimal("0.1");
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(86_400);
    private static final int DEFAULT_POLLS = 1_000;
    private static final int MOST_POLLS = 100_000;

    /** How pauses grow. */
    enum Strategy {
        FIXED,
        /** By one interval each time. */
        LINEAR_BACKOFF,
        /** Doubled each time. */
        EXPONENTIAL_BACKOFF
    }

    /** @throws InvalidInput when they make no sense */
    static PollTerms parse(JsonNode request) {
        return new PollTerms(
                condition(request.path("terminationCondition")),
                interval(request.path("pollingInterval")),
                strategy(request.path("pollingStrategy")),
                maxPolls(request.path("maxPollCount")));
    }

    /** @param polls that were made, from 1 */
    Duration pauseAfter(int polls) {
        double factor =
                switch (strategy) {
                    case FIXED -> 1;
                    case LINEAR_BACKOFF -> polls;
                    case EXPONENTIAL_BACKOFF -> Math.pow(2, polls - 1.0);
                };
        double most = MOST_SECONDS.doubleValue() * 1000;
        return Duration.ofMillis((long) Math.min(interval.toMillis() * factor, most));
    }

    private static Optional<Condition> condition(JsonNode source) {
        if (LooseValues.isAbsent(source)) {
            return Optional.empty();
        }
        return switch (Condition.compile(source.asText())) {
            case Condition.Compilation.Compiled(Condition condition) -> Optional.of(condition);
            case Condition.Compilation.Fault(String message) ->
                throw new InvalidInput("terminationCondition: " + message);
        };
    }

    private static Duration interval(JsonNode given) {
        BigDecimal seconds = LooseValues.number(given, "pollingInterval").orElse(DEFAULT_SECONDS);
        if (seconds.compareTo(LEAST_SECONDS) < 0 || seconds.compareTo(MOST_SECONDS) > 0) {
            throw new InvalidInput(
                    "pollingInterval must be a number of seconds from " + LEAST_SECONDS + " to " + MOST_SECONDS);
        }
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    private static Strategy strategy(JsonNode given) {
        if (LooseValues.isAbsent(given)) {
            return Strategy.FIXED;
        }
        try {
            return Strategy.valueOf(given.asText().strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("pollingStrategy must be FIXED, LINEAR_BACKOFF or EXPONENTIAL_BACKOFF");
        }
    }

    private static int maxPolls(JsonNode given) {
        BigDecimal polls = LooseValues.number(given, "maxPollCount").orElse(BigDecimal.valueOf(DEFAULT_POLLS));
        if (polls.compareTo(BigDecimal.ONE) < 0 || polls.compareTo(BigDecimal.valueOf(MOST_POLLS)) > 0) {
            throw new InvalidInput("maxPollCount must be a whole number from 1 to " + MOST_POLLS);
        }
        return polls.intValue();
    }
}
