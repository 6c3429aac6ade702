package dev.continuo.worker.connector;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;

/**
 * An attempt to execute.
 *
 * @param id the attempt's own id
 * @param ref the task's name within its run
 * @param attempt from 0
 * @param input the rendered {@code _inputParams}, with nothing sealed any more
 * @param timeLimit after which the worker cancels the execution
 */
public record ConnectorTask(
        UUID id,
        UUID runId,
        String namespace,
        String ref,
        int attempt,
        JsonNode input,
        Duration timeLimit,
        Cancellation cancellation) {}
