package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.OtherRuns;
import dev.continuo.store.Reply;
import dev.continuo.store.RunMessages;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the tasks that the engine executes itself: those that begin, read or change other runs (source: conductor,
 * section 3.4). Each may be executed twice, after a crash: what it does is the same both times.
 */
final class Performer {
    /** Who such a task acts as. */
    static final String BY = "continuo";

    private static final Logger LOG = LoggerFactory.getLogger(Performer.class);
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final int MOST_RUNS = 100;

    /** Of a run's attributes: how many runs are above it. */
    private static final String DEPTH = "subWorkflowDepth";

    /** A workflow that is its own sub-workflow would grow without end, faster than it can be terminated. */
    static final int MOST_DEPTH = 100;

    private final Commands commands;
    private final Runs runs;
    private final OtherRuns others;
    private final RunMessages messages;

    Performer(Commands commands, Runs runs, OtherRuns others, RunMessages messages) {
        this.messages = messages;
        this.commands = commands;
        this.runs = runs;
        this.others = others;
    }

    /** What a task came to. */
    private sealed interface Result {
        record Done(ObjectNode output) implements Result {}

        record Failed(String reason) implements Result {}

        /** Somebody else goes on with the task. */
        record Taken() implements Result {}
    }

    void perform(Run run, Task task) {
        result(run, task)
                .recover(failure -> failure instanceof IllegalArgumentException
                        ? Future.succeededFuture(new Result.Failed(failure.getMessage()))
                        : Future.failedFuture(failure))
                .onSuccess(result -> report(task, result))
                // The task stays due, and the sweep brings it back.
                .onFailure(failure -> LOG.warn(
                        "Task {} of run {} could not be executed, and is tried again: {}",
                        task.id(),
                        run.id(),
                        failure.getMessage()));
    }

    private Future<Result> result(Run run, Task task) {
        ObjectNode input = (ObjectNode) task.input();
        return switch (task.label().type()) {
            case "SUB_WORKFLOW" -> startChild(run, task, input);
            case "START_WORKFLOW" -> startOther(run, task, input);
            case "UPDATE_TASK" -> updateTask(run, input);
            case "GET_WORKFLOW" -> getWorkflow(run, input);
            case "TERMINATE_WORKFLOW" -> terminate(run, input);
            case "PULL_WORKFLOW_MESSAGES" -> pull(task, input);
            default ->
                Future.succeededFuture(new Result.Failed(
                        "Nothing executes tasks of the type " + task.label().type()));
        };
    }

    private void report(Task task, Result result) {
        switch (result) {
            case Result.Taken taken -> {}
            case Result.Done(ObjectNode output) -> update(task, TaskStatus.COMPLETED, output, Optional.empty());
            case Result.Failed(String reason) ->
                update(task, TaskStatus.FAILED, JsonNodeFactory.instance.objectNode(), Optional.of(reason));
        }
    }

    private void update(Task task, TaskStatus status, ObjectNode output, Optional<String> reason) {
        commands.submit(update(task.label().runId(), task.id(), status, output, reason));
    }

    private static Command.Update update(
            UUID runId, UUID taskId, TaskStatus status, ObjectNode output, Optional<String> reason) {
        return new Command.Update(
                runId,
                taskId,
                status,
                output,
                reason,
                Duration.ZERO,
                false,
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                BY);
    }

    private Future<Result> startChild(Run run, Task task, ObjectNode input) {
        Run.Origin parent = run.origin();
        int depth = parent.attributes().path(DEPTH).asInt() + 1;
        if (depth > MOST_DEPTH) {
            return failed("There are " + MOST_DEPTH + " workflows above this one, and there may be no more");
        }
        StartSpec.Identity identity = new StartSpec.Identity(
                Optional.of(Derived.child(task.id())), Optional.of(run.id()), Optional.of(task.id()));
        JsonNode definition = input.path("subWorkflowDefinition");
        StartSpec spec = new StartSpec(
                parent.namespace(),
                input.path("subWorkflowName").asText(definition.path("name").asText("")),
                version(input.path("subWorkflowVersion")),
                definition instanceof ObjectNode written ? Optional.of(written) : Optional.empty(),
                object(input.path("workflowInput")),
                parent.correlationId(),
                priority(input.path("priority"), 0),
                domains(input.path("subWorkflowTaskToDomain"), parent),
                key(input),
                strategy(input),
                JsonNodeFactory.instance.objectNode().put(DEPTH, depth),
                parent.createdBy(),
                identity);
        return runs.start(spec).compose(result -> switch (result) {
            case StartResult.Started(UUID id, Run child) -> waitFor(task, id);
            case StartResult.Existing(UUID id) -> waitFor(task, id);
            case StartResult.Missing(String message) -> failed(message);
            case StartResult.Conflict(String message) -> failed(message);
            case StartResult.Invalid(var violations) ->
                failed("The definition of the sub-workflow is not valid: "
                        + violations.getFirst().path() + ": "
                        + violations.getFirst().message());
        });
    }

    private Future<Result> waitFor(Task task, UUID child) {
        return commands.submit(new Command.ChildStarted(task.label().runId(), task.id(), child))
                .map(reply -> new Result.Taken());
    }

    private Future<Result> startOther(Run run, Task task, ObjectNode input) {
        ObjectNode request = object(input.path("startWorkflow"));
        JsonNode definition = request.path("workflowDef");
        StartSpec spec = new StartSpec(
                run.origin().namespace(),
                request.path("name").asText(""),
                version(request.path("version")),
                definition instanceof ObjectNode written ? Optional.of(written) : Optional.empty(),
                object(request.path("input")),
                text(request, "correlationId"),
                priority(request.path("priority"), 0),
                object(request.path("taskToDomain")),
                key(request),
                strategy(request),
                JsonNodeFactory.instance.objectNode(),
                run.origin().createdBy(),
                new StartSpec.Identity(Optional.of(Derived.child(task.id())), Optional.empty(), Optional.empty()));
        return runs.start(spec).compose(result -> switch (result) {
            case StartResult.Started(UUID id, Run started) -> done("workflowId", id);
            case StartResult.Existing(UUID id) -> done("workflowId", id);
            case StartResult.Missing(String message) -> failed(message);
            case StartResult.Conflict(String message) -> failed(message);
            case StartResult.Invalid(var violations) ->
                failed("The definition is not valid: " + violations.getFirst().path() + ": "
                        + violations.getFirst().message());
        });
    }

    /** Input: workflowId and taskRefName, or taskId; taskStatus; taskOutput; mergeOutput is the only way here. */
    private Future<Result> updateTask(Run run, ObjectNode input) {
        TaskStatus status =
                switch (input.path("taskStatus").asText("COMPLETED")) {
                    case "COMPLETED" -> TaskStatus.COMPLETED;
                    case "FAILED" -> TaskStatus.FAILED;
                    case "FAILED_WITH_TERMINAL_ERROR" -> TaskStatus.FAILED_WITH_TERMINAL_ERROR;
                    case "IN_PROGRESS" -> TaskStatus.IN_PROGRESS;
                    case "CANCELED" -> TaskStatus.CANCELED;
                    default ->
                        throw new IllegalArgumentException(
                                "taskStatus must be COMPLETED, FAILED, FAILED_WITH_TERMINAL_ERROR,"
                                        + " IN_PROGRESS or CANCELED, not '"
                                        + input.path("taskStatus").asText() + "'");
                };
        Future<Optional<OtherRuns.OpenTask>> found = text(input, "taskId").isPresent()
                ? others.openTask(run.origin().namespace(), id(input, "taskId"))
                : others.openTask(
                        run.origin().namespace(),
                        id(input, "workflowId"),
                        text(input, "taskRefName")
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "Either taskId, or workflowId and taskRefName must be given")));
        return found.compose(task -> task.isEmpty()
                ? alreadyUpdated(run, input, status)
                : commands.submit(update(
                                task.get().runId(),
                                task.get().taskId(),
                                status,
                                object(input.path("taskOutput")),
                                Optional.empty()))
                        .map(reply -> reply instanceof Reply.Refused(Outcome.Rejected rejection)
                                ? new Result.Failed(rejection.message())
                                : new Result.Done(JsonNodeFactory.instance
                                        .objectNode()
                                        .put("taskId", task.get().taskId().toString()))));
    }

    /** The task may have been updated by this very execution before, which did not live to tell. */
    private Future<Result> alreadyUpdated(Run run, ObjectNode input, TaskStatus status) {
        Future<Optional<OtherRuns.EndedTask>> found = text(input, "taskId").isPresent()
                ? others.endedTask(run.origin().namespace(), id(input, "taskId"))
                : others.endedTask(
                        run.origin().namespace(),
                        id(input, "workflowId"),
                        text(input, "taskRefName").orElse(""));
        return found.map(task -> task.filter(ended -> ended.status() == status)
                .<Result>map(ended -> new Result.Done(JsonNodeFactory.instance
                        .objectNode()
                        .put("taskId", ended.taskId().toString())))
                .orElseGet(() -> new Result.Failed("There is no such task that is open")));
    }

    private Future<Result> getWorkflow(Run run, ObjectNode input) {
        UUID id = text(input, "id").isPresent() ? id(input, "id") : id(input, "workflowId");
        boolean tasks = input.path("includeTasks").asBoolean(false);
        return others.described(run.origin().namespace(), id, tasks).map(found -> found.<Result>map(Result.Done::new)
                .orElseGet(() -> new Result.Failed("No such workflow found by id: " + id)));
    }

    /** Input: workflowId, an id or a list of ids; terminationReason; the task's own run is left alone. */
    private Future<Result> terminate(Run run, ObjectNode input) {
        List<UUID> ids = new ArrayList<>();
        if (input.path("workflowId").isArray()) {
            if (input.path("workflowId").size() > MOST_RUNS) {
                return failed("workflowId names more than " + MOST_RUNS + " workflows");
            }
            input.path("workflowId").forEach(each -> ids.add(id(each.asText())));
        } else {
            ids.add(id(input, "workflowId"));
        }
        Optional<String> reason = text(input, "terminationReason");
        List<Future<?>> all = new ArrayList<>();
        ArrayNode ended = JsonNodeFactory.instance.arrayNode();
        for (UUID id : ids) {
            if (!id.equals(run.id())) {
                all.add(others.exists(run.origin().namespace(), id).compose(there -> {
                    if (!there) {
                        return Future.failedFuture(new IllegalArgumentException("No such workflow found by id: " + id));
                    }
                    ended.add(id.toString());
                    return commands.submit(new Command.Terminate(id, reason, BY));
                }));
            }
        }
        if (all.isEmpty()) {
            return failed("workflowId names no other workflow");
        }
        return Future.join(all).map(done -> {
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            output.set("terminatedWorkflowIds", ended);
            return new Result.Done(output);
        });
    }

    /** Input: batchSize, and blocking, which is to wait for the first message: its arrival executes the task again. */
    private Future<Result> pull(Task task, ObjectNode input) {
        boolean blocking = input.path("blocking").asBoolean(true);
        return messages.take(
                        task.id(), task.label().runId(), input.path("batchSize").asInt(1))
                .map(taken -> {
                    if (taken.isEmpty() && blocking) {
                        return new Result.Taken();
                    }
                    ObjectNode output = JsonNodeFactory.instance.objectNode();
                    ArrayNode list = output.putArray("messages");
                    taken.forEach(message ->
                            list.addObject().put("id", message.id().toString()).set("payload", message.body()));
                    output.put("count", taken.size());
                    return new Result.Done(output);
                });
    }

    private static Future<Result> done(String name, UUID id) {
        return Future.succeededFuture(
                new Result.Done(JsonNodeFactory.instance.objectNode().put(name, id.toString())));
    }

    private static Future<Result> failed(String reason) {
        return Future.succeededFuture(new Result.Failed(reason));
    }

    private static Optional<String> text(JsonNode input, String name) {
        return Optional.of(input.path(name).asText("").strip()).filter(text -> !text.isEmpty());
    }

    private static UUID id(JsonNode input, String name) {
        return id(input.path(name).asText(""));
    }

    private static UUID id(String text) {
        if (!ID.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is no id of a workflow or a task");
        }
        return UUID.fromString(text);
    }

    private static Optional<Integer> version(JsonNode version) {
        String text = version.asText("").strip();
        return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    private static int priority(JsonNode priority, int otherwise) {
        return Math.clamp(priority.asInt(otherwise), 0, 99);
    }

    private static ObjectNode object(JsonNode value) {
        return value instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode domains(JsonNode given, Run.Origin parent) {
        return given instanceof ObjectNode object
                ? object
                : object(parent.attributes().path("taskToDomain"));
    }

    private static Optional<String> key(JsonNode request) {
        return text(request, "idempotencyKey");
    }

    private static IdempotencyStrategy strategy(JsonNode request) {
        return switch (request.path("idempotencyStrategy").asText("")) {
            case "RETURN_EXISTING" -> IdempotencyStrategy.RETURN_EXISTING;
            case "FAIL_ON_RUNNING" -> IdempotencyStrategy.FAIL_ON_RUNNING;
            default -> IdempotencyStrategy.FAIL;
        };
    }
}
