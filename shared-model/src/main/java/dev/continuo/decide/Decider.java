package dev.continuo.decide;

import static dev.continuo.decide.Rejections.reject;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.model.Due;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Decides what a command does to a run: a pure function of the plan, the run's state, the command and the moment.
 *
 * <p>It reads no clock, draws no random number and touches nothing outside: the caller commits the outcome, and only then
 * do its effects happen. For one thread at a time.
 */
public final class Decider {
    private final DeciderLimits limits;
    private final Conditions conditions = new Conditions();

    public Decider(DeciderLimits limits) {
        this.limits = limits;
    }

    /** A new run: its first tasks, or even its end when nothing in it waits. Never rejected. */
    public Outcome.Accepted start(Plan plan, Start start, Moment moment) {
        Instant now = moment.now();
        Run run = new Run(
                start.runId(),
                start.origin(),
                RunStatus.RUNNING,
                0,
                1,
                plan.variables(start.origin().input()),
                MissingNode.getInstance(),
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                new Run.Times(now, now, Optional.empty()),
                plan.timeout().map(now::plus),
                start.origin().createdBy());
        Draft draft = new Draft(plan, new RunState(run, plan.remembered()), moment);
        draft.effect(new Effect.RunChanged(Effect.Change.STARTED));
        if (start.origin().attributes().path(Notes.WAITS_TO_BEGIN).asBoolean()) {
            // Its time limit begins when it does.
            draft.run(Notes.with(run, Notes.RATE_LIMITED, BooleanNode.TRUE).withDeadline(Optional.empty()));
        } else {
            new Flow(draft, limits, conditions).start();
        }
        return draft.accepted();
    }

    public Outcome decide(Plan plan, RunState state, Command command, Moment moment) {
        Optional<Rejected> unfit = AgentRuns.refusal(plan, command);
        if (unfit.isPresent()) {
            return unfit.get();
        }
        if (command instanceof Command.Anew anew) {
            return new Beginnings(plan, state, moment, limits, conditions).decide(anew);
        }
        if (command instanceof Command.Upgrade upgrade) {
            return new Upgrades(plan, state, moment, limits, conditions).upgrade(upgrade);
        }
        if (command instanceof Command.ChildReopened reopened) {
            Beginnings beginnings = new Beginnings(plan, state, moment, limits, conditions);
            Optional<Task> completed = beginnings.completedWaitFor(reopened);
            if (completed.isPresent()) {
                return beginnings.waitAgain(completed.get());
            }
        }
        Draft draft = new Draft(plan, state, moment);
        Flow flow = new Flow(draft, limits, conditions);
        Optional<Rejected> rejection =
                switch (command) {
                    case Command.Complete complete -> complete(draft, flow, complete);
                    case Command.Fail fail -> fail(draft, flow, fail);
                    case Command.Defer defer -> defer(draft, defer);
                    case Command.TaskDue due -> new Timers(draft, flow, limits).taskDue(due);
                    case Command.RunDue due -> new Timers(draft, flow, limits).runDue();
                    case Command.Pause pause -> new Control(draft, flow, limits).pause(pause.by());
                    case Command.Resume resume -> new Control(draft, flow, limits).resume(resume.by());
                    case Command.Terminate terminate -> new Control(draft, flow, limits).terminate(terminate);
                    case Command.Begin begin -> begin(draft, flow);
                    case Command.Skip skip -> new Control(draft, flow, limits).skip(state, skip);
                    case Command.SetVariables set -> new Control(draft, flow, limits).setVariables(set);
                    case Command.ResetCallbacks reset -> new Control(draft, flow, limits).resetCallbacks();
                    case Command.Jump jump -> new Jumps(draft, flow).jump(jump);
                    case Command.FollowedUp followedUp -> new Control(draft, flow, limits).followedUp(followedUp);
                    case Command.Retry retry -> new Retries(draft, flow, limits).retry(state, retry);
                    case Command.ChildReopened reopened -> new Retries(draft, flow, limits).reopened(state, reopened);
                    case Command.Update update -> new Updates(draft, flow, limits).update(update);
                    case Command.Recalled recalled -> new Updates(draft, flow, limits).recalled(recalled);
                    case Command.ChildStarted started -> new Updates(draft, flow, limits).childStarted(started);
                    case Command.Anew anew -> throw new IllegalStateException("It has been decided already");
                    case Command.Upgrade upgrade -> throw new IllegalStateException("It has been decided already");
                };
        return rejection.<Outcome>map(rejected -> rejected).orElseGet(draft::accepted);
    }

    private static Optional<Rejected> begin(Draft draft, Flow flow) {
        Run run = draft.run();
        if (!run.notes().path(Notes.RATE_LIMITED).asBoolean()) {
            return reject(Code.STALE, "Run " + run.id() + " has begun");
        }
        if (run.status() != RunStatus.RUNNING) {
            return reject(Code.CONFLICT, "Run " + run.id() + " is " + run.status() + " and does not begin");
        }
        ObjectNode notes = Notes.copy(run.notes());
        notes.remove(Notes.RATE_LIMITED);
        draft.run(run.withNotes(notes).withDeadline(draft.plan().timeout().map(draft.now()::plus)));
        flow.start();
        return Optional.empty();
    }

    private static Optional<Rejected> complete(Draft draft, Flow flow, Command.Complete command) {
        Optional<Task> task = draft.openTask(command.taskId());
        Optional<Rejected> refusal = refusal(draft, task, command.taskId(), command.fence());
        if (refusal.isEmpty()) {
            draft.logs(command.logs());
            if (command.fence().isEmpty()) {
                draft.run(draft.run().withUpdatedBy(command.by()));
            }
            flow.complete(task.orElseThrow(), command.output());
        }
        return refusal;
    }

    private static Optional<Rejected> fail(Draft draft, Flow flow, Command.Fail command) {
        Optional<Task> task = draft.openTask(command.taskId());
        Optional<Rejected> refusal = stale(draft, task, command.taskId(), command.fence());
        if (refusal.isEmpty()) {
            draft.logs(command.logs());
            Duration notBefore =
                    command.retry() instanceof Command.RetryWish.NotBefore wish ? wish.delay() : Duration.ZERO;
            flow.fail(task.orElseThrow(), command.retry().status(), command.reason(), command.output(), notBefore);
        }
        return refusal;
    }

    private static Optional<Rejected> defer(Draft draft, Command.Defer command) {
        Optional<Task> task = draft.openTask(command.taskId());
        Optional<Rejected> refusal = stale(draft, task, command.taskId(), command.fence());
        if (refusal.isEmpty()) {
            draft.logs(command.logs());
            Task open = task.orElseThrow();
            draft.put(open.begun(open.input(), Due.WAITING, draft.now()).withOutput(command.output(), draft.now()));
        }
        return refusal;
    }

    private static Optional<Rejected> refusal(Draft draft, Optional<Task> task, UUID taskId, OptionalInt fence) {
        if (fence.isPresent()) {
            return stale(draft, task, taskId, fence);
        }
        if (task.isEmpty()) {
            return reject(Code.CONFLICT, "Task " + taskId + " is not open any more: it was answered or its run ended");
        }
        boolean waits =
                draft.node(task.get()) instanceof Node.Human && task.get().status() == TaskStatus.IN_PROGRESS;
        return waits
                ? Optional.empty()
                : reject(Code.CONFLICT, "Task '" + task.get().label().ref() + "' does not wait for an answer");
    }

    /** Guarantee G2: only the hand-out that is current may report, and only once. */
    private static Optional<Rejected> stale(Draft draft, Optional<Task> task, UUID taskId, OptionalInt fence) {
        if (task.isEmpty()) {
            return reject(
                    Code.STALE,
                    "Task " + taskId + " is not open any more; its run is "
                            + draft.run().status());
        }
        Task open = task.get();
        boolean current = open.status() == TaskStatus.IN_PROGRESS
                && fence.isPresent()
                && fence.getAsInt() == open.claim().fence();
        return current
                ? Optional.empty()
                : reject(Code.STALE, "Task " + taskId + " was handed out again: this result is of an earlier hand-out");
    }
}
