package dev.continuo.events;

import dev.continuo.model.RunStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Something happened to a run.
 *
 * @param name the definition's name
 * @param status where the run stands after the change
 * @param version the run's version after the change: of two events of a run the one with the greater version is newer
 * @param at when the change was committed
 * @param reason why the run did not complete
 */
public record RunLifecycle(
        UUID runId,
        String namespace,
        UUID definitionId,
        String name,
        Change change,
        RunStatus status,
        int version,
        Instant at,
        Optional<String> reason)
        implements Event {

    public enum Change {
        STARTED,
        COMPLETED,
        FAILED,
        TIMED_OUT,
        TERMINATED,
        PAUSED,
        RESUMED,
        RETRIED,
        RESTARTED,
        RERUN
    }

    @Override
    public EventType eventType() {
        return EventType.RUN_LIFECYCLE;
    }

    @Override
    public String key() {
        return runId.toString();
    }

    @Override
    public Optional<String> id() {
        return Optional.of(runId + "/" + version + "/" + change);
    }
}
