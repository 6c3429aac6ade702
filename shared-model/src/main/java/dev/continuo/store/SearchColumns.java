package dev.continuo.store;

import dev.continuo.decide.Notes;
import dev.continuo.search.SearchField;
import dev.continuo.search.Sort;

/** The fields of searches as SQL over {@code run} and {@code task}. */
final class SearchColumns {
    private static final int SORTED_CHARS = 256;

    /** Of a definition; it is read once for all runs of a revision. */
    static final String CLASSIFIER = member("document", "#>> '{metadata,classifier}'");

    private SearchColumns() {}

    static String sql(SearchField field) {
        return switch (field) {
            case WORKFLOW_ID -> "run.id";
            case WORKFLOW_TYPE -> "run.name COLLATE \"C\"";
            case WORKFLOW_VERSION -> "run.definition_version";
            case WORKFLOW_STATUS -> "run.status";
            case CORRELATION_ID -> "run.correlation_id";
            case WORKFLOW_START -> "run.created_at";
            case WORKFLOW_END -> "run.ended_at";
            case WORKFLOW_UPDATE -> "run.updated_at";
            case PARENT_WORKFLOW_ID -> "run.parent_run_id";
            case CLASSIFIER ->
                "(SELECT " + CLASSIFIER + " FROM definition_revision WHERE revision_id = run.revision_id)";
            case WORKFLOW_PRIORITY -> "run.priority";
            case CREATED_BY -> "run.created_by";
            case EVENT -> member("run.attributes", "->> 'event'");
            case WORKFLOW_REASON -> "run.reason";
            case FAILED_REFERENCES -> list(Notes.FAILED_REFS);
            case FAILED_NAMES -> list(Notes.FAILED_NAMES);
            case IDEMPOTENCY_KEY -> "run.idempotency_key";
            case WORKFLOW_MILLIS -> millis("run.created_at", "run.ended_at");
            case WORKFLOW_INPUT -> "run.input";
            case WORKFLOW_OUTPUT -> "run.output";
            case INPUT_SIZE -> "octet_length(run.input)";
            case OUTPUT_SIZE -> "coalesce(octet_length(run.output), 0)";
            case TASK_ID -> "task.id";
            case TASK_TYPE -> "task.type COLLATE \"C\"";
            case TASK_NAME -> "task.name COLLATE \"C\"";
            case TASK_REFERENCE -> "(task.ref || task.suffix)";
            case TASK_STATUS -> "task.status";
            case TASK_SCHEDULED -> "task.scheduled_at";
            case TASK_START -> "task.started_at";
            case TASK_END -> "task.ended_at";
            case TASK_UPDATE -> "task.updated_at";
            case TASK_REASON -> "task.reason";
            case TASK_MILLIS -> millis("task.started_at", "task.ended_at");
            case QUEUE_MILLIS -> millis("task.scheduled_at", "task.started_at");
            case TASK_INPUT -> "task.input";
            case TASK_OUTPUT -> "task.output";
            case WORKER_ID -> "task.worker_id";
            // A queue is stored with its domain behind a tab.
            case DOMAIN -> "nullif(split_part(task.queue, E'\\t', 2), '')";
            case RETRY_COUNT -> "task.attempt";
        };
    }

    private static String list(String note) {
        return "coalesce(" + member("run.notes", "-> '" + note + "'") + ", '[]'::json)";
    }

    /** Postgres refuses to read JSON in which a NUL is written: in that, nothing is found, and the others still are. */
    private static String member(String column, String access) {
        return "(CASE WHEN position('\\u0000' IN " + column + ") = 0 THEN " + column + "::json " + access + " END)";
    }

    private static String millis(String from, String to) {
        return "coalesce(floor(extract(epoch FROM " + to + " - " + from + ") * 1000)::bigint, 0)";
    }

    /** What rows are sorted by: of long texts, the beginning decides. */
    static String key(SearchField field) {
        return switch (field.kind()) {
            case TEXTS -> "left((" + sql(field) + ")::text, " + SORTED_CHARS + ")";
            case TEXT ->
                nullable(field) && field != SearchField.CORRELATION_ID
                        ? "left(" + sql(field) + ", " + SORTED_CHARS + ")"
                        : sql(field);
            case ID, TIME, NUMBER, RUN_STATUS, TASK_STATUS -> sql(field);
        };
    }

    /** As an index has it where the column is never null; otherwise what is not there comes last. */
    static String direction(Sort sort) {
        String direction = sort.descending() ? " DESC" : " ASC";
        return nullable(sort.field()) ? direction + " NULLS LAST" : direction;
    }

    private static boolean nullable(SearchField field) {
        return switch (field) {
            case WORKFLOW_ID,
                    WORKFLOW_TYPE,
                    WORKFLOW_VERSION,
                    WORKFLOW_STATUS,
                    WORKFLOW_START,
                    WORKFLOW_UPDATE,
                    WORKFLOW_PRIORITY,
                    CREATED_BY,
                    WORKFLOW_MILLIS,
                    INPUT_SIZE,
                    OUTPUT_SIZE,
                    TASK_ID,
                    TASK_TYPE,
                    TASK_NAME,
                    TASK_REFERENCE,
                    TASK_STATUS,
                    TASK_SCHEDULED,
                    TASK_UPDATE,
                    TASK_MILLIS,
                    QUEUE_MILLIS,
                    RETRY_COUNT -> false;
            case CORRELATION_ID,
                    WORKFLOW_END,
                    PARENT_WORKFLOW_ID,
                    CLASSIFIER,
                    EVENT,
                    WORKFLOW_REASON,
                    FAILED_REFERENCES,
                    FAILED_NAMES,
                    IDEMPOTENCY_KEY,
                    WORKFLOW_INPUT,
                    WORKFLOW_OUTPUT,
                    TASK_START,
                    TASK_END,
                    TASK_REASON,
                    TASK_INPUT,
                    TASK_OUTPUT,
                    WORKER_ID,
                    DOMAIN -> true;
        };
    }
}
