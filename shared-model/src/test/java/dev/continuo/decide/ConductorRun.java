package dev.continuo.decide;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A run of the conductor dialect in memory. Tasks are named as they are shown ({@code t__2}), the latest attempt is meant.
 * After each decision the invariants are checked, and that a process which has never seen the run decides alike.
 */
final class ConductorRun {
    static final String BY = TestRun.CALLER;

    private final TestRun run;
    private final List<Integer> sizes = new ArrayList<>();
    private final boolean checking;

    ConductorRun(TestRun run, boolean checking) {
        this.run = run;
        this.checking = checking;
        if (checking) {
            RunInvariants.started(run);
        }
        goOn(run.started().effects());
    }

    TestRun inner() {
        return run;
    }

    // What happens to it.

    Outcome ask(Command command) {
        List<Task> before = checking ? run.tasks() : List.of();
        int version = run.run().version();
        Optional<Outcome> cold = checking ? Optional.of(run.decideCold(command)) : Optional.empty();
        Outcome outcome = run.decide(command);
        cold.ifPresent(other -> RunInvariants.sameWithoutCache(outcome, other));
        if (outcome instanceof Outcome.Accepted accepted) {
            sizes.add(accepted.inserted().size() + accepted.updated().size());
            if (checking) {
                RunInvariants.accepted(run, command, before, version, accepted);
            }
            goOn(accepted.effects());
        }
        return outcome;
    }

    ConductorRun does(Command command) {
        if (ask(command) instanceof Outcome.Rejected rejected) {
            throw new AssertionError("Rejected: " + rejected + " of " + command + " in " + summary());
        }
        return this;
    }

    private void goOn(List<Effect> effects) {
        Deque<Task> next = new ArrayDeque<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Continue(Task task)) {
                next.add(task);
            }
        }
        for (Task task : next) {
            ask(new Command.TaskDue(id(), task.id()));
        }
    }

    /** A worker takes it: what the dispatch side writes. */
    ConductorRun poll(String ref) {
        Task task = open(ref);
        assertThat(task.due().kind()).as("waits in a queue: %s", task).isEqualTo(DueKind.QUEUED);
        assertThat(run.run().status()).isEqualTo(RunStatus.RUNNING);
        TimePolicy time = run.node(task).common().time();
        Optional<Instant> limit = time.timeout().map(run.now()::plus);
        Optional<Instant> deadline = task.times().startedAt().isPresent()
                ? task.claim().deadline()
                : earlier(task.claim().deadline(), limit);
        Instant silent = run.now().plus(time.response().orElse(run.limits().lease()));
        Due due =
                Due.at(DueKind.RESPONSE, earlier(deadline, Optional.of(silent)).orElseThrow());
        Task.Claim claim =
                new Task.Claim(task.claim().fence() + 1, task.claim().deliveries() + 1, Optional.of("w1"), deadline);
        run.write(task.refreshed(
                TaskStatus.IN_PROGRESS,
                due,
                claim,
                Optional.of(task.times().startedAt().orElse(run.now()))));
        return this;
    }

    private static Optional<Instant> earlier(Optional<Instant> a, Optional<Instant> b) {
        return a.isPresent() && b.isPresent() ? (a.get().isBefore(b.get()) ? a : b) : a.or(() -> b);
    }

    ConductorRun all(String... refs) {
        for (String ref : refs) {
            done(ref, "{}");
        }
        return this;
    }

    ConductorRun done(String ref) {
        return done(ref, "{}");
    }

    /** Polled and completed, or only completed when nobody polls for it. */
    ConductorRun done(String ref, String output) {
        return polled(ref).update(ref, TaskStatus.COMPLETED, output);
    }

    private ConductorRun polled(String ref) {
        return open(ref).due().kind() == DueKind.QUEUED ? poll(ref) : this;
    }

    ConductorRun failed(String ref) {
        return failed(ref, TaskStatus.FAILED);
    }

    ConductorRun failed(String ref, TaskStatus status) {
        return polled(ref).does(update(open(ref).id(), status, "{}", Optional.of("boom"), 0, false));
    }

    ConductorRun update(String ref, TaskStatus status, String output) {
        return does(update(open(ref).id(), status, output, Optional.empty(), 0, false));
    }

    ConductorRun callback(String ref, int seconds, String output) {
        return does(update(open(ref).id(), TaskStatus.IN_PROGRESS, output, Optional.empty(), seconds, false));
    }

    ConductorRun extend(String ref) {
        return does(update(open(ref).id(), TaskStatus.IN_PROGRESS, "{}", Optional.empty(), 0, true));
    }

    Command.Update update(
            UUID task, TaskStatus status, String output, Optional<String> reason, int callback, boolean extend) {
        return new Command.Update(
                id(),
                task,
                status,
                (ObjectNode) json(output),
                reason,
                Duration.ofSeconds(callback),
                extend,
                (ObjectNode) json("{}"),
                List.of(),
                BY);
    }

    ConductorRun childStarted(String ref, UUID child) {
        return does(new Command.ChildStarted(id(), open(ref).id(), child));
    }

    ConductorRun pause() {
        return does(new Command.Pause(id(), BY));
    }

    ConductorRun resume() {
        return does(new Command.Resume(id(), BY));
    }

    ConductorRun terminate() {
        return does(new Command.Terminate(id(), Optional.of("enough"), BY));
    }

    ConductorRun retry() {
        return does(new Command.Retry(id(), BY));
    }

    ConductorRun skip(String ref, String input, String output) {
        return does(new Command.Skip(id(), ref, (ObjectNode) json(input), (ObjectNode) json(output), BY));
    }

    ConductorRun restart() {
        return does(new Command.Restart(id(), Optional.empty(), BY));
    }

    ConductorRun restart(Plan latest) {
        return does(new Command.Restart(id(), Optional.of(latest), BY));
    }

    ConductorRun rerun(String ref) {
        return does(rerunOf(ref, Optional.empty(), Optional.empty()));
    }

    ConductorRun rerun(String ref, String taskInput) {
        return does(rerunOf(ref, Optional.empty(), Optional.of(taskInput)));
    }

    Command.Rerun rerunOf(String ref, Optional<String> input, Optional<String> taskInput) {
        return new Command.Rerun(
                id(),
                Optional.of(last(ref).id()),
                input.map(text -> (ObjectNode) json(text)),
                taskInput.map(text -> (ObjectNode) json(text)),
                Optional.empty(),
                BY);
    }

    /** Time passes, and all that is due on the way happens when it is. */
    ConductorRun after(Duration time) {
        Instant end = run.now().plus(time);
        for (int steps = 0; ; steps++) {
            assertThat(steps)
                    .as("things that were due in %s: %s", time, summary())
                    .isLessThan(100_000);
            Optional<Instant> next = next();
            if (next.isEmpty() || next.get().isAfter(end)) {
                break;
            }
            if (next.get().isAfter(run.now())) {
                run.after(Duration.between(run.now(), next.get()));
            }
            due();
        }
        run.after(Duration.between(run.now(), end));
        return this;
    }

    ConductorRun after(int seconds) {
        return after(Duration.ofSeconds(seconds));
    }

    private Optional<Instant> next() {
        Optional<Instant> first =
                run.run().status().terminal() ? Optional.empty() : run.run().deadline();
        for (Task task : run.openTasks()) {
            first = earlier(first, task.due().at());
        }
        return first;
    }

    private void due() {
        run.sweep();
        for (Task task : run.openTasks()) {
            if (task.due().at().filter(at -> !at.isAfter(run.now())).isPresent()
                    && run.state().openTask(task.id()).isPresent()) {
                does(new Command.TaskDue(id(), task.id()));
            }
        }
        if (run.run().deadline().filter(at -> !at.isAfter(run.now())).isPresent()) {
            does(new Command.RunDue(id()));
        }
    }

    // What it has come to.

    UUID id() {
        return run.run().id();
    }

    Run run() {
        return run.run();
    }

    RunStatus status() {
        return run.run().status();
    }

    /** How many rows each decision wrote. */
    List<Integer> sizes() {
        return sizes;
    }

    boolean isOpen(String ref) {
        return run.openTasks().stream().anyMatch(task -> task.shownRef().equals(ref));
    }

    Task open(String ref) {
        return pick(Task::open, ref);
    }

    Task last(String ref) {
        return pick(task -> true, ref);
    }

    private Task pick(Predicate<Task> which, String ref) {
        return run.tasks().stream()
                .filter(which)
                .filter(task -> task.shownRef().equals(ref))
                .max(Comparator.comparingInt(task -> task.label().seq()))
                .orElseThrow(() -> new AssertionError("No such task " + ref + " in " + summary()));
    }

    JsonNode output(String ref) {
        return last(ref).output();
    }

    JsonNode input(String ref) {
        return last(ref).input();
    }

    String reason() {
        return run.run().reason().orElse("");
    }

    <T extends Effect> List<T> effects(Class<T> type) {
        return run.effects().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Status and tasks in their order, further attempts with their number: {@code FAILED a:FAILED a#1:FAILED}. */
    String summary() {
        return status()
                + run.tasks().stream()
                        .sorted(Comparator.comparingInt(task -> task.label().seq()))
                        .map(task -> " " + task.shownRef()
                                + (task.label().attempt() > 0
                                        ? "#" + task.label().attempt()
                                        : "")
                                + ":" + task.status())
                        .collect(Collectors.joining());
    }
}
