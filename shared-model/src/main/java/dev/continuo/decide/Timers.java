package dev.continuo.decide;

import static dev.continuo.decide.Rejections.reject;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
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
import java.util.Optional;

/** What time does to tasks and runs. */
final class Timers {
    private final Draft draft;
    private final Flow flow;
    private final DeciderLimits limits;

    Timers(Draft draft, Flow flow, DeciderLimits limits) {
        this.draft = draft;
        this.flow = flow;
        this.limits = limits;
    }

    Optional<Rejected> taskDue(Command.TaskDue command) {
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
            case CONTINUE -> goOn(task);
            case TIMER -> timerEnds(task);
            case LIMIT -> timeOut(task, limitOf(task));
            case LEASE -> leaseEnds(task);
            case RESPONSE -> responseEnds(task);
            case QUEUED -> notPolled(task);
            case CHILD -> childChecked(task);
            case DELAY, DISPATCH -> {
                if (!outOfTime(task)) {
                    return reject(Code.STALE, "Task " + command.taskId() + " waits for its dispatch");
                }
                timeOut(task, limitOf(task));
            }
            case HELD, NONE -> {
                return reject(Code.STALE, "Task " + command.taskId() + " waits for its dispatch");
            }
        }
        return Optional.empty();
    }

    private void goOn(Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            draft.put(task.withDue(Due.HELD, draft.now()));
        } else {
            flow.begin(task);
            flow.drain();
        }
    }

    private void childChecked(Task task) {
        if (outOfTime(task)) {
            timeOut(task, limitOf(task));
        } else {
            draft.put(task.withDue(Updates.childDue(task.claim(), draft.now(), limits), draft.now()));
            draft.effect(new Effect.CheckChild(task));
        }
    }

    /** A WAIT is over, unless it has a limit that is shorter; anything else has waited longer than it may. */
    private void timerEnds(Task task) {
        if (draft.node(task) instanceof Node.Wait && !outOfTime(task)) {
            flow.complete(task, task.output().isMissingNode() ? JsonNodeFactory.instance.objectNode() : task.output());
        } else {
            timeOut(task, limitOf(task));
        }
    }

    private void leaseEnds(Task task) {
        if (outOfTime(task)) {
            timeOut(task, limitOf(task));
        } else if (task.claim().deliveries() >= limits.maxDeliveries()) {
            String reason = "The attempt was handed out %d times and every worker stopped responding"
                    .formatted(task.claim().deliveries());
            flow.fail(task, TaskStatus.FAILED, reason, MissingNode.getInstance(), Duration.ZERO);
        } else {
            requeue(task);
        }
    }

    /** Whatever the policy for the task's own time limit: a silent worker's attempt is over (conductor: section 3.2). */
    private void responseEnds(Task task) {
        if (outOfTime(task)) {
            timeOut(task, limitOf(task));
            return;
        }
        if (draft.run().status() == RunStatus.PAUSED) {
            later(task);
            return;
        }
        Duration silence = draft.node(task).common().time().response().orElse(limits.lease());
        String reason = "responseTimeout: %s exceeded for the taskId: %s with Task Definition: %s"
                .formatted(Flow.seconds(silence), task.id(), task.label().name());
        flow.fail(task, TaskStatus.TIMED_OUT, reason, task.output(), Duration.ZERO);
    }

    private void notPolled(Task task) {
        timeOut(
                task,
                outOfTime(task)
                        ? limitOf(task)
                        : draft.node(task).common().time().poll());
    }

    private boolean outOfTime(Task task) {
        return task.claim().deadline().filter(at -> !at.isAfter(draft.now())).isPresent();
    }

    private Optional<Duration> limitOf(Task task) {
        TimePolicy time = draft.node(task).common().time();
        boolean total = time.total()
                .filter(limit -> !Failures.firstScheduled(task).plus(limit).isAfter(draft.now()))
                .isPresent();
        return total ? time.total() : time.timeout();
    }

    private void requeue(Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            draft.put(task.requeued(Due.HELD, draft.now()));
            return;
        }
        Task queued = task.requeued(Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter())), draft.now());
        draft.put(queued);
        draft.effect(new Effect.Dispatch(queued));
    }

    private void timeOut(Task task, Optional<Duration> limit) {
        if (draft.run().status() == RunStatus.PAUSED) {
            later(task);
            return;
        }
        TimePolicy time = draft.node(task).common().time();
        String reason =
                "Task '%s' timed out after %s".formatted(task.label().ref(), Flow.seconds(limit.orElse(Duration.ZERO)));
        switch (time.onTimeout()) {
            case ALERT_ONLY -> {
                draft.log(task.id(), Level.WARN, reason + "; the policy is to go on");
                draft.effect(new Effect.TimeoutAlert(task.label().type()));
                goesOn(task, time);
            }
            case RETRY -> flow.fail(task, TaskStatus.TIMED_OUT, reason, task.output(), Duration.ZERO);
            case TIME_OUT_RUN -> flow.failures().timeOutRun(task, reason);
        }
    }

    private void later(Task task) {
        Due later = Due.at(task.due().kind(), draft.now().plus(limits.pausedRecheck()));
        draft.put(task.withDue(later, draft.now()));
    }

    /** Without its limit: a lease as a lease, a container waiting for its children alone. */
    private void goesOn(Task task, TimePolicy time) {
        Instant silent = draft.now().plus(time.response().orElse(limits.lease()));
        Due next =
                switch (task.due().kind()) {
                    case LEASE -> Due.at(DueKind.LEASE, silent);
                    case RESPONSE -> Due.at(DueKind.RESPONSE, silent);
                    case QUEUED -> new Due(DueKind.QUEUED, Optional.empty());
                    case CHILD -> Updates.childDue(Task.Claim.NONE, draft.now(), limits);
                    case TIMER -> ownEnd(task);
                    case DELAY, DISPATCH -> ready(task);
                    case LIMIT, NONE, HELD, CONTINUE -> Due.NONE;
                };
        Task unlimited = task.withoutDeadline(next, draft.now());
        draft.put(unlimited);
        if (task.due().kind() == DueKind.DELAY || task.due().kind() == DueKind.DISPATCH) {
            draft.effect(new Effect.Dispatch(unlimited));
        }
    }

    private Due ready(Task task) {
        return task.label().queue().isPresent()
                ? new Due(DueKind.QUEUED, Optional.empty())
                : Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()));
    }

    /** When a WAIT that has passed its limit is over. */
    private Due ownEnd(Task task) {
        Instant since = task.times().startedAt().orElse(draft.now());
        return draft.node(task) instanceof Node.Wait
                        && task.input() instanceof ObjectNode input
                        && WaitTime.of(input, since) instanceof WaitTime.Until(Instant at)
                ? Due.at(DueKind.TIMER, at)
                : Due.WAITING;
    }

    Optional<Rejected> runDue() {
        Run run = draft.run();
        if (run.deadline().isEmpty() || run.deadline().get().isAfter(draft.now())) {
            return reject(Code.STALE, "Run " + run.id() + " has no deadline that has passed");
        }
        if (run.status().terminal()) {
            Instant next = draft.now().plus(limits.childRecheck());
            draft.run(run.withDeadline(Optional.of(next)));
            draft.effect(new Effect.AfterFailure(run));
            return Optional.empty();
        }
        if (run.status() != RunStatus.RUNNING) {
            return reject(Code.STALE, "Run " + run.id() + " has no deadline that has passed");
        }
        String reason =
                "The run timed out after " + Flow.seconds(draft.plan().timeout().orElse(Duration.ZERO));
        switch (draft.plan().onTimeout()) {
            case TIME_OUT -> flow.end(RunStatus.TIMED_OUT, Optional.of(reason), flow.output(MissingNode.getInstance()));
            case ALERT_ONLY -> {
                draft.run(run.withDeadline(Optional.empty()));
                draft.effect(new Effect.TimeoutAlert("run"));
            }
        }
        return Optional.empty();
    }
}
