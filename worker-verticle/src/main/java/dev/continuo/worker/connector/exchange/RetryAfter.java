package dev.continuo.worker.connector.exchange;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or an HTTP date. */
public final class RetryAfter {
    private static final int MAX_DIGITS = 18;

    private RetryAfter() {}

    /** How long the response asks to wait; empty when it does not, or for no time at all. */
    public static Optional<Duration> of(Exchange.Reply reply, Instant now, Duration cap) {
        return Optional.ofNullable(reply.headers().get("retry-after"))
                .flatMap(header -> parse(header, now, cap))
                .filter(Duration::isPositive);
    }

    /**
     * How long to wait; empty when the header says nothing that can be understood.
     *
     * @param cap the longest wait that is granted
     */
    public static Optional<Duration> parse(String header, Instant now, Duration cap) {
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(text.length() > MAX_DIGITS ? cap : min(Duration.ofSeconds(Long.parseLong(text)), cap));
        }
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wait = Duration.between(now, date);
            return Optional.of(wait.isNegative() ? Duration.ZERO : min(wait, cap));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
