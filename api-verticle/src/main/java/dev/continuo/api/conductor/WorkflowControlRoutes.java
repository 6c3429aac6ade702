package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.api.conductor.WorkflowView.Shown;
import dev.continuo.decide.Command;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.RunMessages;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs as they are changed under {@code workflow} (conductor: Workflow). */
final class WorkflowControlRoutes {
    private static final int MOST_DUE = 1_000;

    private final RunOperations operations;
    private final WorkflowReads reads;
    private final ConductorTasks tasks;
    private final TaskUpdates updates;
    private final Executions executions;
    private final RunMessages messages;
    private final Consumer<UUID> arrived;

    /** @param arrived told the run that a message has come for */
    WorkflowControlRoutes(
            RunOperations operations,
            WorkflowReads reads,
            ConductorTasks tasks,
            TaskUpdates updates,
            Executions executions,
            RunMessages messages,
            Consumer<UUID> arrived) {
        this.operations = operations;
        this.reads = reads;
        this.tasks = tasks;
        this.updates = updates;
        this.executions = executions;
        this.messages = messages;
        this.arrived = arrived;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/workflow";
        String one = all + "/{workflowId}";
        return List.of(
                Endpoint.plain(HttpMethod.PUT, all + "/decide/{workflowId}", this::decide),
                Endpoint.plain(HttpMethod.PUT, one + "/pause", this::pause),
                Endpoint.plain(HttpMethod.PUT, one + "/resume", this::resume),
                Endpoint.optionalJson(HttpMethod.PUT, one + "/skiptask/{taskReferenceName}", this::skip),
                Endpoint.optionalJson(HttpMethod.POST, one + "/rerun", this::rerun),
                Endpoint.plain(HttpMethod.POST, one + "/restart", this::restart),
                Endpoint.plain(HttpMethod.POST, one + "/retry", this::retry),
                Endpoint.plain(HttpMethod.POST, one + "/resetcallbacks", this::resetCallbacks),
                Endpoint.delete(one, this::terminate),
                Endpoint.delete(one + "/remove", this::remove),
                Endpoint.delete(one + "/terminate-remove", this::terminateAndRemove),
                Endpoint.post(one + "/variables", this::variables),
                Endpoint.post(one + "/state", this::state),
                Endpoint.post(one + "/upgrade", this::upgrade),
                Endpoint.optionalJson(HttpMethod.POST, one + "/jump/{taskReferenceName}", this::jump),
                Endpoint.post(one + "/messages", this::message));
    }

    private static Future<Answer> change(
            Call call, Answer done, BiFunction<UUID, String, Future<Optional<Problem>>> operation) {
        return WorkflowRoutes.identified(call, id -> operation
                .apply(id, call.principal().id())
                .map(problem -> problem.isPresent() ? problem.get() : done));
    }

    private Future<Answer> pause(Call call) {
        return change(call, Answer.done(), operations::pause);
    }

    private Future<Answer> resume(Call call) {
        return change(call, Answer.done(), operations::resume);
    }

    private Future<Answer> restart(Call call) {
        QueryReader query = call.query();
        boolean latest = query.flag("useLatestDefinitions");
        return query.then(() -> change(call, Answer.nothing(), (id, by) -> operations.restart(id, latest, by)));
    }

    private Future<Answer> retry(Call call) {
        QueryReader query = call.query();
        boolean children = query.flag("resumeSubworkflowTasks");
        return query.then(() -> change(call, Answer.nothing(), (id, by) -> operations.retry(id, children, by)));
    }

    private Future<Answer> resetCallbacks(Call call) {
        return change(call, Answer.nothing(), (id, by) -> operations.existing(id, new Command.ResetCallbacks(id)));
    }

    private Future<Answer> terminate(Call call) {
        QueryReader query = call.query();
        Optional<String> reason = query.text("reason");
        boolean followUp = query.flag("triggerFailureWorkflow");
        return query.then(
                () -> change(call, Answer.done(), (id, by) -> operations.terminate(id, reason, by, followUp)));
    }

    private Future<Answer> remove(Call call) {
        return change(call, Answer.done(), (id, by) -> operations.remove(id));
    }

    private Future<Answer> terminateAndRemove(Call call) {
        QueryReader query = call.query();
        Optional<String> reason = query.text("reason");
        return query.then(() -> change(call, Answer.done(), (id, by) -> operations.terminateAndRemove(id, reason, by)));
    }

    /** What is due is decided at once; nothing else can be waiting for a decision. */
    private Future<Answer> decide(Call call) {
        return WorkflowRoutes.identified(call, id -> tasks.run(ConductorApi.NAMESPACE, id)
                .compose(run -> run.isEmpty()
                        ? RunOperations.notFound(id.toString()).now()
                        : tasks.due(ConductorApi.NAMESPACE, id, MOST_DUE).compose(due -> decideDue(id, due))));
    }

    private Future<Answer> decideDue(UUID id, List<UUID> due) {
        List<Future<?>> decisions = new ArrayList<>();
        due.forEach(task -> decisions.add(operations.submit(new Command.TaskDue(id, task))));
        decisions.add(operations.submit(new Command.RunDue(id)));
        return Future.all(decisions).map(done -> Answer.done());
    }

    private static ObjectNode object(JsonNode value) {
        return value instanceof ObjectNode object ? object : Views.object();
    }

    private static Optional<ObjectNode> optional(JsonNode value) {
        return value instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private Future<Answer> skip(Call call, JsonNode body) {
        String ref = call.path("taskReferenceName");
        ObjectNode input = object(body.path("taskInput"));
        ObjectNode output = object(body.path("taskOutput"));
        return change(
                call, Answer.done(), (id, by) -> operations.existing(id, new Command.Skip(id, ref, input, output, by)));
    }

    private Future<Answer> rerun(Call call, JsonNode body) {
        String text = body.path("reRunFromTaskId").asText("");
        Optional<UUID> taskId = Call.uuid(text);
        if (taskId.isEmpty() && !text.isBlank() && !text.equals("null")) {
            return Problem.badRequest("Task %s not found in workflow %s".formatted(text, call.path("workflowId")))
                    .now();
        }
        return change(
                call,
                Answer.text(call.path("workflowId")),
                (id, by) -> operations.rerun(new Command.Rerun(
                        id,
                        taskId,
                        optional(body.path("workflowInput")),
                        optional(body.path("taskInput")),
                        Optional.ofNullable(body.path("correlationId").textValue()),
                        by)));
    }

    private Future<Answer> jump(Call call, JsonNode body) {
        String ref = call.path("taskReferenceName");
        return change(
                call, Answer.done(), (id, by) -> operations.existing(id, new Command.Jump(id, ref, object(body), by)));
    }

    private Future<Answer> upgrade(Call call, ObjectNode body) {
        String name = body.path("name").asText("");
        int version = body.path("version").asInt();
        if (name.isBlank()) {
            return Problem.badRequest("name is required and must not be blank").now();
        }
        Optional<Integer> wanted = version > 0 ? Optional.of(version) : Optional.empty();
        return change(
                call,
                Answer.done(),
                (id, by) -> operations.upgrade(
                        id,
                        new RunOperations.Upgrade(
                                name, wanted, object(body.path("workflowInput")), object(body.path("taskOutput"))),
                        by));
    }

    private Future<Answer> variables(Call call, ObjectNode body) {
        return WorkflowRoutes.identified(call, id -> operations
                .existing(
                        id, new Command.SetVariables(id, body, call.principal().id()))
                .compose(problem -> problem.isPresent() ? problem.get().now() : reads.workflow(id, Shown.ALL)));
    }

    /** Variables first, then the task: what comes after it sees them. */
    private Future<Answer> state(Call call, ObjectNode body) {
        QueryReader query = call.query();
        Executions.Wish wish = Executions.Wish.of(query);
        ObjectNode variables = object(body.path("variables"));
        return query.then(() -> WorkflowRoutes.identified(call, id -> {
            String by = call.principal().id();
            Command set = new Command.SetVariables(id, variables, by);
            Future<Optional<Problem>> changed =
                    variables.isEmpty() ? operations.known(id) : operations.existing(id, set);
            return changed.compose(problem -> problem.isPresent()
                    ? problem.get().now()
                    : updated(id, body, by, () -> executions.answer(id, wish)));
        }));
    }

    private Future<Answer> updated(UUID id, ObjectNode body, String by, Supplier<Future<Answer>> then) {
        String ref = body.path("taskReferenceName").asText("");
        if (!(body.path("taskResult") instanceof ObjectNode result)) {
            return then.get();
        }
        Function<UUID, Future<Answer>> update = taskId -> {
            ObjectNode full = result.deepCopy();
            full.put("workflowInstanceId", id.toString()).put("taskId", taskId.toString());
            return switch (TaskResult.read(full, Instant.now())) {
                case TaskResult.Checked.Faulty(var flaws) ->
                    Problem.flawed("The task result", flaws).now();
                case TaskResult.Checked.Valid(TaskResult read) -> updates.answered(read, by, done -> then.get());
            };
        };
        Optional<UUID> taskId = Call.uuid(result.path("taskId").asText(""));
        if (taskId.isPresent()) {
            return update.apply(taskId.get());
        }
        return tasks.open(ConductorApi.NAMESPACE, id, ref).compose(found -> found.map(Found::task)
                .map(task -> update.apply(task.id()))
                .orElseGet(() -> Problem.of(
                                404, "No open task found by reference name: %s in workflow: %s".formatted(ref, id))
                        .now()));
    }

    private Future<Answer> message(Call call, ObjectNode body) {
        return WorkflowRoutes.identified(
                call, id -> messages.put(ConductorApi.NAMESPACE, id, body).map(put -> switch (put) {
                    case RunMessages.Put.Stored(UUID message) -> {
                        arrived.accept(id);
                        yield Answer.text(message.toString());
                    }
                    case RunMessages.Put.Missing missing -> RunOperations.notFound(id.toString());
                    case RunMessages.Put.Deaf deaf ->
                        Problem.of(409, "Workflow %s is a task of an agent, which takes no messages".formatted(id));
                    case RunMessages.Put.Closed(var status) ->
                        Problem.of(409, "Workflow %s is not RUNNING but %s".formatted(id, status));
                    case RunMessages.Put.Full full ->
                        Problem.of(
                                429,
                                "Workflow %s has %d messages waiting, as many as it may"
                                        .formatted(id, RunMessages.MOST_WAITING));
                }));
    }
}
