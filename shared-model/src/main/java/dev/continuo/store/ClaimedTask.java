package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * An attempt that was handed to a worker.
 *
 * @param fence proves the hand-out: a result must carry it
 * @param input with its sensitive fields still sealed
 * @param lease how long the worker may be silent before the attempt goes to another
 * @param timeLeft until the attempt's time limit; empty when it has none
 */
public record ClaimedTask(
        UUID id,
        UUID runId,
        String namespace,
        String ref,
        String type,
        int attempt,
        int fence,
        JsonNode input,
        Duration lease,
        Optional<Duration> timeLeft) {}
