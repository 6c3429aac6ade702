package dev.continuo.expression;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitTextsTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "1d 2h 3m 4s, P1DT2H3M4S",
        "1d2h3m4s, P1DT2H3M4S",
        "2 days 5 hours, P2DT5H",
        "1 day 1 hour 1 minute 1 second, P1DT1H1M1S",
        "30 seconds, PT30S",
        "30s, PT30S",
        "10 secs, PT10S",
        "1 sec, PT1S",
        "90 mins, PT90M",
        "1 min, PT1M",
        "3 hrs, PT3H",
        "1hr, PT1H",
        "' 5  MINUTES ', PT5M",
        "4s 1m, PT1M4S",
        "0s, PT0S",
        "36500 days, P36500D",
        "PT5M, PT5M",
        "pt1.5s, PT1.5S",
        "P1DT2H, P1DT2H",
    })
    void aDurationIsRead(String text, Duration expected) {
        assertThat(WaitTexts.duration(text)).isEqualTo(new WaitTexts.Reading.Read<>(expected));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', required",
        "'  ', required",
        "30, no duration",
        "d, no duration",
        "1 d 2, no duration",
        "1d 1d, no duration",
        "1 day 1 d, no duration",
        "-1s, no duration",
        "1.5h, no duration",
        "1w, no duration",
        "soon, no duration",
        "P, no duration",
        "1s;2m, no duration",
        "null, no duration",
        "999999999999s, no duration",
        "36501d, between 0 and 36500 days",
        "99999999999d 99999999999h, between 0 and 36500 days",
        "PT-5M, between 0 and 36500 days",
        "P999999999D, between 0 and 36500 days",
    })
    void whatIsNoDurationIsAFaultThatSaysSo(String text, String message) {
        assertThat(WaitTexts.duration(text))
                .isInstanceOfSatisfying(WaitTexts.Reading.Fault.class, fault -> assertThat(fault.message())
                        .contains(message));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "2026-01-31, 2026-01-31T00:00:00Z",
        "2026-01-31 18:30, 2026-01-31T18:30:00Z",
        "2026-01-31 18:30:15, 2026-01-31T18:30:15Z",
        "2026-01-31 18:30 UTC, 2026-01-31T18:30:00Z",
        "2026-01-31 18:30 GMT+04:00, 2026-01-31T14:30:00Z",
        "2026-01-31 18:30 +02:00, 2026-01-31T16:30:00Z",
        "2026-07-31 18:30 Europe/Paris, 2026-07-31T16:30:00Z",
        "2026-01-31 18:30 PST, 2026-02-01T02:30:00Z",
        "2026-01-31 Europe/Paris, 2026-01-30T23:00:00Z",
        "'  2026-01-31   18:30  ', 2026-01-31T18:30:00Z",
        "2026-03-29 02:30 Europe/Paris, 2026-03-29T01:30:00Z",
        "2026-01-31T18:30:00Z, 2026-01-31T18:30:00Z",
        "2026-01-31T18:30:00.250Z, 2026-01-31T18:30:00.250Z",
        "2026-01-31T18:30:00+02:00, 2026-01-31T16:30:00Z",
        "2026-01-31T18:30:00+01:00[Europe/Paris], 2026-01-31T17:30:00Z",
        "2026-01-31T18:30, 2026-01-31T18:30:00Z",
        "2024-02-29, 2024-02-29T00:00:00Z",
    })
    void aMomentIsRead(String text, Instant expected) {
        assertThat(WaitTexts.until(text)).isEqualTo(new WaitTexts.Reading.Read<>(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2026-02-30",
                "2026-13-01",
                "2026-1-1",
                "2026-01-31 25:00",
                "2026-01-31 18:30 Mars/Olympus",
                "2026-01-31 18:30 UTC UTC",
                "2026-01-31 UTC 18:30",
                "31/01/2026",
                "1767225600000",
                "2026-01-31Tnoon",
                "+999999999-01-01",
                "null"
            })
    void whatIsNoMomentIsAFaultThatShowsHowToWriteOne(String text) {
        assertThat(WaitTexts.until(text))
                .isInstanceOfSatisfying(WaitTexts.Reading.Fault.class, fault -> assertThat(fault.message())
                        .contains("a moment is")
                        .contains("2026-01-31 18:30"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1d ", " ", "2026-01-31 ", "P", "d"})
    void aFaultQuotesOnlyTheBeginningOfALongText(String unit) {
        var text = "x" + unit.repeat(1 << 18);
        assertThat(WaitTexts.duration(text))
                .isInstanceOfSatisfying(WaitTexts.Reading.Fault.class, fault -> assertThat(fault.message())
                        .hasSizeLessThan(300));
        assertThat(WaitTexts.until(text))
                .isInstanceOfSatisfying(WaitTexts.Reading.Fault.class, fault -> assertThat(fault.message())
                        .hasSizeLessThan(400));
    }
}
