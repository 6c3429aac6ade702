package dev.continuo.store;

import dev.continuo.definition.Node;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table {@code task}. */
public final class TaskRows {
    static final String INSERT = """
            INSERT INTO task (id, run_id, seq, node, ref, type, parent_id, iteration, attempt, retry_of, retried, status,
                              open, due_kind, due_at, priority, lease_ms, timeout_ms, alert_only, input, output, reason,
                              scheduled_at, started_at, ended_at, updated_at, name, suffix, part, queue, poll_ms,
                              child_run_id, notes, deadline_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[], $7::uuid[],
                                 $8::int[], $9::int[], $10::uuid[], $11::boolean[], $12::smallint[], $13::boolean[],
                                 $14::smallint[], $15::timestamptz[], $16::smallint[], $17::bigint[], $18::bigint[],
                                 $19::boolean[], $20::text[], $21::text[], $22::text[], $23::timestamptz[],
                                 $24::timestamptz[], $25::timestamptz[], $26::timestamptz[], $27::text[], $28::text[],
                                 $29::int[], $30::text[], $31::bigint[], $32::uuid[], $33::text[],
                                 $34::timestamptz[])
            """;

    /**
     * The run's row lock and version are the fence of these updates. A payload that is null stays as it is, and what the
     * dispatch side may have written meanwhile to a task that nobody named (its fence, its start) is not taken back.
     */
    static final String UPDATE = """
            UPDATE task t
            SET status = u.status, open = u.open, retried = u.retried, due_kind = u.due_kind, due_at = u.due_at,
                fence = greatest(t.fence, u.fence), deadline_at = u.deadline_at,
                input = coalesce(u.input, t.input), output = coalesce(u.output, t.output), reason = u.reason,
                started_at = coalesce(u.started_at, t.started_at), ended_at = u.ended_at, updated_at = u.updated_at,
                type = coalesce(u.type, t.type), name = coalesce(u.name, t.name), node = u.node, part = u.part,
                queue = u.queue, child_run_id = u.child_run_id, notes = coalesce(u.notes, t.notes)
            FROM unnest($1::uuid[], $2::smallint[], $3::boolean[], $4::boolean[], $5::smallint[], $6::timestamptz[],
                        $7::int[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::timestamptz[],
                        $13::timestamptz[], $14::timestamptz[], $15::text[], $16::text[], $17::int[], $18::int[],
                        $19::text[], $20::uuid[], $21::text[])
                 AS u(id, status, open, retried, due_kind, due_at, fence, deadline_at, input, output, reason,
                      started_at, ended_at, updated_at, type, name, node, part, queue, child_run_id, notes)
            WHERE t.id = u.id
            """;

    static final String ALL = """
            t.id, t.run_id, t.seq, t.node, t.ref, t.type, t.parent_id, t.iteration, t.attempt, t.retry_of, t.retried,
            t.status, t.due_kind, t.due_at, t.fence, t.deliveries, t.worker_id, t.deadline_at, t.input, t.output,
            t.reason, t.scheduled_at, t.started_at, t.ended_at, t.updated_at, t.name, t.suffix, t.part, t.queue,
            t.child_run_id, t.notes
            """;

    /** Locks the tasks that commands name, in id order as every path does, so that batches cannot deadlock. */
    static final String LOCK = "SELECT " + ALL + " FROM task t WHERE t.id = ANY($1) ORDER BY t.id FOR NO KEY UPDATE";

    static final String LOCK_OPEN =
            "SELECT " + ALL + " FROM task t WHERE t.run_id = ANY($1) AND t.open ORDER BY t.id FOR NO KEY UPDATE";

    static final String SELECT_OPEN = "SELECT " + ALL + " FROM task t WHERE t.run_id = ANY($1) AND t.open";

    /** The latest task of each (run, reference): one index probe each, however long the run's history is. */
    static final String SELECT_LATEST = "SELECT " + ALL + """
             FROM unnest($1::uuid[], $2::text[]) AS want(run_id, ref)
            CROSS JOIN LATERAL (SELECT * FROM task WHERE run_id = want.run_id AND ref = want.ref
                                ORDER BY seq DESC LIMIT 1) t
            """;

    /** What a retry of the run may begin again. The statuses are those of {@link TaskStatus} that are no success. */
    static final String SELECT_ENDED = "SELECT " + ALL
            + " FROM task t WHERE t.run_id = ANY($1) AND NOT t.open AND NOT t.retried AND t.status BETWEEN 4 AND 7"
            + " ORDER BY t.run_id, t.seq";

    static final String SELECT_ONE = "SELECT " + ALL + " FROM task t WHERE t.id = ANY($1)";

    /** Everything that a run has done, for what begins a part of it again. */
    static final String SELECT_EVERY = "SELECT " + ALL + " FROM task t WHERE t.run_id = ANY($1)";

    static final String REMOVE_ALL = """
            WITH gone AS (DELETE FROM task WHERE run_id = $1 RETURNING id),
            fragments AS (DELETE FROM run_fragment WHERE run_id = $1),
            words AS (DELETE FROM task_words WHERE task_id IN (SELECT id FROM gone)),
            passes AS (DELETE FROM loop_pass WHERE task_id IN (SELECT id FROM gone))
            DELETE FROM task_log WHERE task_id IN (SELECT id FROM gone)
            """;

    static final String REMOVE = """
            WITH gone AS (DELETE FROM task WHERE id = ANY($1) RETURNING id),
            words AS (DELETE FROM task_words WHERE task_id IN (SELECT id FROM gone)),
            passes AS (DELETE FROM loop_pass WHERE task_id IN (SELECT id FROM gone))
            DELETE FROM task_log WHERE task_id IN (SELECT id FROM gone)
            """;

    private TaskRows() {}

    /** A task to insert, with what its plan says about it. */
    record Insert(Task task, Node node, int priority) {}

    /**
     * A task to update, and which of its payloads changed.
     *
     * @param label true when the task has turned out to be of another type
     */
    record Update(Task task, boolean input, boolean output, boolean label, boolean notes) {}

    static Tuple insert(List<Insert> rows, Duration defaultLease) {
        return new Columns<>(rows)
                .uuids(r -> r.task().id())
                .uuids(r -> r.task().label().runId())
                .ints(r -> r.task().label().seq())
                .ints(r -> r.task().label().node())
                .texts(r -> r.task().label().ref())
                .texts(r -> r.task().label().type())
                .uuids(r -> r.task().label().parentId().orElse(null))
                .ints(r -> r.task().label().iteration())
                .ints(r -> r.task().label().attempt())
                .uuids(r -> r.task().label().retryOf().orElse(null))
                .flags(r -> r.task().retried())
                .shorts(r -> r.task().status().code())
                .flags(r -> r.task().open())
                .shorts(r -> r.task().due().kind().code())
                .times(r -> r.task().due().at())
                .shorts(r -> (short) r.priority())
                .longs(r -> time(r).response().orElse(defaultLease).toMillis())
                .longs(r -> time(r).timeout().map(Duration::toMillis).orElse(null))
                .flags(r -> time(r).onTimeout() == TimePolicy.OnTimeout.ALERT_ONLY)
                .texts(r -> Json.write(r.task().input()))
                .texts(r -> Json.write(r.task().output()))
                .texts(r -> text(r.task().reason()))
                .times(r -> Optional.of(r.task().times().scheduledAt()))
                .times(r -> r.task().times().startedAt())
                .times(r -> r.task().times().endedAt())
                .times(r -> Optional.of(r.task().times().updatedAt()))
                .texts(r -> r.task().label().name())
                .texts(r -> r.task().label().suffix())
                .ints(r -> r.task().label().part())
                .texts(r -> r.task().label().queue().orElse(null))
                .longs(r -> time(r).poll().map(Duration::toMillis).orElse(null))
                .uuids(r -> r.task().extra().childRunId().orElse(null))
                .texts(r -> Json.write(r.task().extra().notes()))
                .times(r -> r.task().claim().deadline())
                .tuple();
    }

    private static TimePolicy time(Insert row) {
        return row.node().common().time();
    }

    static Tuple update(List<Update> rows) {
        return new Columns<>(rows)
                .uuids(r -> r.task().id())
                .shorts(r -> r.task().status().code())
                .flags(r -> r.task().open())
                .flags(r -> r.task().retried())
                .shorts(r -> r.task().due().kind().code())
                .times(r -> r.task().due().at())
                .ints(r -> r.task().claim().fence())
                .times(r -> r.task().claim().deadline())
                .texts(r -> r.input() ? Json.write(r.task().input()) : null)
                .texts(r -> r.output() ? Json.write(r.task().output()) : null)
                .texts(r -> text(r.task().reason()))
                .times(r -> r.task().times().startedAt())
                .times(r -> r.task().times().endedAt())
                .times(r -> Optional.of(r.task().times().updatedAt()))
                .texts(r -> r.label() ? r.task().label().type() : null)
                .texts(r -> r.label() ? r.task().label().name() : null)
                .ints(r -> r.task().label().node())
                .ints(r -> r.task().label().part())
                .texts(r -> r.task().label().queue().orElse(null))
                .uuids(r -> r.task().extra().childRunId().orElse(null))
                .texts(r -> r.notes() ? Json.write(r.task().extra().notes()) : null)
                .tuple();
    }

    /** Postgres takes any character in a text but NUL. */
    static String text(Optional<String> value) {
        return value.map(text -> text.replace('\0', '\uFFFD')).orElse(null);
    }

    /** Reads a row that holds all columns of the table but the dispatch side's bookkeeping. */
    public static Task read(Row row) {
        Task.Label label = new Task.Label(
                row.getUUID("run_id"),
                row.getInteger("seq"),
                row.getInteger("node"),
                row.getString("ref"),
                row.getString("type"),
                Optional.ofNullable(row.getUUID("parent_id")),
                row.getInteger("iteration"),
                row.getInteger("attempt"),
                Optional.ofNullable(row.getUUID("retry_of")),
                Optional.ofNullable(row.getString("name")).orElseGet(() -> row.getString("ref")),
                row.getString("suffix"),
                row.getInteger("part"),
                Optional.ofNullable(row.getString("queue")));
        Task.Claim claim = new Task.Claim(
                row.getInteger("fence"),
                row.getInteger("deliveries"),
                Optional.ofNullable(row.getString("worker_id")),
                instant(row, "deadline_at"));
        UUID id = row.getUUID("id");
        return new Task(
                id,
                label,
                TaskStatus.ofCode(row.getShort("status")),
                new Due(DueKind.ofCode(row.getShort("due_kind")), instant(row, "due_at")),
                claim,
                Json.read(row.getString("input")),
                Json.read(row.getString("output")),
                Optional.ofNullable(row.getString("reason")),
                row.getBoolean("retried"),
                new Task.Times(
                        instant(row, "scheduled_at").orElseThrow(),
                        instant(row, "started_at"),
                        instant(row, "ended_at"),
                        instant(row, "updated_at").orElseThrow()),
                new Task.Extra(Optional.ofNullable(row.getUUID("child_run_id")), Json.read(row.getString("notes"))));
    }

    static Optional<Instant> instant(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return Optional.ofNullable(value).map(OffsetDateTime::toInstant);
    }
}
