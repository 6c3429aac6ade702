package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffsetTrackerTest {
    private static final TopicPartition ONE = new TopicPartition("t", 1);
    private static final TopicPartition TWO = new TopicPartition("t", 2);

    private final OffsetTracker tracker = new OffsetTracker();

    @ParameterizedTest(name = "{0} finished: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // delivered | finished, in this order | committable | still uncommittable
                "5 6 7     |           | -  | 3",
                "5 6 7     | 5         | 6  | 2",
                "5 6 7     | 6         | -  | 3",
                "5 6 7     | 7 6       | -  | 3",
                "5 6 7     | 7 5       | 6  | 2",
                "5 6 7     | 7 6 5     | 8  | 0",
                "5 6 7     | 5 5       | 6  | 2",
                "5 6 7     | 9         | -  | 3",
                "5 9 70    | 5         | 6  | 2",
                "5 9 70    | 9 5       | 10 | 1",
                "5 6 5     | 5         | 6  | 0",
                "5 6 5 6   | 6         | -  | 2",
                "0         | 0         | 1  | 0",
            })
    void onlyWhatNothingOpenIsInFrontOfMayBeCommitted(
            String delivered, String finished, String committable, int uncommittable) {
        offsets(delivered).forEach(offset -> tracker.delivered(ONE, offset));
        offsets(finished == null ? "" : finished).forEach(offset -> tracker.finished(ONE, offset));

        OptionalLong expected =
                committable.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(committable));
        assertThat(tracker.committable())
                .isEqualTo(expected.isPresent() ? Map.of(ONE, expected.getAsLong()) : Map.of());
        assertThat(tracker.uncommittable()).isEqualTo(uncommittable);
    }

    @Test
    void partitionsDoNotHoldUpEachOther() {
        tracker.delivered(ONE, 1);
        tracker.delivered(TWO, 4);
        tracker.finished(TWO, 4);

        assertThat(tracker.committable()).isEqualTo(Map.of(TWO, 5L));
    }

    @Test
    void whatIsCommittedIsNotCommittedAgain() {
        tracker.delivered(ONE, 1);
        tracker.delivered(ONE, 2);
        tracker.finished(ONE, 1);
        Map<TopicPartition, Long> underWay = tracker.committable();
        tracker.finished(ONE, 2);
        tracker.committed(underWay);

        assertThat(tracker.committable()).isEqualTo(Map.of(ONE, 3L));
        tracker.committed(tracker.committable());
        assertThat(tracker.committable()).isEmpty();
    }

    @Test
    void aPartitionThatWasTakenAwayIsNeitherCommittedNorCounted() {
        tracker.delivered(ONE, 1);
        tracker.delivered(ONE, 2);
        tracker.finished(ONE, 1);
        tracker.forget(ONE);
        tracker.finished(ONE, 2);

        assertThat(tracker.committable()).isEmpty();
        assertThat(tracker.uncommittable()).isZero();
    }

    @Test
    void aCommitFromBeforeARewindDoesNotHideTheRecordsAfterIt() {
        tracker.delivered(ONE, 8);
        tracker.finished(ONE, 8);
        Map<TopicPartition, Long> underWay = tracker.committable();
        tracker.delivered(ONE, 3);
        tracker.committed(underWay);
        tracker.finished(ONE, 3);

        assertThat(tracker.committable()).isEqualTo(Map.of(ONE, 4L));
    }

    private static java.util.stream.Stream<Long> offsets(String text) {
        return java.util.Arrays.stream(text.strip().split(" +"))
                .filter(offset -> !offset.isEmpty())
                .map(Long::valueOf);
    }
}
