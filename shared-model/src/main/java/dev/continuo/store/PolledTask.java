package dev.continuo.store;

import dev.continuo.model.Task;
import java.util.Optional;
import java.util.UUID;

/**
 * A task that was handed to an external worker.
 *
 * @param task as it stands after the hand-out; its claim's fence proves the hand-out
 * @param revisionId the snapshot that its run executes
 * @param priority the run's, 0 to 99
 */
public record PolledTask(
        Task task,
        UUID runId,
        String namespace,
        String runName,
        int definitionVersion,
        UUID revisionId,
        Optional<String> correlationId,
        int priority) {}
