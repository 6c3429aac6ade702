package dev.continuo.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {
    private static final RetrySchedule DAY = RetrySchedule.DEFAULT;

    /** Draws what is asked for: the least for 0, the most for 1. */
    private static RandomGenerator drawing(int which) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("An even draw within bounds is expected");
            }

            @Override
            public long nextLong(long least, long bound) {
                return which == 0 ? least : bound - 1;
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "1, PT10S",
        "2, PT30S",
        "3, PT2M",
        "4, PT10M",
        "5, PT30M",
        "6, PT1H",
        "7, PT2H",
        "8, PT4H",
        "9, PT4H",
        "100, PT4H"
    })
    void aWaitIsBetweenASecondAndWhatTheStepAllows(int failures, Duration most) {
        assertThat(DAY.next(failures, Duration.ofHours(1), drawing(1))).contains(most);
        assertThat(DAY.next(failures, Duration.ofHours(1), drawing(0))).contains(Duration.ofSeconds(1));
    }

    @Test
    void waitsAreSpreadEvenly() {
        Random random = new Random(7);
        double mean = IntStream.range(0, 10_000)
                .mapToLong(i -> DAY.next(8, Duration.ZERO, random).orElseThrow().toMinutes())
                .average()
                .orElseThrow();

        assertThat(mean).isBetween(115.0, 125.0);
    }

    @Test
    void aMessageIsTriedForADayAndNotMuchLonger() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Duration> attempts = new ArrayList<>(List.of(Duration.ZERO));
            Optional<Duration> wait = DAY.next(1, Duration.ZERO, random);
            while (wait.isPresent()) {
                attempts.add(attempts.getLast().plus(wait.get()));
                wait = DAY.next(attempts.size(), attempts.getLast(), random);
            }

            assertThat(attempts.getLast()).isBetween(Duration.ofHours(24), Duration.ofHours(28));
            assertThat(attempts).hasSizeBetween(12, 60);
        }
    }

    @Test
    void theFirstFailureNeverEndsIt() {
        assertThat(DAY.next(1, Duration.ofDays(2), new Random(1))).isPresent();
        assertThat(DAY.next(2, Duration.ofDays(2), new Random(1))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "200, Taken",
        "204, Taken",
        "299, Taken",
        "300, Failed",
        "302, Failed",
        "304, Failed",
        "400, Failed",
        "404, Failed",
        "409, Failed",
        "410, Gone",
        "429, Failed",
        "500, Failed",
        "503, Failed",
        "199, Failed"
    })
    void any2xxIsTakenAnd410IsTheEnd(int status, String what) {
        assertThat(Attempted.answered(status, Optional.empty()).getClass().getSimpleName())
                .isEqualTo(what);
    }
}
