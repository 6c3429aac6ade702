package dev.continuo.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The next thing that time does to a task.
 *
 * @param kind what happens
 * @param at when, by the database's clock; empty for the kinds that wait for something else than time
 */
public record Due(DueKind kind, Optional<Instant> at) {
    public static final Due NONE = new Due(DueKind.NONE, Optional.empty());

    /** Somebody will say when it goes on; time does not. */
    public static final Due WAITING = new Due(DueKind.TIMER, Optional.empty());

    public static final Due HELD = new Due(DueKind.HELD, Optional.empty());

    public static Due at(DueKind kind, Instant at) {
        return new Due(kind, Optional.of(at));
    }
}
