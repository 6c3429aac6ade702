package dev.continuo.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a claim for a queue came to. */
public record HandOut(List<Hand> hands, Rest rest) {

    /**
     * @param seat whose it is: the position in the list of those who asked, from 0
     * @param deadlineBefore what a task that is put back gets again
     */
    public record Hand(int seat, PolledTask task, Optional<Instant> deadlineBefore) {}

    /** What is left in the queue. */
    public sealed interface Rest {
        /** Nothing that could be handed out. */
        record Nothing() implements Rest {}

        /** Everybody got something: there may be more. */
        record Perhaps() implements Rest {}

        /** There is more, which somebody else holds at this moment. */
        record Held() implements Rest {}

        /**
         * There is more than the limits of the task allow.
         *
         * @param window until the rate allows the next; empty when only what is in progress stands in the way
         */
        record Limited(Optional<Duration> window) implements Rest {}
    }
}
