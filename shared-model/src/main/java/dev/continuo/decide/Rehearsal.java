package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Plays a run in memory, with results that are given beforehand in place of those of workers (source: conductor, workflow
 * test). Its clock goes on by what the results say that they took, and over whatever time alone would end. A task without
 * a result that is left stays open, and when nothing else moves, the play is over.
 */
public final class Rehearsal {
    /** The most that happens from outside in one play, sub-workflows included. */
    private static final int MOST_STEPS = 20_000;

    private static final String ACTOR = "test";

    private final Decider decider;
    private final Supplier<UUID> ids;
    private final ScriptEvaluator scripts;
    private final World world;
    private Instant now;
    private int steps;

    public Rehearsal(Instant now, Supplier<UUID> ids, ScriptEvaluator scripts, World world) {
        this.decider = new Decider(DeciderLimits.DEFAULTS);
        this.ids = ids;
        this.scripts = scripts;
        this.world = world;
        this.now = now;
    }

    /**
     * A result of one attempt.
     *
     * @param delay how long the attempt waited for a worker
     * @param execution how long it took then
     */
    public record Mock(TaskStatus status, ObjectNode output, Duration delay, Duration execution) {}

    /**
     * What is played.
     *
     * @param mocks the results of a task's attempts in their order, by reference
     * @param children what is played for sub-workflows, by the references of their tasks
     */
    public record Play(Plan plan, Run.Origin origin, Map<String, List<Mock>> mocks, Map<String, Play> children) {}

    /** @param passes what the passes of its open loops came to, by the loops' tasks */
    public record Played(Run run, List<Task> tasks, Map<UUID, List<Outcome.Pass>> passes, List<Fragment> fragments) {}

    public Played play(Play play) {
        Stage stage = new Stage(play);
        while (stage.state.run().status() == RunStatus.RUNNING && steps < MOST_STEPS && stage.step()) {
            steps++;
        }
        return stage.played();
    }

    private Moment moment() {
        return new Moment(now, ids, scripts, world);
    }

    /** One run and what is left of its results. */
    private final class Stage {
        private final Play play;
        private final RunState state;
        private final Map<String, Deque<Mock>> left = new HashMap<>();
        private final Map<UUID, Task> tasks = new LinkedHashMap<>();
        private final Map<UUID, List<Outcome.Pass>> passes = new HashMap<>();
        private final List<Fragment> fragments = new ArrayList<>();

        private Stage(Play play) {
            this.play = play;
            play.mocks().forEach((ref, mocks) -> left.put(ref, new ArrayDeque<>(mocks)));
            Outcome.Accepted started = decider.start(play.plan(), new Start(ids.get(), play.origin()), moment());
            this.state = new RunState(started.run(), play.plan().remembered());
            remember(started);
        }

        private void remember(Outcome.Accepted accepted) {
            state.apply(accepted);
            accepted.inserted().forEach(task -> tasks.put(task.id(), task));
            accepted.updated().forEach(task -> tasks.put(task.id(), task));
            accepted.passes().forEach(pass -> passes.computeIfAbsent(pass.loop(), id -> new ArrayList<>())
                    .add(pass));
            fragments.addAll(accepted.fragments());
        }

        private boolean decided(Command command) {
            if (decider.decide(play.plan(), state, command, moment()) instanceof Outcome.Accepted accepted) {
                remember(accepted);
                return true;
            }
            return false;
        }

        /** False when nothing moves any more. */
        private boolean step() {
            List<Task> open = state.open().stream()
                    .sorted(Comparator.comparingInt(task -> task.label().seq()))
                    .toList();
            for (Task task : open) {
                if (Notes.asked(task) && task.due().kind() == DueKind.CONTINUE) {
                    return decided(new Command.Recalled(state.run().id(), task.id(), Optional.empty()));
                }
                if (waitsForResult(task)) {
                    Optional<Mock> result = result(task);
                    if (result.isPresent() && report(task, result.get())) {
                        return true;
                    }
                }
            }
            return open.stream()
                    .filter(task ->
                            task.due().kind() == DueKind.CONTINUE || task.due().kind() == DueKind.TIMER)
                    .filter(task -> task.due().at().isPresent())
                    .min(Comparator.comparing(task -> task.due().at().get()))
                    .filter(this::timeComes)
                    .isPresent();
        }

        private boolean timeComes(Task task) {
            Instant due = task.due().at().orElseThrow();
            now = due.isAfter(now) ? due : now;
            return decided(new Command.TaskDue(state.run().id(), task.id()));
        }

        private boolean waitsForResult(Task task) {
            Node node = state.node(play.plan(), task);
            boolean outside = node instanceof Node.Work
                    || node instanceof Node.Internal
                    || node instanceof Node.Human
                    || node instanceof Node.Wait;
            return outside && !task.input().isMissingNode();
        }

        private Optional<Mock> result(Task task) {
            Deque<Mock> mocks = left.getOrDefault(
                    task.shownRef(), left.getOrDefault(task.label().ref(), new ArrayDeque<>()));
            Play child = play.children().get(task.label().ref());
            return mocks.isEmpty() && child != null
                    ? Optional.of(played(task, child))
                    : Optional.ofNullable(mocks.poll());
        }

        /** What becomes of a sub-workflow is the result of its task. */
        private Mock played(Task task, Play child) {
            Run.Origin own = child.origin();
            JsonNode handed = task.input().path("workflowInput");
            JsonNode input = own.input().isEmpty() && handed.isObject() ? handed : own.input();
            Run.Origin origin = new Run.Origin(
                    own.dialect(),
                    own.namespace(),
                    own.definitionId(),
                    own.revisionId(),
                    own.name(),
                    input,
                    own.priority(),
                    own.correlationId(),
                    own.idempotencyKey(),
                    Optional.of(task.id()),
                    own.createdBy(),
                    own.definitionVersion(),
                    Optional.of(state.run().id()),
                    own.attributes());
            Run run = play(new Play(child.plan(), origin, child.mocks(), child.children()))
                    .run();
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            if (run.output() instanceof ObjectNode known) {
                output.setAll(known);
            }
            output.put("subWorkflowId", run.id().toString());
            return new Mock(status(run.status()), output, Duration.ZERO, Duration.ZERO);
        }

        private static TaskStatus status(RunStatus status) {
            return switch (status) {
                case RUNNING, PAUSED -> TaskStatus.IN_PROGRESS;
                case COMPLETED -> TaskStatus.COMPLETED;
                case FAILED -> TaskStatus.FAILED;
                case TIMED_OUT -> TaskStatus.TIMED_OUT;
                case TERMINATED -> TaskStatus.CANCELED;
            };
        }

        private boolean report(Task task, Mock mock) {
            Task.Claim claim = task.claim();
            now = now.plus(mock.delay());
            state.refresh(task.refreshed(
                    TaskStatus.IN_PROGRESS,
                    Due.NONE,
                    new Task.Claim(claim.fence(), claim.deliveries() + 1, Optional.of(ACTOR), claim.deadline()),
                    Optional.of(task.times().startedAt().orElse(now))));
            now = now.plus(mock.execution());
            return decided(new Command.Update(
                    state.run().id(),
                    task.id(),
                    mock.status(),
                    mock.output(),
                    Optional.empty(),
                    Duration.ZERO,
                    false,
                    JsonNodeFactory.instance.objectNode(),
                    List.of(),
                    ACTOR));
        }

        private Played played() {
            List<Task> all = tasks.values().stream()
                    .sorted(Comparator.comparingInt(task -> task.label().seq()))
                    .toList();
            return new Played(state.run(), all, passes, List.copyOf(fragments));
        }
    }
}
