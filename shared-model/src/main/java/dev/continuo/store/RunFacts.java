package dev.continuo.store;

import dev.continuo.model.RunStatus;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * What is shown of a run together with each of its tasks.
 *
 * @param revisionId the snapshot that the run executes
 */
public record RunFacts(
        UUID id,
        String name,
        int definitionVersion,
        UUID revisionId,
        Optional<String> correlationId,
        int priority,
        RunStatus status) {

    /** To select from a table {@code run} that is called {@code r}. */
    static final String COLUMNS = """
            r.id AS r_id, r.name AS r_name, r.definition_version AS r_version, r.revision_id AS r_revision,
            r.correlation_id AS r_correlation, r.priority AS r_priority, r.status AS r_status
            """;

    static RunFacts read(Row row) {
        return new RunFacts(
                row.getUUID("r_id"),
                row.getString("r_name"),
                row.getInteger("r_version"),
                row.getUUID("r_revision"),
                Optional.ofNullable(row.getString("r_correlation")),
                row.getInteger("r_priority"),
                RunStatus.ofCode(row.getInteger("r_status")));
    }
}
