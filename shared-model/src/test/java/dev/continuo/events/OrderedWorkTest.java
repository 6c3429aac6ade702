package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderedWorkTest {
    private final List<String> started = new ArrayList<>();

    @Test
    void workOfOneKeyStartsOneAfterAnother() {
        OrderedWork<String> work = new OrderedWork<>(10);
        add(work, "a", "a1");
        add(work, "a", "a2");
        add(work, "b", "b1");
        assertThat(started).containsExactly("a1", "b1");

        work.done("a");
        assertThat(started).containsExactly("a1", "b1", "a2");
    }

    @Test
    void noMoreRunsAtOnceThanTheLimit() {
        OrderedWork<String> work = new OrderedWork<>(2);
        for (String key : List.of("a", "b", "c")) {
            add(work, key, key);
        }
        assertThat(started).containsExactly("a", "b");

        work.done("b");
        assertThat(started).containsExactly("a", "b", "c");
        assertThat(work.running()).isEqualTo(2);
    }

    @Test
    void aBusyKeyDoesNotKeepOthersFromTheirTurn() {
        OrderedWork<String> work = new OrderedWork<>(1);
        add(work, "a", "a1");
        add(work, "a", "a2");
        add(work, "b", "b1");

        work.done("a");
        assertThat(started).containsExactly("a1", "b1");
        work.done("b");
        assertThat(started).containsExactly("a1", "b1", "a2");
    }

    @Test
    void aLongQueueThatIsDoneAtOnceDoesNotOverflowTheStack() {
        OrderedWork<String> work = new OrderedWork<>(1);
        add(work, "a", "first");
        for (int i = 0; i < 100_000; i++) {
            work.add("a", () -> work.done("a"));
        }
        work.done("a");

        assertThat(work.running()).isZero();
    }

    @Test
    void aKeyThatWasDoneStartsAnew() {
        OrderedWork<String> work = new OrderedWork<>(1);
        add(work, "a", "a1");
        work.done("a");
        add(work, "a", "a2");

        assertThat(started).containsExactly("a1", "a2");
    }

    @Test
    void nothingStartsAfterTheStop() {
        OrderedWork<String> work = new OrderedWork<>(1);
        add(work, "a", "a1");
        add(work, "a", "a2");
        add(work, "b", "b1");
        work.stop();
        work.done("a");
        add(work, "c", "c1");

        assertThat(started).containsExactly("a1");
        assertThat(work.running()).isZero();
    }

    private void add(OrderedWork<String> work, String key, String name) {
        work.add(key, () -> started.add(name));
    }
}
