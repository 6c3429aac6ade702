package dev.continuo.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One execution of a definition.
 *
 * @param id a UUIDv7, so that runs sort by their start
 * @param origin what does not change while the run lives
 * @param version grows by one with every transition; the fence of every update of the run
 * @param nextSeq the number that the next task gets
 * @param variables {@code workflow.variables}, an object
 * @param output missing until the run has ended with one
 * @param reason why the run did not complete
 * @param deadline when the run times out
 */
public record Run(
        UUID id,
        Origin origin,
        RunStatus status,
        int version,
        int nextSeq,
        JsonNode variables,
        JsonNode output,
        Optional<String> reason,
        Times times,
        Optional<Instant> deadline,
        String updatedBy) {

    /**
     * @param namespace the tenant; every query is scoped by it
     * @param definitionId the definition as its users name it
     * @param revisionId the immutable snapshot of the definition that this run executes
     * @param input the caller's input, an object
     * @param priority 0 to 99, higher first
     * @param parentTaskId the SUB_WORKFLOW task that this run is the child of
     */
    public record Origin(
            Dialect dialect,
            String namespace,
            UUID definitionId,
            UUID revisionId,
            String name,
            JsonNode input,
            int priority,
            Optional<String> correlationId,
            Optional<String> idempotencyKey,
            Optional<UUID> parentTaskId,
            String createdBy) {}

    public record Times(Instant createdAt, Instant updatedAt, Optional<Instant> endedAt) {}

    /** The same run one transition later. */
    public Run transition(RunStatus newStatus, Optional<String> newReason, JsonNode newOutput, Instant now) {
        Optional<Instant> ended = newStatus.terminal() ? Optional.of(now) : Optional.empty();
        return new Run(
                id,
                origin,
                newStatus,
                version,
                nextSeq,
                variables,
                newOutput,
                newReason,
                new Times(times.createdAt(), now, ended),
                newStatus.terminal() ? Optional.empty() : deadline,
                updatedBy);
    }

    public Run withDeadline(Optional<Instant> newDeadline) {
        return new Run(id, origin, status, version, nextSeq, variables, output, reason, times, newDeadline, updatedBy);
    }

    public Run withUpdatedBy(String who) {
        return new Run(id, origin, status, version, nextSeq, variables, output, reason, times, deadline, who);
    }

    /** The run as it stands after a decision: one version on, and touched now. */
    public Run advanced(int newNextSeq, Instant now) {
        return new Run(
                id,
                origin,
                status,
                version + 1,
                newNextSeq,
                variables,
                output,
                reason,
                new Times(times.createdAt(), now, times.endedAt()),
                deadline,
                updatedBy);
    }
}
