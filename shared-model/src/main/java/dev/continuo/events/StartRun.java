package dev.continuo.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Starts a run.
 *
 * @param runId the id that the run shall have; a second start with the same id is the same run
 * @param input an object
 * @param idempotencyKey a second start with the same key is the same run. {@link CommandsConsumer} fills in one that is
 *     made of the CloudEvents source and id where there is neither this nor a run id
 * @param priority 0 to 99, higher first
 */
public record StartRun(
        Optional<UUID> runId,
        String namespace,
        UUID definitionId,
        JsonNode input,
        Optional<String> idempotencyKey,
        Optional<String> correlationId,
        OptionalInt priority)
        implements EngineCommand {

    @Override
    public EventType eventType() {
        return EventType.START_RUN;
    }

    /** A start without a run id goes where its idempotency key or, failing that, its definition sends it. */
    @Override
    public String key() {
        return runId.map(UUID::toString).or(() -> idempotencyKey).orElseGet(definitionId::toString);
    }

    @Override
    public Optional<String> id() {
        return runId.map(id -> "start/" + id);
    }

    @Override
    public Optional<UUID> run() {
        return runId;
    }

    StartRun withIdempotencyKey(String key) {
        return new StartRun(runId, namespace, definitionId, input, Optional.of(key), correlationId, priority);
    }
}
