package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.Node;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Dialect;
import dev.continuo.model.LogEntry.Level;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What follows from an attempt that failed: another attempt, going past it, or the end of whatever contains it. */
final class Failures {
    private final Flow flow;
    private final Draft draft;
    private final Words words;

    Failures(Flow flow, Draft draft, Words words) {
        this.flow = flow;
        this.draft = draft;
        this.words = words;
    }

    void settle(Task task, TaskStatus status, String reason, JsonNode output, Duration notBefore) {
        Node node = draft.node(task);
        RetryPolicy retry = node.common().retry();
        boolean mayRetry = status == TaskStatus.FAILED || status == TaskStatus.TIMED_OUT;
        if (mayRetry && task.label().attempt() < retry.limit()) {
            Duration policy = retry.delayAfter(task.label().attempt(), task.id().getLeastSignificantBits());
            Duration wait = policy.compareTo(notBefore) < 0 ? notBefore : policy;
            if (inTime(task, node.common().time(), wait)) {
                Task failed = task.closed(status, output, Optional.of(reason), draft.now());
                draft.put(failed);
                flow.endChild(failed, reason);
                draft.log(
                        task.id(),
                        Level.WARN,
                        "Attempt %d of %d failed: %s. The next one starts in %s."
                                .formatted(task.label().attempt() + 1, retry.limit() + 1, reason, Flow.seconds(wait)));
                flow.again(failed, wait);
                return;
            }
        }
        flow.endChild(task, reason);
        draft.log(task.id(), Level.ERROR, reason);
        if (node.common().optional()) {
            cancelChildren(task, reason);
            flow.close(task, TaskStatus.COMPLETED_WITH_ERRORS, output, Optional.of(reason));
        } else if (node.common().permissive()) {
            cancelChildren(task, reason);
            tolerate(task, status, reason);
            flow.close(Notes.with(task, Notes.TOLERATED, BooleanNode.TRUE), status, output, Optional.of(reason));
        } else {
            giveUp(task, status, reason, output);
        }
    }

    /** Whether another attempt would begin within the time that all of them have together. */
    private boolean inTime(Task task, TimePolicy time, Duration wait) {
        return time.total()
                .map(total ->
                        draft.now().plus(wait).isBefore(firstScheduled(task).plus(total)))
                .orElse(true);
    }

    static Instant firstScheduled(Task task) {
        JsonNode note = task.extra().notes().path(Notes.FIRST_SCHEDULED);
        return note.isNumber()
                ? Instant.ofEpochMilli(note.longValue())
                : task.times().scheduledAt();
    }

    /** The run goes on, but in dialects that say so it has failed once it comes to its end. */
    void tolerate(Task task, TaskStatus status, String reason) {
        if (draft.plan().dialect() == Dialect.CONDUCTOR
                && Notes.tolerated(draft.run()).isEmpty()) {
            String why = words.runFailed(task, status, reason);
            draft.run(Notes.with(draft.run(), Notes.TOLERATED, TextNode.valueOf(why)));
            remember(task);
        }
    }

    private void remember(Task task) {
        draft.run(Notes.added(draft.run(), Notes.FAILED_REFS, task.shownRef()));
        draft.run(Notes.added(draft.run(), Notes.FAILED_NAMES, task.label().name()));
        draft.run(Notes.with(
                draft.run(), Notes.FAILED_TASK, TextNode.valueOf(task.id().toString())));
    }

    /** The task, everything that contains it, and the run. */
    void giveUp(Task task, TaskStatus status, String reason, JsonNode output) {
        if (draft.plan().dialect() == Dialect.CONDUCTOR && !(draft.node(task) instanceof Node.Join)) {
            remember(task);
        }
        giveUp(task, status, reason, output, words.runFailed(task, status, reason));
    }

    /** The attempt and with it the whole run have run out of time. */
    void timeOutRun(Task task, String reason) {
        draft.log(task.id(), Level.ERROR, reason);
        flow.endChild(task, reason);
        if (draft.plan().dialect() == Dialect.CONDUCTOR) {
            remember(task);
        }
        draft.put(task.closed(TaskStatus.TIMED_OUT, task.output(), Optional.of(reason), draft.now()));
        flow.end(RunStatus.TIMED_OUT, Optional.of(reason), flow.output(Flow.MISSING));
    }

    private void giveUp(Task task, TaskStatus status, String reason, JsonNode output, String why) {
        cancelChildren(task, reason);
        draft.put(task.closed(status, output, Optional.of(reason), draft.now()));
        Optional<Task> container = flow.parent(task);
        if (container.isPresent()) {
            Task whole = container.get();
            String because = words.containerFailed(task, reason);
            cancelChildren(whole, because);
            TaskStatus worst =
                    status == TaskStatus.TIMED_OUT || status == TaskStatus.CANCELED ? status : TaskStatus.FAILED;
            Node node = draft.node(whole);
            boolean goesOn = node.common().optional()
                    || node.common().permissive()
                    || (worst != TaskStatus.CANCELED
                            && whole.label().attempt() < node.common().retry().limit());
            JsonNode told = flow.loops().closing(whole);
            if (goesOn) {
                settle(whole, worst, because, told, Duration.ZERO);
            } else {
                draft.log(whole.id(), Level.ERROR, because);
                giveUp(whole, worst, because, told, why);
            }
            return;
        }
        RunStatus end =
                switch (status) {
                    case TIMED_OUT -> RunStatus.TIMED_OUT;
                    case CANCELED ->
                        draft.plan().dialect() == Dialect.CONDUCTOR ? RunStatus.TERMINATED : RunStatus.FAILED;
                    case SCHEDULED,
                            IN_PROGRESS,
                            COMPLETED,
                            COMPLETED_WITH_ERRORS,
                            FAILED,
                            FAILED_WITH_TERMINAL_ERROR,
                            SKIPPED -> RunStatus.FAILED;
                };
        flow.end(end, Optional.of(why), flow.output(Flow.MISSING));
    }

    void cancelChildren(Task container, String reason) {
        if (draft.openChildren(container.id()) == 0) {
            return;
        }
        List<Task> children = draft.openTasks().stream()
                .filter(task -> task.label().parentId().equals(Optional.of(container.id())))
                .toList();
        for (Task child : children) {
            cancelChildren(child, reason);
            flow.cancel(child, Optional.of(reason));
        }
    }
}
