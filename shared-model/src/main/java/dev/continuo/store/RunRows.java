package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** The table {@code run}. */
public final class RunRows {
    static final String INSERT = """
            INSERT INTO run (id, namespace, shared_with, dialect, definition_id, revision_id, name, user_type, status,
                             version, next_seq, priority, correlation_id, idempotency_key, parent_task_id, input,
                             variables, output, reason, created_at, updated_at, ended_at, due_at, created_by, updated_by,
                             definition_version, parent_run_id, attributes, notes)
            SELECT u.id, u.namespace,
                   CASE WHEN u.shared_with IS NOT NULL
                        THEN ARRAY(SELECT json_array_elements_text(u.shared_with::json)) END,
                   u.dialect, u.definition_id, u.revision_id, u.name, u.user_type, u.status, u.version, u.next_seq,
                   u.priority, u.correlation_id, u.idempotency_key, u.parent_task_id, u.input, u.variables, u.output,
                   u.reason, u.created_at, u.updated_at, u.ended_at, u.due_at, u.created_by, u.updated_by,
                   u.definition_version, u.parent_run_id, u.attributes, u.notes
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::uuid[], $6::uuid[], $7::text[],
                        $8::text[], $9::smallint[], $10::int[], $11::int[], $12::smallint[], $13::text[], $14::text[],
                        $15::uuid[], $16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[],
                        $21::timestamptz[], $22::timestamptz[], $23::timestamptz[], $24::text[], $25::text[], $26::int[], $27::uuid[],
                        $28::text[], $29::text[])
                 AS u(id, namespace, shared_with, dialect, definition_id, revision_id, name, user_type, status, version,
                      next_seq, priority, correlation_id, idempotency_key, parent_task_id, input, variables, output,
                      reason, created_at, updated_at, ended_at, due_at, created_by, updated_by,
                      definition_version, parent_run_id, attributes, notes)
            """;

    /**
     * The version is the fence. A row that has moved on although it was locked is not found; then the count is wrong, and
     * the division by zero undoes the transaction before it can commit.
     */
    static final String UPDATE = """
            WITH changed AS (
            UPDATE run r
            SET status = u.status, version = u.version, next_seq = u.next_seq, output = u.output, reason = u.reason,
                updated_at = u.updated_at, ended_at = u.ended_at, due_at = u.due_at, updated_by = u.updated_by,
                variables = coalesce(u.variables, r.variables), notes = coalesce(u.notes, r.notes)
            FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::int[], $5::int[], $6::text[], $7::text[],
                        $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[],
                        $13::text[])
                 AS u(id, was, status, version, next_seq, output, reason, updated_at, ended_at, due_at, updated_by,
                      variables, notes)
            WHERE r.id = u.id AND r.version = u.was
            RETURNING 1)
            SELECT 1 / (count(*) = cardinality($1::uuid[]))::int FROM changed
            """;

    /** What a run that begins again may change of its origin. */
    static final String BEGIN_AGAIN = """
            UPDATE run SET definition_id = $2, revision_id = $3, definition_version = $4, input = $5, correlation_id = $6
            WHERE id = $1
            """;

    /**
     * Locks in id order, as every path does, without waiting for other processes: a run that is locked elsewhere is left
     * out and tried again. The clock is read after the locks; the decisions of the batch go by it.
     */
    static final String LOCK = """
            SELECT l.id, l.version, clock_timestamp() AS now
            FROM (SELECT id, version FROM run WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) l
            """;

    static final String EXIST = "SELECT id FROM run WHERE id = ANY($1)";

    public static final String SELECT = """
            SELECT id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq, priority,
                   correlation_id, idempotency_key, parent_task_id, input, variables, output, reason, created_at,
                   updated_at, ended_at, due_at, created_by, updated_by, definition_version, parent_run_id,
                   attributes, notes
            FROM run WHERE id = ANY($1)
            """;

    private RunRows() {}

    /** A run to insert, as it stands at the end of its first batch. */
    record Insert(Run run, NewRun asked) {}

    /** A run to update, the version that its row has, and which of its values changed. */
    record Update(Run run, int was, boolean variables, boolean notes) {}

    static Tuple insert(List<Insert> rows) {
        return new Columns<>(rows)
                .uuids(r -> r.run().id())
                .texts(r -> r.run().origin().namespace())
                .texts(r -> sharedWith(r.asked().sharedWith()))
                .shorts(r -> r.run().origin().dialect().code())
                .uuids(r -> r.run().origin().definitionId())
                .uuids(r -> r.run().origin().revisionId())
                .texts(r -> r.run().origin().name())
                .texts(r -> r.asked().userType().orElse(null))
                .shorts(r -> r.run().status().code())
                .ints(r -> r.run().version())
                .ints(r -> r.run().nextSeq())
                .shorts(r -> (short) r.run().origin().priority())
                .texts(r -> r.run().origin().correlationId().orElse(null))
                .texts(r -> r.run().origin().idempotencyKey().orElse(null))
                .uuids(r -> r.run().origin().parentTaskId().orElse(null))
                .texts(r -> Json.write(r.run().origin().input()))
                .texts(r -> Json.write(r.run().variables()))
                .texts(r -> Json.write(r.run().output()))
                .texts(r -> TaskRows.text(r.run().reason()))
                .times(r -> Optional.of(r.run().times().createdAt()))
                .times(r -> Optional.of(r.run().times().updatedAt()))
                .times(r -> r.run().times().endedAt())
                .times(r -> r.run().deadline())
                .texts(r -> r.run().origin().createdBy())
                .texts(r -> r.run().updatedBy())
                .ints(r -> r.run().origin().definitionVersion())
                .uuids(r -> r.run().origin().parentRunId().orElse(null))
                .texts(r -> Json.write(r.run().origin().attributes()))
                .texts(r -> Json.write(r.run().notes()))
                .tuple();
    }

    static Tuple beginAgain(Run run) {
        Run.Origin origin = run.origin();
        return Tuple.of(
                run.id(),
                origin.definitionId(),
                origin.revisionId(),
                origin.definitionVersion(),
                Json.write(origin.input()),
                origin.correlationId().orElse(null));
    }

    private static String sharedWith(List<String> namespaces) {
        if (namespaces.isEmpty()) {
            return null;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        namespaces.forEach(array::add);
        return Json.write(array);
    }

    static Tuple update(List<Update> rows) {
        return new Columns<>(rows)
                .uuids(r -> r.run().id())
                .ints(Update::was)
                .shorts(r -> r.run().status().code())
                .ints(r -> r.run().version())
                .ints(r -> r.run().nextSeq())
                .texts(r -> Json.write(r.run().output()))
                .texts(r -> TaskRows.text(r.run().reason()))
                .times(r -> Optional.of(r.run().times().updatedAt()))
                .times(r -> r.run().times().endedAt())
                .times(r -> r.run().deadline())
                .texts(r -> r.run().updatedBy())
                .texts(r -> r.variables() ? Json.write(r.run().variables()) : null)
                .texts(r -> r.notes() ? Json.write(r.run().notes()) : null)
                .tuple();
    }

    /** Reads a row that holds the columns of the table by their names. */
    public static Run read(Row row) {
        Run.Origin origin = new Run.Origin(
                Dialect.ofCode(row.getShort("dialect")),
                row.getString("namespace"),
                row.getUUID("definition_id"),
                row.getUUID("revision_id"),
                row.getString("name"),
                Json.read(row.getString("input")),
                row.getShort("priority"),
                Optional.ofNullable(row.getString("correlation_id")),
                Optional.ofNullable(row.getString("idempotency_key")),
                Optional.ofNullable(row.getUUID("parent_task_id")),
                row.getString("created_by"),
                row.getInteger("definition_version"),
                Optional.ofNullable(row.getUUID("parent_run_id")),
                Json.read(row.getString("attributes")));
        return new Run(
                row.getUUID("id"),
                origin,
                RunStatus.ofCode(row.getShort("status")),
                row.getInteger("version"),
                row.getInteger("next_seq"),
                Json.read(row.getString("variables")),
                Json.read(row.getString("output")),
                Json.read(row.getString("notes")),
                Optional.ofNullable(row.getString("reason")),
                new Run.Times(
                        TaskRows.instant(row, "created_at").orElseThrow(),
                        TaskRows.instant(row, "updated_at").orElseThrow(),
                        TaskRows.instant(row, "ended_at")),
                TaskRows.instant(row, "due_at"),
                row.getString("updated_by"));
    }
}
