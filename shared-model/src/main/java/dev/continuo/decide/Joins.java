package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import dev.continuo.expression.Condition;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.Truth;
import dev.continuo.model.Due;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends what waits for branches, in the decision that ends the last of them. */
final class Joins {
    private final Flow flow;
    private final Draft draft;

    Joins(Flow flow, Draft draft) {
        this.flow = flow;
        this.draft = draft;
    }

    /** A branch of this fork, or of the fork that this JOIN belongs to, has come to its end. */
    void branchEnded(Task scope) {
        switch (draft.node(scope)) {
            case Node.Fork fork -> endFork(scope, fork);
            case Node.Join join -> check(scope, join);
            case Node.Work work -> {}
            case Node.Internal internal -> {}
            case Node.Human human -> {}
            case Node.Wait wait -> {}
            case Node.Compute compute -> {}
            case Node.SetVariables set -> {}
            case Node.Terminate terminate -> {}
            case Node.Noop noop -> {}
            case Node.Dynamic dynamic -> {}
            case Node.Switch choice -> {}
            case Node.Split split -> {}
            case Node.DynamicSplit split -> {}
            case Node.ExclusiveJoin join -> {}
            case Node.Loop loop -> {}
        }
    }

    /** A task within a branch is over and its branch goes on: a JOIN may have waited for that task alone. */
    void moved(Task scope, Task done) {
        if (draft.node(scope) instanceof Node.Join join
                && (join.script().isPresent()
                        || !join.branches()
                                && names(scope).contains(done.label().ref()))) {
            check(scope, join);
        }
    }

    /** A JOIN whose branches have all been reached. */
    void opened(Task scope, Node.Join join) {
        check(scope, join);
    }

    private void endFork(Task scope, Node.Fork fork) {
        if (draft.openChildren(scope.id()) > 0) {
            return;
        }
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        for (Node.Branch branch : fork.branches()) {
            draft.latest(branch.lastRef())
                    .filter(task -> !task.output().isMissingNode())
                    .ifPresent(task -> output.set(branch.lastRef(), task.output()));
        }
        flow.close(scope, TaskStatus.COMPLETED, output, Optional.empty());
    }

    private void check(Task scope, Node.Join join) {
        boolean busy = draft.openChildren(scope.id()) > 0;
        if (busy && join.branches() && join.script().isEmpty()) {
            return;
        }
        List<String> names = names(scope);
        int from = scope.extra().notes().path(Notes.FROM).asInt();
        List<Task> there = new ArrayList<>();
        boolean all = !join.branches();
        for (String name : names) {
            Optional<Task> task = draft.latest(name)
                    .filter(known ->
                            known.label().seq() > from && Place.of(known).meets(Place.of(scope)));
            all = all && task.isPresent() && !task.get().open();
            task.filter(known -> !known.open()).ifPresent(there::add);
            if (!all && busy && join.script().isEmpty()) {
                return;
            }
        }
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        there.stream()
                .filter(task -> !task.output().isMissingNode())
                .forEach(task -> output.set(task.label().ref(), task.output()));
        boolean over = all || !busy;
        if (!over) {
            Optional<Boolean> said = said(scope, join, names, output);
            if (said.isEmpty() || !said.get()) {
                return;
            }
        }
        end(scope, there, output);
    }

    private void end(Task scope, List<Task> there, ObjectNode output) {
        Optional<Task> failed =
                there.stream().filter(task -> !task.status().successful()).findFirst();
        if (failed.isPresent()) {
            // Only a permissive task can have failed without ending the JOIN at once.
            String reason = flow.words()
                    .containerFailed(failed.get(), failed.get().reason().orElse("without a reason"));
            flow.failures().settle(scope, TaskStatus.FAILED, reason, output, Duration.ZERO);
            return;
        }
        boolean flawed = there.stream().anyMatch(task -> task.status() == TaskStatus.COMPLETED_WITH_ERRORS);
        flow.close(scope, flawed ? TaskStatus.COMPLETED_WITH_ERRORS : TaskStatus.COMPLETED, output, Optional.empty());
    }

    /** What the JOIN's script says, which sees the outputs so far; empty when it has failed, and the JOIN with it. */
    private Optional<Boolean> said(Task scope, Node.Join join, List<String> names, ObjectNode output) {
        if (join.script().isEmpty()) {
            return Optional.of(false);
        }
        ObjectNode dollar = JsonNodeFactory.instance.objectNode();
        dollar.setAll(output);
        ArrayNode joinOn = dollar.putArray("joinOn");
        names.forEach(joinOn::add);
        Condition script = join.script().get();
        try {
            return Optional.of(
                    Truth.conductor(script.evaluate(dollar, draft.moment().scripts())));
        } catch (ScriptFailure e) {
            String reason = "The script of JOIN '" + scope.label().ref() + "' failed: " + e.getMessage();
            flow.failures().settle(scope, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason, output, Duration.ZERO);
            return Optional.empty();
        }
    }

    private static List<String> names(Task scope) {
        List<String> names = new ArrayList<>();
        scope.input().path("joinOn").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Takes what the first of its tasks has come to, or waits for it. */
    void enter(Task task, Node.ExclusiveJoin join, ObjectNode input) {
        Task open = task.begun(input, Due.NONE, draft.now());
        draft.put(open);
        Optional<Task> taken = taken(open, join);
        if (taken.filter(Task::open).isEmpty()) {
            take(open, taken);
        }
    }

    /** Without a fork before it, it waits for what others have begun; behind one that was passed over, for nothing. */
    void enter(Task begun, Node.Join join) {
        Task open = join.alone()
                ? begun
                : Notes.with(begun, Notes.FROM, IntNode.valueOf(begun.label().seq()));
        draft.put(open);
        if (!join.alone() || reached(open)) {
            check(open, join);
        }
    }

    private boolean reached(Task open) {
        return names(open).stream().allMatch(name -> draft.latest(name)
                .filter(known -> !known.open() && Place.of(known).meets(Place.of(open)))
                .isPresent());
    }

    private Optional<Task> taken(Task open, Node.ExclusiveJoin join) {
        return taken(open, join.joinOn()).or(() -> taken(open, join.otherwise()));
    }

    private Optional<Task> taken(Task open, List<String> names) {
        return names.stream()
                .flatMap(name -> draft.latest(name).stream())
                .filter(known -> Place.of(known).meets(Place.of(open)))
                .filter(known -> known.status() != TaskStatus.SKIPPED)
                .findFirst();
    }

    private void take(Task open, Optional<Task> taken) {
        JsonNode output = taken.map(Task::output)
                .filter(known -> !known.isMissingNode())
                .orElseGet(JsonNodeFactory.instance::objectNode);
        flow.close(open, TaskStatus.COMPLETED, output, Optional.empty());
    }

    /** Those that waited for tasks that are not inside of them, and that are over by now. */
    void aside() {
        if (!draft.waitsAside()) {
            return;
        }
        List<Task> waiting = new ArrayList<>();
        boolean moving = false;
        for (Task seen : draft.openTasks()) {
            Optional<Task> still = draft.openTask(seen.id());
            if (still.isEmpty()) {
                continue;
            }
            Task task = still.get();
            Node node = draft.node(task);
            if (task.status() != TaskStatus.IN_PROGRESS || !node.waitsAside()) {
                moving = moving || draft.openChildren(task.id()) == 0;
            } else if (over(task, node)) {
                end(task, node);
                moving = true;
            } else {
                waiting.add(task);
            }
        }
        if (!moving && !waiting.isEmpty()) {
            // Nobody is left who could reach what they wait for.
            end(waiting.getFirst(), draft.node(waiting.getFirst()));
            aside();
        }
    }

    private boolean over(Task open, Node node) {
        return node instanceof Node.ExclusiveJoin join
                ? taken(open, join).filter(Task::open).isEmpty()
                : reached(open);
    }

    private void end(Task open, Node node) {
        if (node instanceof Node.ExclusiveJoin join) {
            take(open, taken(open, join).filter(task -> !task.open()));
        } else if (node instanceof Node.Join join) {
            check(open, join);
        }
    }
}
