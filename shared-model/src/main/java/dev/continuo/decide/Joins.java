package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
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
                        || names(scope).contains(done.label().ref()))) {
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
        List<String> names = names(scope);
        int from = scope.extra().notes().path(Notes.FROM).asInt();
        List<Task> there = new ArrayList<>();
        boolean all = !join.branches();
        for (String name : names) {
            Optional<Task> task =
                    draft.latest(name).filter(known -> known.label().seq() > from);
            all = all && task.isPresent() && !task.get().open();
            task.filter(known -> !known.open()).ifPresent(there::add);
            if (!all && join.script().isEmpty() && draft.openChildren(scope.id()) > 0) {
                return;
            }
        }
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        there.stream()
                .filter(task -> !task.output().isMissingNode())
                .forEach(task -> output.set(task.label().ref(), task.output()));
        boolean over = all || draft.openChildren(scope.id()) == 0;
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
        Optional<Task> taken = taken(join.joinOn()).or(() -> taken(join.otherwise()));
        Task open = task.begun(input, Due.NONE, draft.now());
        draft.put(open);
        if (taken.isEmpty()) {
            flow.close(open, TaskStatus.COMPLETED, JsonNodeFactory.instance.objectNode(), Optional.empty());
        } else if (!taken.get().open()) {
            JsonNode output = taken.get().output();
            flow.close(
                    open,
                    TaskStatus.COMPLETED,
                    output instanceof MissingNode ? JsonNodeFactory.instance.objectNode() : output,
                    Optional.empty());
        }
    }

    private Optional<Task> taken(List<String> names) {
        return names.stream()
                .flatMap(name -> draft.latest(name).stream())
                .filter(task -> task.status() != TaskStatus.SKIPPED)
                .findFirst();
    }

    /** Those that waited for a task that is over by now. */
    void exclusive() {
        if (!draft.plan().traits().exclusive()) {
            return;
        }
        for (Task task : draft.openTasks()) {
            if (task.status() == TaskStatus.IN_PROGRESS && draft.node(task) instanceof Node.ExclusiveJoin join) {
                taken(join.joinOn())
                        .or(() -> taken(join.otherwise()))
                        .filter(taken -> !taken.open())
                        .ifPresent(taken -> flow.close(task, TaskStatus.COMPLETED, taken.output(), Optional.empty()));
            }
        }
    }
}
