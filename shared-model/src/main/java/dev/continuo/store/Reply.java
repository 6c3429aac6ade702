package dev.continuo.store;

import dev.continuo.decide.Outcome;
import java.util.UUID;

/** What became of a command. */
public sealed interface Reply {

    /** Committed. */
    record Done(Outcome.Accepted outcome) implements Reply {}

    /** Nothing was written. */
    record Refused(Outcome.Rejected rejection) implements Reply {}

    /** The start's idempotency key belongs to this run already. */
    record Existing(UUID runId) implements Reply {}
}
