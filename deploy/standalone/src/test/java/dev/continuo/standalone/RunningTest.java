package dev.continuo.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RunningTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void whatWasStartedLastIsClosedFirstAndOnlyOnce() {
        Running running = new Running();
        running.add("one", closing("one"));
        running.add("two", closing("two"));
        running.close();
        running.close();
        assertThat(closed).isEqualTo(List.of("two", "one"));
    }

    @Test
    void whatCannotBeClosedDoesNotKeepTheOthersOpen() {
        Running running = new Running();
        running.add("one", closing("one"));
        running.add("broken", () -> {
            throw new IOException("stuck");
        });
        running.close();
        assertThat(closed).isEqualTo(List.of("one"));
    }

    @Test
    void whatStartsAfterTheEndIsClosedAtOnce() {
        Running running = new Running();
        running.close();
        running.add("late", closing("late"));
        assertThat(closed).isEqualTo(List.of("late"));
    }

    @Test
    void whatHangsDoesNotKeepTheEndFromComing() {
        CountDownLatch never = new CountDownLatch(1);
        Running running = new Running(Duration.ofMillis(50));
        running.add("one", closing("one"));
        running.add("hanging", never::await);
        running.close();
        assertThat(closed).isEmpty();
        running.add("late", closing("late"));
        assertThat(closed).isEqualTo(List.of("late"));
    }

    private AutoCloseable closing(String name) {
        return () -> closed.add(name);
    }
}
