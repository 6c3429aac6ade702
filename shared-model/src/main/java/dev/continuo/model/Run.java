package dev.continuo.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
 * @param notes what else changes while the run lives: an object whose members belong to the run's dialect
 * @param deadline when the run times out; of a run that has ended, when what follows from its end is looked for
 */
public record Run(
        UUID id,
        Origin origin,
        RunStatus status,
        int version,
        int nextSeq,
        JsonNode variables,
        JsonNode output,
        JsonNode notes,
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
     * @param definitionVersion the version of the definition, where the dialect counts them
     * @param parentRunId the run of that task
     * @param attributes what else does not change: an object whose members belong to the run's dialect
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
            String createdBy,
            int definitionVersion,
            Optional<UUID> parentRunId,
            JsonNode attributes) {

        /** Of a dialect that has neither children nor attributes. */
        public Origin(
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
                String createdBy) {
            this(
                    dialect,
                    namespace,
                    definitionId,
                    revisionId,
                    name,
                    input,
                    priority,
                    correlationId,
                    idempotencyKey,
                    parentTaskId,
                    createdBy,
                    1,
                    Optional.empty(),
                    JsonNodeFactory.instance.objectNode());
        }
    }

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
                notes,
                newReason,
                new Times(times.createdAt(), now, ended),
                newStatus.terminal() ? Optional.empty() : deadline,
                updatedBy);
    }

    public Run withDeadline(Optional<Instant> newDeadline) {
        return new Run(
                id, origin, status, version, nextSeq, variables, output, notes, reason, times, newDeadline, updatedBy);
    }

    public Run withUpdatedBy(String who) {
        return new Run(id, origin, status, version, nextSeq, variables, output, notes, reason, times, deadline, who);
    }

    public Run withVariables(JsonNode changed) {
        return new Run(
                id, origin, status, version, nextSeq, changed, output, notes, reason, times, deadline, updatedBy);
    }

    public Run withNotes(JsonNode changed) {
        return new Run(
                id, origin, status, version, nextSeq, variables, output, changed, reason, times, deadline, updatedBy);
    }

    public Run withOutput(JsonNode changed) {
        return new Run(
                id, origin, status, version, nextSeq, variables, changed, notes, reason, times, deadline, updatedBy);
    }

    public Run withReason(Optional<String> changed) {
        return new Run(
                id, origin, status, version, nextSeq, variables, output, notes, changed, times, deadline, updatedBy);
    }

    public Run withOrigin(Origin changed) {
        return new Run(
                id, changed, status, version, nextSeq, variables, output, notes, reason, times, deadline, updatedBy);
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
                notes,
                reason,
                new Times(times.createdAt(), now, times.endedAt()),
                deadline,
                updatedBy);
    }
}
