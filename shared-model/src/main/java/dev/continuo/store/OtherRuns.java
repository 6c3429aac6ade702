package dev.continuo.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.secret.SealedTexts;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What tasks of one run may read of other runs of their namespace. */
public final class OtherRuns {
    private static final int MOST_TASKS = 1_000;

    private static final String BY_ID = """
            SELECT t.id, t.run_id FROM task t JOIN run r ON r.id = t.run_id
            WHERE t.id = $2 AND t.open AND r.namespace = $1
            """;

    private static final String BY_REF = """
            SELECT t.id, t.run_id FROM task t JOIN run r ON r.id = t.run_id
            WHERE t.run_id = $2 AND t.open AND (t.ref = $3 OR t.ref || t.suffix = $3) AND r.namespace = $1
            ORDER BY t.seq DESC LIMIT 1
            """;

    private static final String ENDED_BY_ID = """
            SELECT t.id, t.status FROM task t JOIN run r ON r.id = t.run_id
            WHERE t.id = $2 AND NOT t.open AND r.namespace = $1
            """;

    private static final String ENDED_BY_REF = """
            SELECT t.id, t.status FROM task t JOIN run r ON r.id = t.run_id
            WHERE t.run_id = $2 AND NOT t.open AND (t.ref = $3 OR t.ref || t.suffix = $3) AND r.namespace = $1
            ORDER BY t.seq DESC LIMIT 1
            """;

    private static final String EXISTS = "SELECT 1 FROM run WHERE id = $2 AND namespace = $1";

    private final Pool pool;

    public OtherRuns(Pool pool) {
        this.pool = pool;
    }

    public record OpenTask(UUID runId, UUID taskId) {}

    public Future<Optional<OpenTask>> openTask(String namespace, UUID taskId) {
        return first(pool.preparedQuery(BY_ID).execute(Tuple.of(namespace, taskId)));
    }

    /** The latest with this reference name, as written in the definition or as shown. */
    public Future<Optional<OpenTask>> openTask(String namespace, UUID runId, String ref) {
        return first(pool.preparedQuery(BY_REF).execute(Tuple.of(namespace, runId, ref)));
    }

    public record EndedTask(UUID taskId, TaskStatus status) {}

    public Future<Optional<EndedTask>> endedTask(String namespace, UUID taskId) {
        return ended(pool.preparedQuery(ENDED_BY_ID).execute(Tuple.of(namespace, taskId)));
    }

    /** The latest with this reference name, as written in the definition or as shown. */
    public Future<Optional<EndedTask>> endedTask(String namespace, UUID runId, String ref) {
        return ended(pool.preparedQuery(ENDED_BY_REF).execute(Tuple.of(namespace, runId, ref)));
    }

    private static Future<Optional<EndedTask>> ended(Future<RowSet<Row>> found) {
        Future<Optional<EndedTask>> task = found.map(rows -> Definitions.first(rows)
                .map(row -> new EndedTask(row.getUUID("id"), TaskStatus.ofCode(row.getShort("status")))));
        return StoreFailures.named(task, "find an ended task");
    }

    private static Future<Optional<OpenTask>> first(Future<RowSet<Row>> found) {
        Future<Optional<OpenTask>> task = found.map(rows -> rows.size() == 0
                ? Optional.empty()
                : Optional.of(new OpenTask(
                        rows.iterator().next().getUUID("run_id"),
                        rows.iterator().next().getUUID("id"))));
        return StoreFailures.named(task, "find an open task");
    }

    /** The run's open tasks of a type. */
    public Future<List<UUID>> openOfType(UUID runId, String type) {
        Future<List<UUID>> found = pool.preparedQuery("SELECT id FROM task WHERE run_id = $1 AND open AND type = $2")
                .execute(Tuple.of(runId, type))
                .map(rows -> {
                    List<UUID> ids = new ArrayList<>();
                    rows.forEach(row -> ids.add(row.getUUID("id")));
                    return ids;
                });
        return StoreFailures.named(found, "find the open tasks of run " + runId);
    }

    public record TaskOfRun(Run run, Task task) {}

    /** Both as they stand; empty when the task is not open any more. */
    public Future<Optional<TaskOfRun>> task(UUID runId, UUID taskId) {
        Future<Optional<TaskOfRun>> both = pool.preparedQuery(RunRows.SELECT)
                .execute(ids(runId))
                .compose(runs -> pool.preparedQuery(TaskRows.SELECT_ONE)
                        .execute(ids(taskId))
                        .map(tasks -> {
                            if (runs.size() == 0 || tasks.size() == 0) {
                                return Optional.empty();
                            }
                            Task task = TaskRows.read(tasks.iterator().next());
                            return Optional.of(new TaskOfRun(
                                            RunRows.read(runs.iterator().next()), task))
                                    .filter(found -> task.open());
                        }));
        return StoreFailures.named(both, "read task " + taskId);
    }

    public Future<Boolean> exists(String namespace, UUID runId) {
        Future<Boolean> there =
                pool.preparedQuery(EXISTS).execute(Tuple.of(namespace, runId)).map(rows -> rows.size() > 0);
        return StoreFailures.named(there, "look for run " + runId);
    }

    /** A run as a task's output, without its secrets: what it is, how it stands, and up to 1,000 of its tasks if asked for. */
    public Future<Optional<ObjectNode>> described(String namespace, UUID runId, boolean tasks) {
        Future<Optional<ObjectNode>> described = pool.preparedQuery(RunRows.SELECT)
                .execute(ids(runId))
                .compose(rows -> {
                    Optional<Run> run = rows.size() == 0
                            ? Optional.empty()
                            : Optional.of(RunRows.read(rows.iterator().next()));
                    Optional<Run> own =
                            run.filter(found -> found.origin().namespace().equals(namespace));
                    if (own.isEmpty() || !tasks) {
                        return Future.succeededFuture(own.map(OtherRuns::view));
                    }
                    return pool.preparedQuery(TaskRows.SELECT_EVERY + " ORDER BY t.seq LIMIT " + MOST_TASKS)
                            .execute(ids(runId))
                            .map(all -> Optional.of(withTasks(view(own.get()), all)));
                });
        return StoreFailures.named(described, "read run " + runId);
    }

    private static Tuple ids(UUID id) {
        return Tuple.tuple().addArrayOfUUID(new UUID[] {id});
    }

    private static ObjectNode view(Run run) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("workflowId", run.id().toString());
        view.put("workflowName", run.origin().name());
        view.put("workflowVersion", run.origin().definitionVersion());
        view.put("status", run.status().name());
        view.put("createTime", run.times().createdAt().toEpochMilli());
        view.put("updateTime", run.times().updatedAt().toEpochMilli());
        run.times().endedAt().ifPresent(at -> view.put("endTime", at.toEpochMilli()));
        run.origin().correlationId().ifPresent(id -> view.put("correlationId", id));
        run.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.set("input", SealedTexts.masked(run.origin().input()));
        view.set(
                "output",
                run.output().isMissingNode()
                        ? JsonNodeFactory.instance.objectNode()
                        : SealedTexts.masked(run.output()));
        view.set("variables", SealedTexts.masked(run.variables()));
        return view;
    }

    private static ObjectNode withTasks(ObjectNode view, RowSet<Row> rows) {
        ArrayNode list = view.putArray("tasks");
        for (Row row : rows) {
            Task task = TaskRows.read(row);
            ObjectNode one = list.addObject();
            one.put("taskId", task.id().toString());
            one.put("taskType", task.label().type());
            one.put("referenceTaskName", task.shownRef());
            one.put("status", task.status().name());
            task.reason().ifPresent(reason -> one.put("reasonForIncompletion", reason));
            if (!task.output().isMissingNode()) {
                one.set("outputData", SealedTexts.masked(task.output()));
            }
        }
        return view;
    }
}
