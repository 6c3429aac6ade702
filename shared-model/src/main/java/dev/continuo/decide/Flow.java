package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Template;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Moves a run along its plan: begins tasks, evaluates the inline ones at once, ends containers with their last child, and
 * ends the run. Everything happens in one draft, so that a JOIN or a loop's next pass costs no hop.
 */
final class Flow {
    static final JsonNode MISSING = MissingNode.getInstance();

    private final Draft draft;
    private final DeciderLimits limits;
    private final Words words;
    private final Inputs inputs;
    private final Joins joins;
    private final Loops loops;
    private final Failures failures;
    private final Reuse reuse;
    private final Entry entry;
    private final Deque<Task> toBegin = new ArrayDeque<>();
    private final Map<UUID, ObjectNode> overrides = new HashMap<>();
    private final Set<UUID> endedChildren = new HashSet<>();
    private int steps;

    Flow(Draft draft, DeciderLimits limits, Conditions conditions) {
        this.draft = draft;
        this.limits = limits;
        this.words = Words.of(draft.plan().dialect());
        this.inputs = new Inputs(draft);
        this.joins = new Joins(this, draft);
        this.loops = new Loops(this, draft, inputs, limits);
        this.failures = new Failures(this, draft, words);
        this.reuse = new Reuse(draft, inputs);
        this.entry = new Entry(this, draft, inputs, limits, conditions);
    }

    Words words() {
        return words;
    }

    Joins joins() {
        return joins;
    }

    Loops loops() {
        return loops;
    }

    Reuse reuse() {
        return reuse;
    }

    Failures failures() {
        return failures;
    }

    /** Begins the first task, and goes on until every path waits for something. */
    void start() {
        reach(draft.plan().first(), Place.ROOT);
        drain();
    }

    /** Members to put over the input of a task that is about to be inserted, and of its further attempts. */
    void override(UUID task, ObjectNode input) {
        overrides.put(task, input);
    }

    private Task overridden(Task task) {
        ObjectNode input = overrides.remove(task.id());
        return input == null ? task : Notes.with(task, Notes.TASK_INPUT, input);
    }

    /** Goes on, at the next {@link #drain}, with a task that was reached before but has not begun. */
    void begin(Task task) {
        Task begun = task.withDue(Due.NONE, draft.now());
        draft.put(begun);
        toBegin.add(begun);
    }

    /** The task has done its work. */
    void complete(Task task, JsonNode output) {
        complete(task, TaskStatus.COMPLETED, output, Optional.empty());
    }

    /** The task has done its work, with a status that lets the flow go on. */
    void complete(Task task, TaskStatus status, JsonNode output, Optional<String> reason) {
        close(task, status, output, reason);
        drain();
    }

    /** A task that has asked for the output of an earlier execution has it, or begins. */
    void recalled(Task task, Optional<ObjectNode> output) {
        output.ifPresentOrElse(known -> entry.reuse(task, known), () -> begin(task));
        drain();
    }

    /** The attempt has failed: tries again, goes past it, or gives up, as the definition says. */
    void fail(Task task, TaskStatus status, String reason, JsonNode output, Duration notBefore) {
        failures.settle(task, status, reason, output, notBefore);
        drain();
    }

    /** The run is over: what is still open is canceled. */
    void end(RunStatus status, Optional<String> reason, JsonNode output) {
        for (Task task : draft.openTasks()) {
            cancel(task, reason);
        }
        toBegin.clear();
        Run ended = draft.run().transition(status, reason, output, draft.now());
        draft.run(ended);
        if (status == RunStatus.FAILED || status == RunStatus.TIMED_OUT) {
            afterFailure();
        }
        draft.effect(new Effect.RunChanged(Effect.Change.valueOf(status.name())));
    }

    /** The run that follows a failure is started, if the definition names one. */
    void afterFailure() {
        if (draft.plan().traits().afterFailure()) {
            // Kept until the other run has been started: a process that dies in between leaves it due.
            draft.run(draft.run().withDeadline(Optional.of(draft.now().plus(limits.childRecheck()))));
            draft.effect(new Effect.AfterFailure(draft.run()));
        }
    }

    /** An open task is not to be finished any more, nor is the child run that it waits for. */
    void cancel(Task task, Optional<String> reason) {
        draft.put(task.closed(TaskStatus.CANCELED, loops.closing(task), reason, draft.now()));
        endChild(task, reason.orElse("its task was canceled"));
    }

    /**
     * The child's own end is what is told: it must not be told to end, lest that reaches it when somebody has had it begin
     * again already.
     */
    void childEnded(UUID child) {
        endedChildren.add(child);
    }

    /** What the child run still does would lead nowhere. */
    void endChild(Task task, String reason) {
        task.extra()
                .childRunId()
                .filter(child -> !endedChildren.contains(child))
                .ifPresent(child -> draft.effect(
                        new Effect.ChildChange(child, Effect.ChildChange.What.TERMINATE, words.parentEnded(reason))));
    }

    /** A further attempt of a task, ready at once or after a wait. */
    void again(Task task, Duration wait) {
        draft.put(task.superseded());
        Node node = draft.node(task);
        Task next = fresh(node, Place.of(task), task.label().attempt() + 1, Optional.of(task.id()))
                .withExtra(carried(task));
        if (wait.isZero() || draft.run().status() == RunStatus.PAUSED) {
            insert(next);
        } else if (node instanceof Node.Work work) {
            entry.render(node, next).ifPresent(input -> entry.queue(next, work, input, wait));
        } else {
            draft.put(next.withDue(Due.at(DueKind.CONTINUE, draft.now().plus(wait)), draft.now()));
        }
    }

    /** What a further attempt keeps of the one before: as when the first was scheduled, for the limit over all of them. */
    private static Task.Extra carried(Task task) {
        ObjectNode notes = JsonNodeFactory.instance.objectNode();
        task.extra().notes().properties().stream()
                .filter(note -> Notes.CARRIED.contains(note.getKey()))
                .forEach(note -> notes.set(note.getKey(), note.getValue()));
        return new Task.Extra(Optional.empty(), notes);
    }

    /** Begins what waits to begin, unless something before it has ended it, and goes on until every path waits. */
    void drain() {
        do {
            while (!toBegin.isEmpty()) {
                Task task = toBegin.poll();
                if (draft.openTask(task.id()).isPresent()) {
                    entry.enter(task);
                }
            }
            joins.aside();
        } while (!toBegin.isEmpty());
    }

    /** Comes to a node: unless the run is paused or the decision is long enough, it begins with the next {@link #drain}. */
    void reach(int node, Place place) {
        insert(fresh(draft.node(place.part(), node), place, 0, Optional.empty()));
    }

    void insert(Task given) {
        Task task = overridden(given);
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

    Task fresh(Node node, Place place, int attempt, Optional<UUID> retryOf) {
        return fresh(draft.moment().ids().get(), node, place, attempt, retryOf);
    }

    Task fresh(UUID id, Node node, Place place, int attempt, Optional<UUID> retryOf) {
        Instant now = draft.now();
        Task.Label label = new Task.Label(
                draft.run().id(),
                draft.takeSeq(),
                node.index(),
                node.ref(),
                node.common().type(),
                place.parent(),
                place.iteration(),
                attempt,
                retryOf,
                node.common().name(),
                place.suffix(),
                place.part(),
                Optional.empty());
        return new Task(
                id,
                label,
                TaskStatus.SCHEDULED,
                Due.NONE,
                Task.Claim.NONE,
                MISSING,
                MISSING,
                Optional.empty(),
                false,
                new Task.Times(now, Optional.empty(), Optional.empty(), now),
                Task.Extra.NONE);
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

    void close(Task task, TaskStatus status, JsonNode output, Optional<String> reason) {
        Task closed = task.closed(status, output, reason, draft.now());
        draft.put(closed);
        if (status == TaskStatus.COMPLETED) {
            reuse.completed(closed);
        }
        follow(closed);
    }

    /** What comes after a task that is over. */
    void follow(Task done) {
        follow(done, draft.node(done), Place.of(done));
    }

    private void follow(Task done, Node node, Place place) {
        if (done.extra().notes().path(Notes.PASSED).asBoolean()) {
            parent(done).ifPresentOrElse(joins::branchEnded, this::endIfIdle);
            return;
        }
        switch (node.common().then()) {
            case Successor.Next next -> {
                reach(next.node(), place);
                parent(done).ifPresent(scope -> joins.moved(scope, done));
            }
            case Successor.EndOfRun end -> completeRun(done);
            case Successor.EndOfBranch branch -> parent(done).ifPresentOrElse(joins::branchEnded, this::endIfIdle);
            case Successor.EndOfPass pass -> parent(done).ifPresentOrElse(loops::passEnded, this::endIfIdle);
            case Successor.EndOfFragment end -> {
                Fragment fragment = draft.fragment(place.part());
                Node owner = draft.node(fragment.ownerPart(), fragment.ownerNode());
                follow(done, owner, place.of(fragment.ownerPart()));
            }
        }
    }

    /** The plan's end is reached: the run is over when nothing that a JOIN did not wait for is still open. */
    private void completeRun(Task last) {
        if (draft.plan().traits().output().isEmpty() || !draft.openTasks().isEmpty()) {
            draft.run(draft.run().withOutput(outputOf(last)));
        }
        endIfIdle();
    }

    private void endIfIdle() {
        if (draft.run().status().terminal() || !draft.openTasks().isEmpty()) {
            return;
        }
        JsonNode last = draft.run().output();
        JsonNode known = last.isMissingNode() ? JsonNodeFactory.instance.objectNode() : last;
        Optional<String> tolerated = Notes.tolerated(draft.run());
        if (tolerated.isPresent()) {
            end(RunStatus.FAILED, tolerated, output(known));
        } else {
            end(RunStatus.COMPLETED, Optional.empty(), output(known));
        }
    }

    /** The output that the definition says, or the given one. */
    JsonNode output(JsonNode otherwise) {
        Optional<Template> said = draft.plan().traits().output();
        if (said.isEmpty()) {
            return otherwise;
        }
        return said.get().render(inputs, inputs.missing()) instanceof RenderResult.Rendered(JsonNode value)
                ? value
                : otherwise;
    }

    /** A last task whose failure was tolerated may have left nothing behind; a run that completed has an output. */
    private static JsonNode outputOf(Task last) {
        return last.output().isMissingNode() ? JsonNodeFactory.instance.objectNode() : last.output();
    }

    Optional<Task> parent(Task task) {
        return task.label().parentId().flatMap(draft::openTask);
    }

    static String seconds(Duration wait) {
        return wait.toMillis() % 1000 == 0 ? wait.toSeconds() + " s" : wait.toMillis() + " ms";
    }
}
