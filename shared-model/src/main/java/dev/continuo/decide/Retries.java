package dev.continuo.decide;

import static dev.continuo.decide.Rejections.illegal;
import static dev.continuo.decide.Rejections.reject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Opens runs that have ended without success, and goes on where they failed. */
final class Retries {
    private final Draft draft;
    private final Flow flow;
    private final DeciderLimits limits;

    Retries(Draft draft, Flow flow, DeciderLimits limits) {
        this.draft = draft;
        this.flow = flow;
        this.limits = limits;
    }

    Optional<Rejected> retry(RunState state, Command.Retry command) {
        RunStatus status = draft.run().status();
        if (status != RunStatus.FAILED && status != RunStatus.TIMED_OUT && status != RunStatus.TERMINATED) {
            return illegal(draft, "retried", "FAILED, TIMED_OUT or TERMINATED");
        }
        Map<UUID, Task> ended = byId(state.ended());
        List<Task> leaves = leaves(ended);
        if (leaves.isEmpty()) {
            return reject(Code.CONFLICT, "Run " + draft.run().id() + " has no task that could be tried again");
        }
        JsonNode output = draft.run().output();
        reopen(command.by(), Effect.Change.RETRIED);
        if (leaves.stream().allMatch(this::passed)) {
            // Nothing else will be done that could tell what the run came to.
            draft.run(draft.run().withOutput(output));
        }
        open(ended, leaves);
        for (Task leaf : leaves) {
            if (passed(leaf)) {
                flow.again(Notes.with(leaf, Notes.PASSED, BooleanNode.TRUE), Duration.ZERO);
            } else if (command.children() && leaf.extra().childRunId().isPresent()) {
                UUID child = leaf.extra().childRunId().get();
                draft.put(Notes.with(waiting(leaf), Notes.RETRIES_CHILD, BooleanNode.TRUE));
                draft.effect(new Effect.ChildChange(child, Effect.ChildChange.What.RETRY, command.by()));
            } else {
                flow.again(leaf, Duration.ZERO);
            }
        }
        flow.drain();
        return Optional.empty();
    }

    /** A run whose child goes on goes on itself: it waits for the child again. */
    Optional<Rejected> reopened(RunState state, Command.ChildReopened command) {
        Optional<Task> waiting = draft.openTask(command.taskId());
        if (waiting.isPresent()) {
            Task task =
                    waiting.get().withDue(Updates.childDue(waiting.get().claim(), draft.now(), limits), draft.now());
            draft.put(Notes.without(task, Notes.RETRIES_CHILD));
            return Optional.empty();
        }
        Map<UUID, Task> ended = byId(state.ended());
        Task task = ended.get(command.taskId());
        boolean lives = !draft.run().status().terminal();
        if (task == null || lives || !task.extra().childRunId().equals(Optional.of(command.childRunId()))) {
            return reject(Code.STALE, "Run " + draft.run().id() + " does not wait for its child any more");
        }
        List<Task> leaves = leaves(ended);
        reopen(draft.run().updatedBy(), Effect.Change.RETRIED);
        open(ended, leaves.contains(task) ? leaves : List.of(task));
        draft.put(waiting(task));
        leaves.stream()
                .filter(leaf -> leaf != task && leaf.status() == TaskStatus.CANCELED)
                .forEach(leaf -> flow.again(leaf, Duration.ZERO));
        flow.drain();
        return Optional.empty();
    }

    /** The flow went past its failure, and must not go there again. */
    boolean passed(Task task) {
        return task.extra().notes().path(Notes.TOLERATED).asBoolean();
    }

    /** A pass may be over before a task that it went past. */
    private boolean inLoop(Map<UUID, Task> ended, Task task) {
        return task.label()
                .parentId()
                .map(ended::get)
                .filter(parent -> draft.node(parent) instanceof Node.Loop)
                .isPresent();
    }

    Task waiting(Task task) {
        Optional<Instant> limit = draft.node(task).common().time().timeout().map(draft.now()::plus);
        Task.Claim claim = task.claim().until(limit);
        return task.withClaim(claim).reopened(Updates.childDue(claim, draft.now(), limits), draft.now());
    }

    void reopen(String by, Effect.Change change) {
        Control.reopen(draft, by, change);
        ObjectNode notes = Notes.copy(draft.run().notes());
        notes.remove(List.of(Notes.FAILED_REFS, Notes.FAILED_NAMES, Notes.FAILED_TASK, Notes.TOLERATED));
        notes.set(Notes.RETRIED_AT, LongNode.valueOf(draft.now().toEpochMilli()));
        notes.set(Notes.BEGUN_AGAIN, LongNode.valueOf(draft.now().toEpochMilli()));
        draft.run(draft.run().withNotes(notes));
    }

    /** The containers around those tasks are open again. */
    void open(Map<UUID, Task> ended, Collection<Task> leaves) {
        for (Task parent : ancestors(ended, leaves)) {
            Task open = parent.reopened(flow.limit(draft.node(parent)), draft.now());
            boolean keeping = draft.node(parent) instanceof Node.Loop loop && loop.kept() == Node.Loop.Kept.ALL;
            draft.put(
                    keeping
                            ? flow.loops()
                                    .backTo(
                                            open,
                                            open.output().path("iteration").asInt())
                            : open);
        }
    }

    static Map<UUID, Task> byId(Collection<Task> tasks) {
        Map<UUID, Task> byId = new HashMap<>();
        tasks.forEach(task -> byId.put(task.id(), task));
        return byId;
    }

    /** What is to be tried again: no container that ended with its children, and nothing inside what is over. */
    List<Task> leaves(Map<UUID, Task> ended) {
        return ended.values().stream()
                .sorted(Comparator.comparingInt(task -> task.label().seq()))
                .filter(task -> !container(task))
                .filter(task -> !passed(task) || !inLoop(ended, task))
                .filter(task -> ancestorsIn(ended, task))
                .toList();
    }

    /**
     * True for a fork, JOIN or loop that ended because of its children: it opens again with them. One that ended by
     * itself (its input or its condition failed) has no child to try again and is tried again as a whole.
     */
    private boolean container(Task task) {
        if (task.input().isMissingNode()) {
            return false;
        }
        Node node = draft.node(task);
        boolean byItself = task.status() == TaskStatus.FAILED_WITH_TERMINAL_ERROR;
        // A JOIN's script fails while its branches are under way, which goes on with them.
        return node instanceof Node.Join join && !join.alone()
                || (node instanceof Node.Fork || node instanceof Node.Loop) && !byItself;
    }

    private boolean ancestorsIn(Map<UUID, Task> ended, Task task) {
        Optional<UUID> parent = task.label().parentId();
        while (parent.isPresent()) {
            Task container = ended.get(parent.get());
            if (container == null) {
                return draft.openTask(parent.get()).isPresent();
            }
            parent = container.label().parentId();
        }
        return true;
    }

    private static Collection<Task> ancestors(Map<UUID, Task> ended, Collection<Task> leaves) {
        Map<UUID, Task> all = new LinkedHashMap<>();
        for (Task leaf : leaves) {
            Optional<UUID> parent = leaf.label().parentId();
            while (parent.isPresent() && ended.containsKey(parent.get())) {
                Task container = ended.get(parent.get());
                all.put(container.id(), container);
                parent = container.label().parentId();
            }
        }
        return all.values();
    }
}
