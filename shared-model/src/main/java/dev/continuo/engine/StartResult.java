package dev.continuo.engine;

import dev.continuo.definition.conductor.Violation;
import dev.continuo.model.Run;
import java.util.List;
import java.util.UUID;

/** What became of a start. */
public sealed interface StartResult {

    /** Committed. */
    record Started(UUID runId, Run run) implements StartResult {}

    /** The idempotency key, or the run's id, has been used for this run before. */
    record Existing(UUID runId) implements StartResult {}

    /** There is no such workflow. */
    record Missing(String message) implements StartResult {}

    /** The state of things forbids it. */
    record Conflict(String message) implements StartResult {}

    /** The definition that came with the start has these faults, or the input does not satisfy its schema. */
    record Invalid(List<Violation> violations) implements StartResult {}
}
