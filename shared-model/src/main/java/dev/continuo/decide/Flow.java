package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.Truth;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.LogEntry.Level;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Moves a run along its plan: begins tasks, evaluates the inline ones at once, ends containers with their last child, and
 * ends the run. Everything happens in one draft, so that a JOIN or a loop's next pass costs no hop.
 */
final class Flow {
    private static final JsonNode MISSING = MissingNode.getInstance();

    private final Plan plan;
    private final Draft draft;
    private final DeciderLimits limits;
    private final Inputs inputs;
    private final Deque<Task> toBegin = new ArrayDeque<>();
    private int steps;

    Flow(Plan plan, Draft draft, DeciderLimits limits) {
        this.plan = plan;
        this.draft = draft;
        this.limits = limits;
        this.inputs = new Inputs(plan, draft);
    }

    /** Begins the first task, and goes on until every path waits for something. */
    void start() {
        reach(plan.first(), Optional.empty(), 0);
        drain();
    }

    /** Goes on, at the next {@link #drain}, with a task that was reached before but has not begun. */
    void begin(Task task) {
        Task begun = task.withDue(Due.NONE, draft.now());
        draft.put(begun);
        toBegin.add(begun);
    }

    /** The task has done its work. */
    void complete(Task task, JsonNode output) {
        close(task, TaskStatus.COMPLETED, output, Optional.empty());
        drain();
    }

    /** The attempt has failed: tries again, goes past it, or gives up, as the definition says. */
    void fail(Task task, TaskStatus status, String reason, JsonNode output, Duration notBefore) {
        settleFailure(task, status, reason, output, notBefore);
        drain();
    }

    /** The run is over: what is still open is canceled. */
    void end(RunStatus status, Optional<String> reason, JsonNode output) {
        for (Task task : draft.openTasks()) {
            draft.put(task.closed(TaskStatus.CANCELED, task.output(), reason, draft.now()));
        }
        toBegin.clear();
        draft.run(draft.run().transition(status, reason, output, draft.now()));
        draft.effect(new Effect.RunChanged(Effect.Change.valueOf(status.name())));
    }

    /** A further attempt of a task, ready at once or after a wait. */
    void again(Task task, Duration wait) {
        draft.put(task.superseded());
        Task next = fresh(
                plan.node(task.label().node()),
                task.label().parentId(),
                task.label().iteration(),
                task.label().attempt() + 1,
                Optional.of(task.id()));
        Node node = plan.node(next.label().node());
        if (wait.isZero() || draft.run().status() == RunStatus.PAUSED) {
            insert(next);
        } else if (node instanceof Node.Work) {
            render(node, next)
                    .ifPresent(input -> draft.put(
                            next.queued(input, Due.at(DueKind.DELAY, draft.now().plus(wait)), draft.now())));
        } else {
            draft.put(next.withDue(Due.at(DueKind.CONTINUE, draft.now().plus(wait)), draft.now()));
        }
    }

    /** Begins what waits to begin, unless something before it has ended it, and goes on until every path waits. */
    void drain() {
        while (!toBegin.isEmpty()) {
            Task task = toBegin.poll();
            if (draft.openTask(task.id()).isPresent()) {
                enter(task);
            }
        }
    }

    private void reach(int node, Optional<UUID> parent, int iteration) {
        insert(fresh(plan.node(node), parent, iteration, 0, Optional.empty()));
    }

    private void insert(Task task) {
        if (draft.run().status() == RunStatus.PAUSED) {
            draft.put(task.withDue(Due.HELD, draft.now()));
        } else if (steps >= limits.stepsPerDecision()) {
            Task later = task.withDue(Due.at(DueKind.CONTINUE, draft.now()), draft.now());
            draft.put(later);
            draft.effect(new Effect.Continue(later));
        } else {
            steps++;
            draft.put(task);
            toBegin.add(task);
        }
    }

    private Task fresh(Node node, Optional<UUID> parent, int iteration, int attempt, Optional<UUID> retryOf) {
        Instant now = draft.now();
        Task.Label label = new Task.Label(
                draft.run().id(),
                draft.takeSeq(),
                node.index(),
                node.ref(),
                node.common().type(),
                parent,
                iteration,
                attempt,
                retryOf);
        return new Task(
                draft.moment().ids().get(),
                label,
                TaskStatus.SCHEDULED,
                Due.NONE,
                Task.Claim.NONE,
                MISSING,
                MISSING,
                Optional.empty(),
                false,
                new Task.Times(now, Optional.empty(), Optional.empty(), now));
    }

    private void enter(Task task) {
        Node node = plan.node(task.label().node());
        Optional<ObjectNode> rendered = render(node, task);
        if (rendered.isEmpty()) {
            return;
        }
        ObjectNode input = rendered.get();
        switch (node) {
            case Node.Work work -> queue(task, work, input);
            case Node.Human human -> waitForPerson(task, human, input);
            case Node.Switch choice -> choose(task, choice, input);
            case Node.Fork fork -> fork(task, fork, input);
            case Node.Loop loop -> {
                Task open = task.begun(input, limit(loop), draft.now()).withOutput(iteration(1), draft.now());
                draft.put(open);
                reach(loop.first(), Optional.of(task.id()), 1);
            }
        }
    }

    /** The task's resolved input; empty when it cannot be resolved, which has failed the task. */
    private Optional<ObjectNode> render(Node node, Task task) {
        return switch (inputs.of(node)) {
            case Inputs.Resolution.Input(ObjectNode value) -> Optional.of(value);
            case Inputs.Resolution.Fault(String message) -> {
                String reason = "The input of task '" + node.ref() + "' cannot be resolved: " + message;
                settleFailure(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason, MISSING, Duration.ZERO);
                yield Optional.empty();
            }
        };
    }

    private void queue(Task task, Node.Work work, ObjectNode input) {
        TimePolicy time = work.common().time();
        Due due = time.startDelay().isZero()
                ? Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()))
                : Due.at(DueKind.DELAY, draft.now().plus(time.startDelay()));
        Task queued = task.queued(input, due, draft.now());
        draft.put(queued);
        if (due.kind() == DueKind.DISPATCH) {
            draft.effect(new Effect.Dispatch(queued));
        }
    }

    private void waitForPerson(Task task, Node.Human human, ObjectNode input) {
        Due due = human.common()
                .time()
                .timeout()
                .map(limit -> Due.at(DueKind.TIMER, draft.now().plus(limit)))
                .orElse(Due.WAITING);
        draft.put(task.begun(input, due, draft.now()));
    }

    /** What time does to a container that opens now: its limit counts from here. */
    Due limit(Node container) {
        return container
                .common()
                .time()
                .timeout()
                .map(limit -> Due.at(DueKind.LIMIT, draft.now().plus(limit)))
                .orElse(Due.NONE);
    }

    private void choose(Task task, Node.Switch choice, ObjectNode input) {
        JsonNode value = input.path(choice.selector());
        String name = value.isTextual() ? value.textValue() : value.isMissingNode() ? "null" : value.toString();
        boolean known = choice.cases().containsKey(name);
        OptionalInt branch = known ? choice.cases().get(name) : choice.otherwise();
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.putArray("evaluationResult").add(name);
        output.put("selectedCase", known ? name : "defaultCase");
        Task begun = task.begun(input, Due.NONE, draft.now());
        Task closed = begun.closed(TaskStatus.COMPLETED, output, Optional.empty(), draft.now());
        draft.put(closed);
        if (branch.isPresent()) {
            reach(branch.getAsInt(), task.label().parentId(), task.label().iteration());
        } else {
            follow(closed);
        }
    }

    private void fork(Task task, Node.Fork fork, ObjectNode input) {
        Task open = task.begun(input, limit(fork), draft.now());
        draft.put(open);
        if (fork.branches().isEmpty()) {
            close(open, TaskStatus.COMPLETED, JsonNodeFactory.instance.objectNode(), Optional.empty());
        }
        // Every branch is inserted before the first begins: a branch of inline tasks alone must not look like the last.
        for (Node.Branch branch : fork.branches()) {
            reach(branch.first(), Optional.of(task.id()), task.label().iteration());
        }
    }

    private void close(Task task, TaskStatus status, JsonNode output, Optional<String> reason) {
        Task closed = task.closed(status, output, reason, draft.now());
        draft.put(closed);
        follow(closed);
    }

    private void follow(Task done) {
        switch (plan.node(done.label().node()).common().then()) {
            case Successor.Next next ->
                reach(next.node(), done.label().parentId(), done.label().iteration());
            case Successor.EndOfRun end -> end(RunStatus.COMPLETED, Optional.empty(), outputOfRun(done));
            case Successor.EndOfBranch branch -> parent(done).ifPresent(fork -> join(fork, branch.fork()));
            case Successor.EndOfPass pass -> parent(done).ifPresent(loop -> nextPass(loop, pass.loop()));
        }
    }

    /** A last task whose failure was tolerated may have left nothing behind; a run that completed has an output. */
    private static JsonNode outputOfRun(Task last) {
        return last.output().isMissingNode() ? JsonNodeFactory.instance.objectNode() : last.output();
    }

    private Optional<Task> parent(Task task) {
        return task.label().parentId().flatMap(draft::openTask);
    }

    private void join(Task fork, int node) {
        if (draft.openChildren(fork.id()) > 0) {
            return;
        }
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        for (Node.Branch branch : ((Node.Fork) plan.node(node)).branches()) {
            draft.latest(branch.lastRef())
                    .filter(task -> !task.output().isMissingNode())
                    .ifPresent(task -> output.set(branch.lastRef(), task.output()));
        }
        close(fork, TaskStatus.COMPLETED, output, Optional.empty());
    }

    private void nextPass(Task loopTask, int index) {
        Node.Loop loop = (Node.Loop) plan.node(index);
        int pass = loopTask.output().path("iteration").asInt();
        boolean again;
        try {
            JsonNode answer = loop.condition()
                    .evaluate(inputs.ofCondition(loop, loopTask), draft.moment().scripts());
            again = Truth.javascript(answer);
        } catch (ScriptFailure e) {
            settleFailure(
                    loopTask,
                    TaskStatus.FAILED_WITH_TERMINAL_ERROR,
                    "The condition of loop '" + loop.ref() + "' failed after pass " + pass + ": " + e.getMessage(),
                    loopTask.output(),
                    Duration.ZERO);
            return;
        }
        if (!again) {
            ObjectNode output = iteration(pass);
            output.set(Integer.toString(pass), inputs.outputs(loop.bodyRefs()));
            close(loopTask, TaskStatus.COMPLETED, output, Optional.empty());
        } else if (pass >= limits.maxIterations()) {
            settleFailure(
                    loopTask,
                    TaskStatus.FAILED_WITH_TERMINAL_ERROR,
                    "Loop '" + loop.ref() + "' reached the limit of " + limits.maxIterations() + " iterations",
                    loopTask.output(),
                    Duration.ZERO);
        } else {
            draft.put(loopTask.withOutput(iteration(pass + 1), draft.now()));
            reach(loop.first(), Optional.of(loopTask.id()), pass + 1);
        }
    }

    private static ObjectNode iteration(int pass) {
        return JsonNodeFactory.instance.objectNode().put("iteration", pass);
    }

    private void settleFailure(Task task, TaskStatus status, String reason, JsonNode output, Duration notBefore) {
        Node node = plan.node(task.label().node());
        RetryPolicy retry = node.common().retry();
        boolean mayRetry = status == TaskStatus.FAILED || status == TaskStatus.TIMED_OUT;
        if (mayRetry && task.label().attempt() < retry.limit()) {
            Duration policy = retry.delayAfter(task.label().attempt(), task.id().getLeastSignificantBits());
            Duration wait = policy.compareTo(notBefore) < 0 ? notBefore : policy;
            Task failed = task.closed(status, output, Optional.of(reason), draft.now());
            draft.put(failed);
            draft.log(
                    task.id(),
                    Level.WARN,
                    "Attempt %d of %d failed: %s. The next one starts in %s."
                            .formatted(task.label().attempt() + 1, retry.limit() + 1, reason, seconds(wait)));
            again(failed, wait);
            return;
        }
        draft.log(task.id(), Level.ERROR, reason);
        if (node.common().optional()) {
            cancelChildren(task, reason);
            close(task, TaskStatus.COMPLETED_WITH_ERRORS, output, Optional.of(reason));
        } else if (node.common().permissive()) {
            cancelChildren(task, reason);
            close(task, status, output, Optional.of(reason));
        } else {
            giveUp(task, status, reason, output);
        }
    }

    private void giveUp(Task task, TaskStatus status, String reason, JsonNode output) {
        cancelChildren(task, reason);
        draft.put(task.closed(status, output, Optional.of(reason), draft.now()));
        Optional<Task> container = parent(task);
        if (container.isPresent()) {
            String because = reason.startsWith("Task '")
                    ? reason
                    : "Task '" + task.label().ref() + "' failed: " + reason;
            cancelChildren(container.get(), because);
            TaskStatus whole = status == TaskStatus.TIMED_OUT ? status : TaskStatus.FAILED;
            settleFailure(container.get(), whole, because, container.get().output(), Duration.ZERO);
            return;
        }
        RunStatus end = status == TaskStatus.TIMED_OUT ? RunStatus.TIMED_OUT : RunStatus.FAILED;
        String why =
                reason.startsWith("Task '") ? reason : "Task '" + task.label().ref() + "' failed: " + reason;
        end(end, Optional.of(why), MISSING);
    }

    private void cancelChildren(Task container, String reason) {
        if (draft.openChildren(container.id()) == 0) {
            return;
        }
        List<Task> children = draft.openTasks().stream()
                .filter(task -> task.label().parentId().equals(Optional.of(container.id())))
                .toList();
        for (Task child : children) {
            cancelChildren(child, reason);
            draft.put(child.closed(TaskStatus.CANCELED, child.output(), Optional.of(reason), draft.now()));
        }
    }

    static String seconds(Duration wait) {
        return wait.toMillis() % 1000 == 0 ? wait.toSeconds() + " s" : wait.toMillis() + " ms";
    }

    Run run() {
        return draft.run();
    }
}
