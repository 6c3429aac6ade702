package dev.continuo.decide;

import static dev.continuo.decide.Rejections.illegal;
import static dev.continuo.decide.Rejections.reject;

import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Goes on with a task that somebody names, instead of what is open (source: Orkes, jump). */
final class Jumps {
    private final Draft draft;
    private final Flow flow;

    Jumps(Draft draft, Flow flow) {
        this.draft = draft;
        this.flow = flow;
    }

    Optional<Rejected> jump(Command.Jump command) {
        if (draft.run().status() != RunStatus.RUNNING) {
            return illegal(draft, "told to jump", "RUNNING");
        }
        Optional<Node> found = draft.plan().nodes().stream()
                .filter(node -> node.ref().equals(command.ref()))
                .findFirst();
        if (found.isEmpty()) {
            return reject(Code.NOT_FOUND, "The definition has no task with the reference name '" + command.ref() + "'");
        }
        Node target = found.get();
        if (target instanceof Node.Join) {
            return reject(Code.CONFLICT, "Task '" + target.ref() + "' is a JOIN, which opens with its fork only");
        }
        OptionalInt container = Lists.container(draft.plan(), target.index());
        Optional<Task> scope = container.isEmpty() ? Optional.empty() : open(container.getAsInt());
        if (container.isPresent() && scope.isEmpty()) {
            String around = draft.plan().node(container.getAsInt()).ref();
            return reject(
                    Code.CONFLICT, "Task '" + target.ref() + "' is inside of '" + around + "', which is not open");
        }
        abandon(target, scope);
        draft.run(draft.run().withUpdatedBy(command.by()));
        Task next = flow.fresh(target, scope.map(this::inside).orElse(Place.ROOT), 0, Optional.empty());
        flow.override(next.id(), command.input());
        flow.insert(next);
        flow.drain();
        return Optional.empty();
    }

    private Optional<Task> open(int node) {
        return draft.openTasks().stream()
                .filter(task -> task.label().part() == 0 && task.label().node() == node)
                .findFirst();
    }

    private Place inside(Task scope) {
        Place place = Place.of(scope);
        return draft.node(scope) instanceof Node.Loop
                ? place.pass(scope.id(), scope.output().path("iteration").asInt(1))
                : place.in(scope.id());
    }

    /**
     * As SKIPPED, which no retry takes up again and no JOIN takes for a failure. Other branches of a fork go on: they
     * are no alternative to the task.
     */
    private void abandon(Node target, Optional<Task> scope) {
        Optional<Set<Integer>> branch = scope.flatMap(
                holder -> Lists.branch(draft.plan(), holder.label().node(), target.index()));
        String reason = "The run jumped to task '" + target.ref() + "'";
        List<Task> passed = draft.openTasks().stream()
                .filter(task -> scope.isEmpty() || within(task, scope.get(), branch))
                .toList();
        for (Task task : passed) {
            draft.put(task.closed(TaskStatus.SKIPPED, flow.loops().closing(task), Optional.of(reason), draft.now()));
            flow.endChild(task, reason);
        }
    }

    private boolean within(Task task, Task scope, Optional<Set<Integer>> branch) {
        Task outer = task;
        while (outer.label().parentId().isPresent()) {
            if (outer.label().parentId().get().equals(scope.id())) {
                return branch.isEmpty() || branch.get().contains(node(outer));
            }
            Optional<Task> parent = flow.parent(outer);
            if (parent.isEmpty()) {
                return false;
            }
            outer = parent.get();
        }
        return false;
    }

    /** In the plan; of a task that the run brought itself, that of the task which brought it. */
    private int node(Task task) {
        int part = task.label().part();
        int node = task.label().node();
        while (part > 0) {
            Fragment fragment = draft.fragment(part);
            part = fragment.ownerPart();
            node = fragment.ownerNode();
        }
        return node;
    }
}
