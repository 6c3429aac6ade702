package dev.continuo.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void waitsUntilTheConditionHolds() {
        AtomicInteger asked = new AtomicInteger();
        Await.until("the third time", LONG, () -> asked.incrementAndGet() == 3);
        assertThat(asked).hasValue(3);
    }

    @Test
    void givesTheValueThatAppeared() {
        AtomicInteger asked = new AtomicInteger();
        int value = Await.value(
                "an even one", LONG, () -> Optional.of(asked.incrementAndGet()).filter(n -> n % 2 == 0));
        assertThat(value).isEqualTo(2);
    }

    @Test
    void saysWhatItWaitedForInVain() {
        assertThatThrownBy(() -> Await.until("pigs fly", Duration.ofMillis(20), () -> false))
                .isInstanceOf(AssertionError.class)
                .hasMessage("Not within 20 ms: pigs fly");
    }

    @Test
    void anExceptionEndsTheWaitAtOnce() {
        assertThatThrownBy(() -> Await.until("a file", LONG, () -> {
                    throw new IOException("gone");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("While waiting for: a file")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void repeatsAssertionsAndKeepsTheLastFailure() {
        AtomicInteger asked = new AtomicInteger();
        Await.untilAsserted(
                "three", LONG, () -> assertThat(asked.incrementAndGet()).isEqualTo(3));
        assertThatThrownBy(() -> Await.untilAsserted(
                        "never", Duration.ofMillis(20), () -> assertThat(1).isEqualTo(2)))
                .hasMessageStartingWith("Not within 20 ms: never")
                .cause()
                .hasMessageContaining("expected: 2");
    }
}
