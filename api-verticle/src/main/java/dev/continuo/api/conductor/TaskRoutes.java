package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.QueryReader;
import dev.continuo.model.LogEntry;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.ConductorLogs;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code tasks}: one task, its log, and what is said about a task by its reference name (conductor: Tasks). */
final class TaskRoutes {
    private final ConductorTasks tasks;
    private final ConductorLogs logs;
    private final ShownTasks shown;
    private final TaskUpdates updates;
    private final WorkflowReads reads;

    TaskRoutes(ConductorTasks tasks, ConductorLogs logs, ShownTasks shown, TaskUpdates updates, WorkflowReads reads) {
        this.tasks = tasks;
        this.logs = logs;
        this.shown = shown;
        this.updates = updates;
        this.reads = reads;
    }

    List<Endpoint> endpoints(String base) {
        String one = base + "/tasks/{taskId}";
        String named = base + "/tasks/{workflowId}/{taskRefName}/{status}";
        String queue = base + "/queue/update/{workflowId}";
        return List.of(
                Endpoint.get(one, this::get),
                Endpoint.get(one + "/log", this::log),
                Endpoint.text(HttpMethod.POST, one + "/log", this::addLog),
                Endpoint.optionalJson(HttpMethod.POST, named, this::update),
                Endpoint.optionalJson(HttpMethod.POST, named + "/sync", this::updateSync),
                Endpoint.optionalJson(HttpMethod.POST, queue + "/{taskRefName}/{status}", this::updateQuietly),
                Endpoint.optionalJson(HttpMethod.POST, queue + "/task/{taskId}/{status}", this::updateById));
    }

    private Future<Answer> get(Call call) {
        return withId(call, "taskId", id -> tasks.find(ConductorApi.NAMESPACE, id)
                .compose(found -> found.map(task -> shown.one(task).map(Answer::ok))
                        .orElseGet(() -> TaskUpdates.notFound(id).now())));
    }

    private Future<Answer> log(Call call) {
        return withId(call, "taskId", id -> logs.lines(ConductorApi.NAMESPACE, id)
                .map(lines -> lines.isEmpty() ? Answer.nothing() : Answer.ok(Views.array(lines, TaskRoutes::line))));
    }

    private static ObjectNode line(LogEntry line) {
        return Views.object()
                .put("log", line.message())
                .put("taskId", line.taskId().toString())
                .put("createdTime", line.at().toEpochMilli());
    }

    private Future<Answer> addLog(Call call, String body) {
        String text = PlainText.of(call, body);
        return withId(
                call,
                "taskId",
                id -> text.isEmpty()
                        ? Answer.done().now()
                        : logs.append(ConductorApi.NAMESPACE, TaskResult.line(id, Instant.now(), text))
                                .map(done -> done ? Answer.done() : TaskUpdates.notFound(id)));
    }

    /** An empty answer says that no such task is open. */
    private Future<Answer> update(Call call, JsonNode body) {
        return named(call, body, (task, done) -> Answer.text(task.toString()).now(), Answer.done());
    }

    private Future<Answer> updateQuietly(Call call, JsonNode body) {
        return named(call, body, (task, done) -> Answer.done().now(), Answer.done());
    }

    private Future<Answer> updateSync(Call call, JsonNode body) {
        Problem none = Problem.of(
                404, "There is no open task '" + call.path("taskRefName") + "' in workflow " + call.path("workflowId"));
        return named(call, body, (task, runId) -> reads.workflow(runId, WorkflowView.Shown.ALL), none);
    }

    @FunctionalInterface
    private interface Next {
        Future<Answer> answer(UUID taskId, UUID runId);
    }

    private Future<Answer> named(Call call, JsonNode body, Next next, Answer none) {
        QueryReader query = call.query();
        Optional<String> worker = query.text("workerid");
        return query.then(() -> withStatus(
                call,
                body,
                (status, output) -> withId(
                        call, "workflowId", runId -> tasks.open(ConductorApi.NAMESPACE, runId, call.path("taskRefName"))
                                .compose(found -> found.map(
                                                task -> apply(call, result(task, status, output, worker), next, none))
                                        .orElseGet(() -> knownRun(runId, none))))));
    }

    private Future<Answer> updateById(Call call, JsonNode body) {
        return withStatus(
                call,
                body,
                (status, output) -> withId(
                        call,
                        "workflowId",
                        runId -> withId(
                                call,
                                "taskId",
                                taskId -> apply(
                                        call,
                                        TaskResult.of(runId, taskId, status, output, Optional.empty()),
                                        (task, run) -> Answer.done().now(),
                                        Answer.done()))));
    }

    private Future<Answer> apply(Call call, TaskResult result, Next next, Answer none) {
        return updates.answered(
                result,
                call.principal().id(),
                updated -> updated instanceof TaskUpdates.Updated.Done
                        ? next.answer(result.taskId(), result.runId())
                        : none.now());
    }

    private static TaskResult result(Found found, TaskStatus status, ObjectNode output, Optional<String> worker) {
        return TaskResult.of(found.run().id(), found.task().id(), status, output, worker);
    }

    private Future<Answer> knownRun(UUID runId, Answer none) {
        return tasks.run(ConductorApi.NAMESPACE, runId)
                .map(run -> run.isPresent() ? none : RunOperations.notFound(runId.toString()));
    }

    @FunctionalInterface
    interface WithStatus {
        Future<Answer> answer(TaskStatus status, ObjectNode output);
    }

    /** The status of the path, and the body as the output. */
    static Future<Answer> withStatus(Call call, JsonNode body, WithStatus action) {
        Optional<TaskStatus> status = TaskResult.status(call.path("status"));
        if (status.isEmpty()) {
            return Problem.flawed(new Flaw.InQuery("status", "status" + TaskResult.STATUS_RULE))
                    .now();
        }
        if (!(body instanceof ObjectNode) && !body.isMissingNode() && !body.isNull()) {
            return Problem.badRequest("The body must be a JSON object: the task's output")
                    .now();
        }
        return action.answer(status.get(), body instanceof ObjectNode output ? output : Views.object());
    }

    @FunctionalInterface
    interface WithId {
        Future<Answer> answer(UUID id);
    }

    static Future<Answer> withId(Call call, String name, WithId action) {
        return call.id(name).map(action::answer).orElseGet(() -> Problem.flawed(
                        new Flaw.InQuery(name, name + " is not an id: " + call.path(name)))
                .now());
    }
}
