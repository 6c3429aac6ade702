package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.WaitTexts;
import java.time.Duration;
import java.time.Instant;

/** How long a WAIT task waits: {@code duration} or {@code until} of its input. */
sealed interface WaitTime {
    record Until(Instant at) implements WaitTime {}

    record Forever() implements WaitTime {}

    record Fault(String message) implements WaitTime {}

    static WaitTime of(ObjectNode input, Instant now) {
        String duration = text(input.path("duration"));
        String until = text(input.path("until"));
        if (!duration.isEmpty() && !until.isEmpty()) {
            return new Fault("Only one of duration and until may be given");
        }
        if (!duration.isEmpty()) {
            return switch (WaitTexts.duration(duration)) {
                case WaitTexts.Reading.Read<Duration>(Duration length) -> new Until(now.plus(length));
                case WaitTexts.Reading.Fault<Duration>(String message) -> new Fault(message);
            };
        }
        if (!until.isEmpty()) {
            return switch (WaitTexts.until(until)) {
                case WaitTexts.Reading.Read<Instant>(Instant at) -> new Until(at);
                case WaitTexts.Reading.Fault<Instant>(String message) -> new Fault(message);
            };
        }
        return new Forever();
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "" : value.asText("").strip();
    }
}
