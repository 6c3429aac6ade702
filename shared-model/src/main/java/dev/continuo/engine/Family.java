package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Notes;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.WorkflowDefDoc;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Reply;
import dev.continuo.store.RunRows;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What crosses runs (source: conductor, sections 3.3 and 3.4): a child that ended, a child whose parent ended, the run
 * that follows a failure. Everything is done again when it gets lost: the parent's task looks after its child now and
 * then, and a failed run stays due until it has been followed up.
 */
final class Family implements Aftermath {
    private final Context context;
    private final Pool pool;
    private final Commands commands;
    private final Function<UUID, Future<Optional<Plan>>> plans;
    private final Runs runs;
    private final Performer performer;
    private final Watchers watchers;
    private final Consumer<String> wake;

    Family(
            Context context,
            Pool pool,
            Commands commands,
            Function<UUID, Future<Optional<Plan>>> plans,
            Runs runs,
            Performer performer,
            Watchers watchers,
            Consumer<String> wake) {
        this.context = context;
        this.pool = pool;
        this.commands = commands;
        this.plans = plans;
        this.runs = runs;
        this.performer = performer;
        this.watchers = watchers;
        this.wake = wake;
    }

    @Override
    public void queued(String queue) {
        wake.accept(queue);
    }

    @Override
    public void perform(Run run, Task task) {
        context.runOnContext(nothing -> performer.perform(run, task));
    }

    @Override
    public void childChange(Effect.ChildChange change) {
        context.runOnContext(nothing -> commands.submit(
                switch (change.what()) {
                    case TERMINATE ->
                        new Command.Terminate(change.childRunId(), Optional.of(change.reason()), Performer.BY);
                    case RETRY -> new Command.Retry(change.childRunId(), change.reason(), true);
                }));
    }

    @Override
    public void checkChild(Run run, Task task) {
        UUID child = task.extra().childRunId().orElseThrow();
        context.runOnContext(nothing -> pool.preparedQuery(RunRows.SELECT)
                .execute(Tuple.tuple().addArrayOfUUID(new UUID[] {child}))
                .onSuccess(rows -> first(rows)
                        .ifPresentOrElse(
                                found -> {
                                    if (found.status().terminal()) {
                                        checked(task, found);
                                    }
                                },
                                () -> gone(task, child))));
    }

    /** Somebody has removed the child, which was there when the task began to wait for it: nothing is to be heard of it. */
    private void gone(Task task, UUID child) {
        told(
                task.label().runId(),
                task.id(),
                TaskStatus.FAILED,
                JsonNodeFactory.instance.objectNode(),
                Optional.of("The sub-workflow " + child + " has been removed"));
    }

    private void checked(Task task, Run child) {
        if (!task.extra().notes().path(Notes.RETRIES_CHILD).asBoolean()) {
            ended(child, task.label().runId(), task.id());
            return;
        }
        // Whoever had the parent tried again did not live to have the child tried again.
        commands.submit(new Command.Retry(child.id(), Performer.BY, true)).onSuccess(reply -> {
            if (reply instanceof Reply.Refused) {
                ended(child, task.label().runId(), task.id());
            }
        });
    }

    private static Optional<Run> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(RunRows.read(rows.iterator().next()));
    }

    @Override
    public void committed(Outcome.Accepted outcome) {
        watchers.committed(outcome);
        Run run = outcome.run();
        if (run.origin().parentTaskId().isEmpty()) {
            return;
        }
        for (Effect effect : outcome.effects()) {
            if (effect instanceof Effect.RunChanged(Effect.Change change)) {
                switch (change) {
                    case COMPLETED, FAILED, TIMED_OUT, TERMINATED ->
                        context.runOnContext(nothing -> ended(
                                run,
                                run.origin().parentRunId().orElseThrow(),
                                run.origin().parentTaskId().orElseThrow()));
                    case RETRIED, RESTARTED, RERUN ->
                        context.runOnContext(nothing -> commands.submit(new Command.ChildReopened(
                                run.origin().parentRunId().orElseThrow(),
                                run.origin().parentTaskId().orElseThrow(),
                                run.id())));
                    case STARTED, PAUSED, RESUMED -> {}
                }
            }
        }
    }

    /** The task waits for the child, which need not have been started for it: a key may have led to another's. */
    private void ended(Run child, UUID parentRunId, UUID parentTaskId) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        if (child.output() instanceof ObjectNode known) {
            output.setAll(known);
        }
        output.put("subWorkflowId", child.id().toString());
        TaskStatus status = status(child.status());
        Optional<String> reason = status == TaskStatus.COMPLETED
                ? Optional.empty()
                : Optional.of("Sub workflow %s.%d/%s.%s failure reason: %s"
                        .formatted(
                                child.origin().name(),
                                child.origin().definitionVersion(),
                                child.id(),
                                child.status(),
                                child.reason().orElse("none given")));
        told(parentRunId, parentTaskId, status, output, reason);
    }

    private void told(UUID runId, UUID taskId, TaskStatus status, ObjectNode output, Optional<String> reason) {
        commands.submit(new Command.Update(
                runId,
                taskId,
                status,
                output,
                reason,
                Duration.ZERO,
                false,
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                Performer.BY));
    }

    private static TaskStatus status(RunStatus ended) {
        return switch (ended) {
            case COMPLETED -> TaskStatus.COMPLETED;
            case FAILED -> TaskStatus.FAILED;
            case TIMED_OUT -> TaskStatus.TIMED_OUT;
            case TERMINATED -> TaskStatus.CANCELED;
            case RUNNING, PAUSED -> throw new IllegalArgumentException("A run that is " + ended + " has not ended");
        };
    }

    @Override
    public void afterFailure(Run run) {
        context.runOnContext(nothing -> plans.apply(run.origin().revisionId())
                .onSuccess(plan -> plan.ifPresent(known -> followUp(
                        run, new WorkflowDefDoc((ObjectNode) known.traits().document())))));
    }

    private void followUp(Run run, WorkflowDefDoc def) {
        Optional<String> name = def.failureWorkflow();
        if (name.isEmpty()) {
            commands.submit(new Command.FollowedUp(run.id(), Optional.empty()));
            return;
        }
        Run.Origin origin = run.origin();
        ObjectNode domains = origin.attributes().path("taskToDomain") instanceof ObjectNode known
                ? known
                : JsonNodeFactory.instance.objectNode();
        StartSpec spec = new StartSpec(
                origin.namespace(),
                name.get(),
                def.failureWorkflowVersion(),
                Optional.empty(),
                input(run),
                origin.correlationId(),
                origin.priority(),
                domains,
                Optional.empty(),
                IdempotencyStrategy.RETURN_EXISTING,
                JsonNodeFactory.instance.objectNode(),
                Performer.BY,
                new StartSpec.Identity(
                        Optional.of(Derived.afterFailure(
                                run.id(), run.notes().path(Notes.BEGUN_AGAIN).asLong())),
                        Optional.empty(),
                        Optional.empty()));
        runs.start(spec)
                .onSuccess(result -> commands.submit(new Command.FollowedUp(
                        run.id(),
                        switch (result) {
                            case StartResult.Started(UUID id, Run started) -> Optional.of(id);
                            case StartResult.Existing(UUID id) -> Optional.of(id);
                            case StartResult.Missing missing -> Optional.empty();
                            case StartResult.Conflict conflict -> Optional.empty();
                            case StartResult.Invalid invalid -> Optional.empty();
                        })));
    }

    /** What the original hands to a failure workflow: the failed run's input, and what became of it. */
    private static ObjectNode input(Run run) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        if (run.origin().input() instanceof ObjectNode own) {
            input.setAll(own);
        }
        input.put("workflowId", run.id().toString());
        input.put("reason", run.reason().orElse(""));
        input.put("failureStatus", run.status().name());
        JsonNode task = run.notes().path(Notes.FAILED_TASK);
        if (task.isTextual()) {
            input.set("failureTaskId", task);
        }
        ObjectNode failed = input.putObject("failedWorkflow");
        failed.put("workflowId", run.id().toString());
        failed.put("workflowName", run.origin().name());
        failed.put("workflowVersion", run.origin().definitionVersion());
        failed.put("status", run.status().name());
        failed.put("reasonForIncompletion", run.reason().orElse(""));
        failed.put("createTime", run.times().createdAt().toEpochMilli());
        run.times().endedAt().ifPresent(at -> failed.put("endTime", at.toEpochMilli()));
        run.origin().correlationId().ifPresent(id -> failed.put("correlationId", id));
        failed.set("input", run.origin().input());
        failed.set("output", run.output().isMissingNode() ? JsonNodeFactory.instance.objectNode() : run.output());
        failed.set("variables", run.variables());
        failed.putArray("failedReferenceTaskNames");
        if (run.notes().path(Notes.FAILED_REFS).isArray()) {
            failed.set("failedReferenceTaskNames", run.notes().path(Notes.FAILED_REFS));
        }
        return input;
    }
}
