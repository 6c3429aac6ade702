package dev.continuo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Node;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What holds for every run after every decision. */
final class RunInvariants {
    private RunInvariants() {}

    /** A state without what the dispatch side owns, which a cached state may have missed. */
    record View(Run run, Map<UUID, Task> open, Map<String, Task> latest, Map<UUID, Integer> children, long weight) {
        static View of(RunState state, TestRun run) {
            Map<String, Task> latest = new HashMap<>();
            run.plan().remembered().forEach(ref -> state.latest(ref).ifPresent(task -> latest.put(ref, bare(task))));
            Map<UUID, Integer> children = new HashMap<>();
            run.tasks().forEach(task -> children.put(task.id(), state.openChildren(task.id())));
            return new View(
                    state.run(),
                    state.open().stream()
                            .map(RunInvariants::bare)
                            .collect(Collectors.toMap(Task::id, Function.identity())),
                    latest,
                    children,
                    brings(run) ? 0 : state.weight());
        }
    }

    /** Nodes that only some of a run's time are at hand weigh, and so does what they let be remembered. */
    private static boolean brings(TestRun run) {
        return run.plan().nodes().stream()
                .anyMatch(node -> node instanceof Node.Dynamic || node instanceof Node.DynamicSplit);
    }

    private record Place(String ref, int iteration, Optional<UUID> parent) {}

    private static Task bare(Task task) {
        return task.open()
                ? task.refreshed(TaskStatus.SCHEDULED, Due.NONE, Task.Claim.NONE, Optional.empty())
                : ended(task);
    }

    /** Of a task that is over nobody reads what the dispatch side wrote, so a cold and a warm lane may differ there. */
    private static Task ended(Task task) {
        return task.open() ? task : task.refreshed(task.status(), task.due(), Task.Claim.NONE, Optional.empty());
    }

    static void started(TestRun run) {
        stands(run);
        effects(run.started());
    }

    /** Guarantee G8: a lane that loads the run anew decides as the one that has followed it. */
    static void sameWithoutCache(Outcome warm, Outcome cold) {
        assertThat(comparable(cold)).as("decided with a cold cache").isEqualTo(comparable(warm));
    }

    private static Outcome comparable(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Rejected rejected -> rejected;
            case Outcome.Accepted accepted ->
                new Outcome.Accepted(
                        accepted.run(),
                        accepted.inserted(),
                        accepted.updated().stream().map(RunInvariants::ended).toList(),
                        accepted.logs(),
                        accepted.effects(),
                        List.of(),
                        accepted.passes(),
                        accepted.removed());
        };
    }

    static void accepted(TestRun run, Command command, List<Task> before, int version, Outcome.Accepted accepted) {
        assertThat(run.run().version()).isEqualTo(version + 1);
        assertThat(accepted.inserted().stream().map(task -> task.label().seq())).isSorted();
        Map<UUID, Task> rows = byId(run);
        for (Task was : before) {
            boolean reopened = !was.open()
                    && Optional.ofNullable(rows.get(was.id()))
                            .filter(Task::open)
                            .isPresent();
            if (reopened) {
                assertThat(command)
                        .as("only what opens the run opens %s again", was)
                        .isInstanceOfAny(Command.Retry.class, Command.Rerun.class, Command.ChildReopened.class);
                assertThat(container(run, was) || was.extra().childRunId().isPresent())
                        .isTrue();
            }
        }
        stands(run);
        effects(accepted);
        assertThat(View.of(run.state(), run)).isEqualTo(View.of(run.reloaded(), run));
    }

    private static void effects(Outcome.Accepted accepted) {
        Set<Task> dispatched = new HashSet<>();
        Set<Task> continued = new HashSet<>();
        for (Effect effect : accepted.effects()) {
            switch (effect) {
                case Effect.Dispatch(Task task) -> dispatched.add(task);
                case Effect.Continue(Task task) -> continued.add(task);
                case Effect.RunChanged changed -> assertThat(changed.change()).isNotNull();
                case Effect.TimeoutAlert alert -> assertThat(alert.what()).isNotBlank();
                case Effect.Perform(Task task) -> dispatched.add(task);
                case Effect.ChildChange change -> assertThat(change.reason()).isNotBlank();
                case Effect.CheckChild check ->
                    assertThat(check.task().extra().childRunId()).isPresent();
                case Effect.Announce announce -> assertThat(announce.id()).isNotBlank();
                case Effect.Recall recall -> assertThat(recall.key()).isNotBlank();
                case Effect.Keep keep -> assertThat(keep.output().isObject()).isTrue();
                case Effect.AfterFailure after ->
                    assertThat(after.run().status().terminal()).isTrue();
            }
        }
        for (List<Task> tasks : List.of(accepted.inserted(), accepted.updated())) {
            for (Task task : tasks) {
                if (task.due().kind() == DueKind.DISPATCH) {
                    assertThat(task.status()).isEqualTo(TaskStatus.SCHEDULED);
                    assertThat(dispatched)
                            .as("what workers may take is announced")
                            .contains(task);
                }
                boolean atOnce = task.due()
                        .at()
                        .filter(at -> at.equals(accepted.run().times().updatedAt()))
                        .isPresent();
                if (task.due().kind() == DueKind.CONTINUE && atOnce) {
                    assertThat(continued).as("what gave way is continued").contains(task);
                }
            }
        }
    }

    private static void stands(TestRun run) {
        Map<UUID, Task> rows = byId(run);
        assertThat(run.tasks().stream().map(task -> task.label().seq()))
                .as("each has a number of its own")
                .doesNotHaveDuplicates()
                .allMatch(seq -> seq > 0 && seq < run.run().nextSeq());
        if (!run.partly()) {
            assertThat(run.tasks()).as("numbers are dense").hasSize(run.run().nextSeq() - 1);
        }
        List<Task> open = run.openTasks();
        assertThat(open.stream()
                        .map(task -> new Place(
                                task.label().ref(),
                                task.label().iteration(),
                                task.label().parentId())))
                .as("one open attempt at a time")
                .doesNotHaveDuplicates();
        if (run.run().status().terminal()) {
            assertThat(open).as("a run that is over has nothing open").isEmpty();
            assertThat(run.run().deadline())
                    .matches(at -> at.isEmpty() || run.plan().traits().afterFailure());
            assertThat(run.run().times().endedAt()).isPresent();
        } else {
            assertThat(open).as("guarantee G3").isNotEmpty();
        }
        if (run.run().status() == RunStatus.COMPLETED) {
            assertThat(run.run().output().isObject())
                    .as("a completed run has an output")
                    .isTrue();
        }
        for (Task task : open) {
            task.label().parentId().map(rows::get).ifPresent(parent -> assertThat(
                            parent.open() || run.node(parent) instanceof Node.Join)
                    .as("the container of the open task %s is open, or it is a JOIN that did not wait for it", task)
                    .isTrue());
            assertThat(movesOn(run, task)).as("something moves %s on", task).isTrue();
        }
    }

    /** Guarantee G3, for every task: time, a worker, a person or its children will move it on. */
    private static boolean movesOn(TestRun run, Task task) {
        boolean paused = run.run().status() == RunStatus.PAUSED;
        boolean timed = task.due().at().isPresent();
        boolean waits = task.status() == TaskStatus.SCHEDULED;
        return switch (task.due().kind()) {
            case DELAY, DISPATCH, CONTINUE -> waits && timed;
            case HELD -> waits && paused;
            case LEASE, RESPONSE, CHILD -> !waits && timed;
            case QUEUED -> waits && task.label().queue().isPresent();
            case TIMER -> !waits && (timed || asked(run, task));
            case LIMIT -> !waits && timed && container(run, task) && hasChildren(run, task);
            case NONE -> !waits && (container(run, task) && hasChildren(run, task) || loose(run, task));
        };
    }

    /** Somebody outside will say how it goes on. */
    private static boolean asked(TestRun run, Task task) {
        Node node = run.node(task);
        return node instanceof Node.Human || node instanceof Node.Wait || node instanceof Node.Work;
    }

    /** It waits for tasks that are not inside of it. */
    private static boolean loose(TestRun run, Task task) {
        boolean joins = run.node(task) instanceof Node.Join || run.node(task) instanceof Node.ExclusiveJoin;
        Set<String> names = new HashSet<>();
        task.input().path("joinOn").forEach(name -> names.add(name.asText()));
        if (run.node(task) instanceof Node.ExclusiveJoin join) {
            names.addAll(join.joinOn());
            names.addAll(join.otherwise());
        }
        return joins
                && run.openTasks().stream()
                        .anyMatch(other -> names.contains(other.label().ref()));
    }

    private static boolean hasChildren(TestRun run, Task task) {
        return run.openTasks().stream()
                .anyMatch(child -> child.label().parentId().equals(Optional.of(task.id())));
    }

    private static boolean container(TestRun run, Task task) {
        Node node = run.node(task);
        return node instanceof Node.Fork || node instanceof Node.Loop || node instanceof Node.Join;
    }

    private static Map<UUID, Task> byId(TestRun run) {
        return run.tasks().stream().collect(Collectors.toMap(Task::id, Function.identity()));
    }
}
