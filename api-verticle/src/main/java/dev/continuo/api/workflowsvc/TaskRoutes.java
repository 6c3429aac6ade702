package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.decide.Command;
import dev.continuo.definition.Fault;
import dev.continuo.definition.UserInputSchema;
import dev.continuo.model.TaskStatus;
import dev.continuo.secret.SealedTexts;
import dev.continuo.store.Committer;
import dev.continuo.store.Paging;
import dev.continuo.store.Reply;
import dev.continuo.store.RunReads;
import dev.continuo.store.RunReads.TaskRow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The tasks of a run: one, the passes of a loop, logs, and answers to USER_INPUT. */
final class TaskRoutes {
    private static final int PLAIN_TEXT_LINES = 1000;
    private static final String USER_INPUT = "USER_INPUT";
    private static final String ANSWER = "/_userInput";

    private final RunReads reads;
    private final Committer committer;
    private final RevisionFactsCache facts;
    private final Blocking blocking;

    TaskRoutes(RunReads reads, Committer committer, RevisionFactsCache facts, Blocking blocking) {
        this.reads = reads;
        this.committer = committer;
        this.facts = facts;
        this.blocking = blocking;
    }

    /** The pages write {@code workflow} and {@code workflows}, {@code task} and {@code tasks}: each is served. */
    List<Endpoint> endpoints(String base) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String run : List.of("/workflows", "/workflow")) {
            String runPath = base + run + "/{workflowId}";
            for (String task : List.of("/tasks", "/task")) {
                String taskPath = runPath + task + "/{taskId}";
                endpoints.add(Endpoint.get(taskPath, this::get));
                endpoints.add(Endpoint.get(taskPath + "/loopovertasks", this::loopBody));
                endpoints.add(Endpoint.get(taskPath + "/logs", this::logs));
            }
            endpoints.add(Endpoint.post(runPath + "/userinput/{userInputId}", this::userInput));
        }
        return endpoints;
    }

    private Future<Answer> get(Call call) {
        Scope scope = Scope.of(call);
        return withIds(call, scope, "taskId", (runId, taskId) -> reads.task(scope.namespace(), runId, taskId)
                .compose(found -> found.map(task ->
                                facts.of(task.revisionId()).map(known -> Answer.ok(WorkflowViews.task(task, known))))
                        .orElseGet(() -> Scope.notFound().now())));
    }

    private Future<Answer> loopBody(Call call) {
        Scope scope = Scope.of(call);
        Paging paging = scope.paging();
        return withIds(
                call,
                scope,
                "taskId",
                (runId, taskId) ->
                        ifVisible(scope, runId, taskId, () -> reads.loopBody(scope.namespace(), runId, taskId, paging)
                                .compose(listed -> Replies.page(listed, page -> facts.of(page.rows().stream()
                                                .map(TaskRow::revisionId)
                                                .collect(Collectors.toSet()))
                                        .map(known -> Answer.ok(WorkflowViews.page(
                                                paging,
                                                page,
                                                task -> WorkflowViews.task(task, known.get(task.revisionId())))))))));
    }

    private Future<Answer> logs(Call call) {
        Scope scope = Scope.of(call);
        boolean plainText = scope.query().flag("plainText");
        Paging paging = plainText ? scope.paging(PLAIN_TEXT_LINES) : scope.paging();
        return withIds(
                call,
                scope,
                "taskId",
                (runId, taskId) -> ifVisible(scope, runId, taskId, () -> reads.logs(
                                scope.namespace(), runId, taskId, paging)
                        .compose(listed -> Replies.page(listed, page -> {
                            Answer answer = plainText
                                    ? new Answer.Text("text/plain; charset=utf-8", WorkflowViews.logText(page.rows()))
                                    : Answer.ok(WorkflowViews.page(paging, page, WorkflowViews::logLine));
                            return answer.now();
                        }))));
    }

    private Future<Answer> userInput(Call call, ObjectNode body) {
        Scope scope = Scope.of(call);
        return withIds(call, scope, "userInputId", (runId, taskId) -> reads.task(scope.namespace(), runId, taskId)
                .compose(found -> found.map(task -> answered(call, runId, task, body))
                        .orElseGet(() -> Scope.notFound().now())));
    }

    private Future<Answer> answered(Call call, UUID runId, TaskRow task, ObjectNode body) {
        String name = task.summary().ref();
        if (!task.summary().type().equals(USER_INPUT)) {
            return Problem.of(409, "Task '" + name + "' is a " + task.summary().type() + ", which takes no user input")
                    .now();
        }
        if (task.summary().status() != TaskStatus.IN_PROGRESS) {
            String word = StatusWords.ofTask(task.summary().status(), USER_INPUT, task.runStatus());
            return Problem.of(409, "Task '" + name + "' does not wait for input: it is " + word)
                    .now();
        }
        JsonNode answer = body.path("_userInput");
        return blocking.call(() -> flaws(task.input().path("_userInput"), answer))
                .compose(flaws ->
                        flaws.isEmpty() ? complete(call, runId, task.summary().id(), answer) : refused(flaws));
    }

    /** The task may be answered or canceled since it was read: the engine decides, and refuses the second answer. */
    private Future<Answer> complete(Call call, UUID runId, UUID taskId, JsonNode answer) {
        ObjectNode output = WorkflowViews.object();
        output.set("_userInput", answer);
        Command command = new Command.Complete(
                runId,
                taskId,
                OptionalInt.empty(),
                output,
                List.of(),
                call.principal().id());
        return committer.submit(command).compose(reply -> switch (reply) {
            case Reply.Done done ->
                Answer.ok(WorkflowViews.object().put("message", "Task updated successfully"))
                        .now();
            case Reply.Existing existing -> Future.failedFuture(new IllegalStateException("Not a start: " + command));
            case Reply.Refused(var rejection) -> Replies.refused(rejection).now();
        });
    }

    /** A task without schemas takes any answer that is an object. */
    private static List<Flaw> flaws(JsonNode fields, JsonNode answer) {
        if (!answer.isObject()) {
            return List.of(new Flaw.InBody(ANSWER, "_userInput is required and must be an object"));
        }
        List<String> sealed = SealedTexts.in(answer);
        if (!sealed.isEmpty()) {
            return sealed.stream()
                    .<Flaw>map(pointer -> new Flaw.InBody(ANSWER + pointer, SealedTexts.REFUSAL))
                    .toList();
        }
        if (!fields.isObject() || fields.isEmpty()) {
            return List.of();
        }
        // Definitions are checked, but a fragment may hold references, and what they resolve to is known only now.
        List<Fault> unusable = UserInputSchema.faults(fields);
        if (!unusable.isEmpty()) {
            Fault first = unusable.getFirst();
            return List.of(new Flaw.InBody(
                    ANSWER, "The task's own schemas cannot be applied: " + first.pointer() + " " + first.message()));
        }
        return UserInputSchema.of(fields).check(answer).stream()
                .<Flaw>map(fault -> new Flaw.InBody(ANSWER + fault.pointer(), fault.message()))
                .toList();
    }

    private static Future<Answer> refused(List<Flaw> flaws) {
        return Problem.flawed("The user input", flaws).now();
    }

    @FunctionalInterface
    private interface WithIds {
        Future<Answer> answer(UUID runId, UUID taskId);
    }

    private static Future<Answer> withIds(Call call, Scope scope, String taskParameter, WithIds action) {
        Optional<UUID> runId = call.id("workflowId");
        Optional<UUID> taskId = call.id(taskParameter);
        return scope.query()
                .then(() -> runId.isPresent() && taskId.isPresent()
                        ? action.answer(runId.get(), taskId.get())
                        : Scope.notFound().now());
    }

    private Future<Answer> ifVisible(Scope scope, UUID runId, UUID taskId, Supplier<Future<Answer>> action) {
        return reads.visible(scope.namespace(), runId, taskId)
                .compose(visible -> visible ? action.get() : Scope.notFound().now());
    }
}
