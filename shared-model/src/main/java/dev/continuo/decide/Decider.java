package dev.continuo.decide;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.LogEntry.Level;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Decides what a command does to a run: a pure function of the plan, the run's state, the command and the moment.
 *
 * <p>It reads no clock, draws no random number and touches nothing outside: the caller commits the outcome, and only then
 * do its effects happen.
 */
public final class Decider {
    private final DeciderLimits limits;

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
                JsonNodeFactory.instance.objectNode(),
                MissingNode.getInstance(),
                Optional.empty(),
                new Run.Times(now, now, Optional.empty()),
                plan.timeout().map(now::plus),
                start.origin().createdBy());
        Draft draft = new Draft(new RunState(run, plan.remembered()), moment);
        draft.effect(new Effect.RunChanged(Effect.Change.STARTED));
        new Flow(plan, draft, limits).start();
        return draft.accepted();
    }

    public Outcome decide(Plan plan, RunState state, Command command, Moment moment) {
        Draft draft = new Draft(state, moment);
        Flow flow = new Flow(plan, draft, limits);
        Optional<Rejected> rejection =
                switch (command) {
                    case Command.Complete complete -> complete(plan, draft, flow, complete);
                    case Command.Fail fail -> fail(draft, flow, fail);
                    case Command.TaskDue due -> taskDue(plan, draft, flow, due);
                    case Command.RunDue due -> runDue(plan, draft, flow);
                    case Command.Pause pause -> pause(draft, pause.by());
                    case Command.Resume resume -> resume(plan, draft, flow, resume.by());
                    case Command.Retry retry -> retry(plan, state, draft, flow, retry.by());
                    case Command.Terminate terminate -> terminate(draft, flow, terminate);
                };
        return rejection.<Outcome>map(rejected -> rejected).orElseGet(draft::accepted);
    }

    private Optional<Rejected> complete(Plan plan, Draft draft, Flow flow, Command.Complete command) {
        Optional<Task> task = draft.openTask(command.taskId());
        Optional<Rejected> refusal = refusal(plan, draft, task, command.taskId(), command.fence());
        if (refusal.isEmpty()) {
            draft.logs(command.logs());
            if (command.fence().isEmpty()) {
                draft.run(draft.run().withUpdatedBy(command.by()));
            }
            flow.complete(task.orElseThrow(), command.output());
        }
        return refusal;
    }

    private Optional<Rejected> fail(Draft draft, Flow flow, Command.Fail command) {
        Optional<Task> task = draft.openTask(command.taskId());
        Optional<Rejected> refusal = stale(draft, task, command.taskId(), command.fence());
        if (refusal.isEmpty()) {
            draft.logs(command.logs());
            Duration notBefore = command.retry() instanceof RetryWish.NotBefore wish ? wish.delay() : Duration.ZERO;
            flow.fail(task.orElseThrow(), command.retry().status(), command.reason(), command.output(), notBefore);
        }
        return refusal;
    }

    private static Optional<Rejected> refusal(
            Plan plan, Draft draft, Optional<Task> task, UUID taskId, OptionalInt fence) {
        if (fence.isPresent()) {
            return stale(draft, task, taskId, fence);
        }
        if (task.isEmpty()) {
            return reject(Code.CONFLICT, "Task " + taskId + " is not open any more: it was answered or its run ended");
        }
        boolean waits = plan.node(task.get().label().node()) instanceof Node.Human
                && task.get().status() == TaskStatus.IN_PROGRESS;
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

    private Optional<Rejected> taskDue(Plan plan, Draft draft, Flow flow, Command.TaskDue command) {
        Optional<Task> found = draft.openTask(command.taskId());
        if (found.isEmpty() || found.get().due().at().isEmpty()) {
            return reject(Code.STALE, "Nothing is due for task " + command.taskId());
        }
        Task task = found.get();
        if (task.due().at().get().isAfter(draft.now())) {
            return reject(
                    Code.STALE,
                    "Task " + command.taskId() + " is not due before "
                            + task.due().at().get());
        }
        switch (task.due().kind()) {
            case CONTINUE -> goOn(draft, flow, task);
            case TIMER, LIMIT -> timeOut(plan, draft, flow, task);
            case LEASE -> leaseEnds(plan, draft, flow, task);
            case DELAY, DISPATCH, HELD, NONE -> {
                return reject(Code.STALE, "Task " + command.taskId() + " waits for its dispatch");
            }
        }
        return Optional.empty();
    }

    private static void goOn(Draft draft, Flow flow, Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            draft.put(task.withDue(Due.HELD, draft.now()));
        } else {
            flow.begin(task);
            flow.drain();
        }
    }

    private void leaseEnds(Plan plan, Draft draft, Flow flow, Task task) {
        boolean outOfTime =
                task.claim().deadline().filter(at -> !at.isAfter(draft.now())).isPresent();
        if (outOfTime) {
            timeOut(plan, draft, flow, task);
        } else if (task.claim().deliveries() >= limits.maxDeliveries()) {
            String reason = "The attempt was handed out %d times and every worker stopped responding"
                    .formatted(task.claim().deliveries());
            flow.fail(task, TaskStatus.FAILED, reason, MissingNode.getInstance(), Duration.ZERO);
        } else {
            requeue(draft, task);
        }
    }

    private void requeue(Draft draft, Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            draft.put(task.requeued(Due.HELD, draft.now()));
            return;
        }
        Task queued = task.requeued(Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter())), draft.now());
        draft.put(queued);
        draft.effect(new Effect.Dispatch(queued));
    }

    private void timeOut(Plan plan, Draft draft, Flow flow, Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            Due later = Due.at(task.due().kind(), draft.now().plus(limits.pausedRecheck()));
            draft.put(task.withDue(later, draft.now()));
            return;
        }
        TimePolicy time = plan.node(task.label().node()).common().time();
        String reason = "Task '%s' timed out after %s"
                .formatted(task.label().ref(), Flow.seconds(time.timeout().orElse(Duration.ZERO)));
        switch (time.onTimeout()) {
            case ALERT_ONLY -> {
                draft.log(task.id(), Level.WARN, reason + "; the policy is to go on");
                draft.effect(new Effect.TimeoutAlert(task.label().type()));
                draft.put(task.withoutDeadline(draft.now(), time.response().orElse(limits.lease())));
            }
            case RETRY -> flow.fail(task, TaskStatus.TIMED_OUT, reason, task.output(), Duration.ZERO);
            case TIME_OUT_RUN -> {
                draft.log(task.id(), Level.ERROR, reason);
                draft.put(task.closed(TaskStatus.TIMED_OUT, task.output(), Optional.of(reason), draft.now()));
                flow.end(RunStatus.TIMED_OUT, Optional.of(reason), MissingNode.getInstance());
            }
        }
    }

    private static Optional<Rejected> runDue(Plan plan, Draft draft, Flow flow) {
        Run run = draft.run();
        if (run.status() != RunStatus.RUNNING
                || run.deadline().isEmpty()
                || run.deadline().get().isAfter(draft.now())) {
            return reject(Code.STALE, "Run " + run.id() + " has no deadline that has passed");
        }
        String reason = "The run timed out after " + Flow.seconds(plan.timeout().orElse(Duration.ZERO));
        switch (plan.onTimeout()) {
            case TIME_OUT -> flow.end(RunStatus.TIMED_OUT, Optional.of(reason), MissingNode.getInstance());
            case ALERT_ONLY -> {
                draft.run(run.withDeadline(Optional.empty()));
                draft.effect(new Effect.TimeoutAlert("run"));
            }
        }
        return Optional.empty();
    }

    /** What waits for a worker is held back; what a worker has already, or a person, may still be finished. */
    private static Optional<Rejected> pause(Draft draft, String by) {
        if (draft.run().status() != RunStatus.RUNNING) {
            return illegal(draft, "paused", "RUNNING");
        }
        for (Task task : draft.openTasks()) {
            if (task.status() == TaskStatus.SCHEDULED) {
                draft.put(task.withDue(Due.HELD, draft.now()));
            }
        }
        Run paused = draft.run()
                .transition(RunStatus.PAUSED, Optional.empty(), draft.run().output(), draft.now())
                .withDeadline(Optional.empty());
        draft.run(paused.withUpdatedBy(by));
        draft.effect(new Effect.RunChanged(Effect.Change.PAUSED));
        return Optional.empty();
    }

    /** What was held goes on at once, and the run's time limit starts anew (source: conductor, resume). */
    private Optional<Rejected> resume(Plan plan, Draft draft, Flow flow, String by) {
        if (draft.run().status() != RunStatus.PAUSED) {
            return illegal(draft, "resumed", "PAUSED");
        }
        reopen(plan, draft, by, Effect.Change.RESUMED);
        for (Task task : draft.openTasks()) {
            boolean held = task.due().kind() == DueKind.HELD;
            if (held && task.input().isMissingNode()) {
                flow.begin(task);
            } else if (held || task.due().kind() == DueKind.DISPATCH) {
                // A lease that ended during the pause may have left a task in dispatch that nobody could claim.
                Due due = Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()));
                Task queued = task.withDue(due, draft.now());
                draft.put(queued);
                draft.effect(new Effect.Dispatch(queued));
            }
        }
        // Only now, for one that begins may end the run, and nothing is to be opened again behind it.
        flow.drain();
        return Optional.empty();
    }

    private Optional<Rejected> retry(Plan plan, RunState state, Draft draft, Flow flow, String by) {
        RunStatus status = draft.run().status();
        if (status != RunStatus.FAILED && status != RunStatus.TIMED_OUT && status != RunStatus.TERMINATED) {
            return illegal(draft, "retried", "FAILED, TIMED_OUT or TERMINATED");
        }
        Map<UUID, Task> ended = new HashMap<>();
        state.ended().forEach(task -> ended.put(task.id(), task));
        List<Task> leaves = state.ended().stream()
                .filter(task -> !container(plan, task))
                .filter(task ->
                        !plan.node(task.label().node()).common().permissive() || task.status() == TaskStatus.CANCELED)
                .filter(task -> ancestorsIn(ended, task))
                .toList();
        if (leaves.isEmpty()) {
            return reject(Code.CONFLICT, "Run " + draft.run().id() + " has no task that could be tried again");
        }
        reopen(plan, draft, by, Effect.Change.RETRIED);
        for (Task parent : ancestors(ended, leaves)) {
            Due limit = flow.limit(plan.node(parent.label().node()));
            draft.put(parent.reopened(limit, draft.now()));
        }
        leaves.forEach(task -> flow.again(task, Duration.ZERO));
        flow.drain();
        return Optional.empty();
    }

    private static void reopen(Plan plan, Draft draft, String by, Effect.Change change) {
        Run reopened = draft.run()
                .transition(RunStatus.RUNNING, Optional.empty(), MissingNode.getInstance(), draft.now())
                .withDeadline(plan.timeout().map(draft.now()::plus))
                .withUpdatedBy(by);
        draft.run(reopened);
        draft.effect(new Effect.RunChanged(change));
    }

    /**
     * True for a fork or loop that ended because of its children: it opens again with them. One that ended by itself (its
     * input or its condition failed) has no child to try again and is tried again as a whole.
     */
    private static boolean container(Plan plan, Task task) {
        Node node = plan.node(task.label().node());
        return (node instanceof Node.Fork || node instanceof Node.Loop)
                && task.status() != TaskStatus.FAILED_WITH_TERMINAL_ERROR
                && !task.input().isMissingNode();
    }

    private static boolean ancestorsIn(Map<UUID, Task> ended, Task task) {
        Optional<UUID> parent = task.label().parentId();
        while (parent.isPresent()) {
            Task container = ended.get(parent.get());
            if (container == null) {
                return false;
            }
            parent = container.label().parentId();
        }
        return true;
    }

    private static Collection<Task> ancestors(Map<UUID, Task> ended, List<Task> leaves) {
        Map<UUID, Task> all = new LinkedHashMap<>();
        for (Task leaf : leaves) {
            Optional<UUID> parent = leaf.label().parentId();
            while (parent.isPresent()) {
                Task container = ended.get(parent.get());
                all.put(container.id(), container);
                parent = container.label().parentId();
            }
        }
        return all.values();
    }

    private static Optional<Rejected> terminate(Draft draft, Flow flow, Command.Terminate command) {
        if (draft.run().status().terminal()) {
            return illegal(draft, "terminated", "RUNNING or PAUSED");
        }
        flow.end(RunStatus.TERMINATED, command.reason(), draft.run().output());
        draft.run(draft.run().withUpdatedBy(command.by()));
        return Optional.empty();
    }

    private static Optional<Rejected> illegal(Draft draft, String verb, String allowed) {
        return reject(
                Code.CONFLICT,
                "The run is %s: only a run that is %s can be %s"
                        .formatted(draft.run().status(), allowed, verb));
    }

    private static Optional<Rejected> reject(Code code, String message) {
        return Optional.of(new Rejected(code, message));
    }
}
