package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.Plan;
import dev.continuo.model.Dialect;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

/** A run in memory, with a clock that only the test moves: what Postgres, workers and time do to a run, without them. */
public final class TestRun {
    public static final String CALLER = "somebody";

    private final Decider decider;
    private final Plan plan;
    private final RunState state;
    private final Map<UUID, Task> all = new LinkedHashMap<>();
    private final List<Outcome.Effect> effects = new ArrayList<>();
    private final List<String> logs = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long ids;

    private TestRun(Plan plan, JsonNode input, DeciderLimits limits) {
        this.plan = plan;
        this.decider = new Decider(limits);
        Run.Origin origin = new Run.Origin(
                Dialect.WORKFLOWSVC,
                "ns",
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                input,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                CALLER);
        Outcome.Accepted started = decider.start(plan, new Start(nextId(), origin), moment());
        state = RunState.of(started.run(), plan.remembered(), started.inserted());
        remember(started);
    }

    public static TestRun start(Plan plan) {
        return new TestRun(plan, TestPlan.json("{}"), DeciderLimits.DEFAULTS);
    }

    public static TestRun start(Plan plan, String input) {
        return new TestRun(plan, TestPlan.json(input), DeciderLimits.DEFAULTS);
    }

    public static TestRun start(Plan plan, DeciderLimits limits) {
        return new TestRun(plan, TestPlan.json("{}"), limits);
    }

    private UUID nextId() {
        ids++;
        return new UUID(0x7000L | ids << 16, 0x8000_0000_0000_0000L | ids);
    }

    private Moment moment() {
        return new Moment(now, this::nextId, (script, input) -> {
            throw new AssertionError("No engine in this test: " + script.source());
        });
    }

    public Outcome decide(Command command) {
        if (command instanceof Command.Retry) {
            state.endedTasks(all.values().stream()
                    .filter(task ->
                            !task.open() && !task.retried() && !task.status().successful())
                    .toList());
        }
        Outcome outcome = decider.decide(plan, state, command, moment());
        if (outcome instanceof Outcome.Accepted accepted) {
            state.apply(accepted);
            remember(accepted);
        }
        return outcome;
    }

    private void remember(Outcome.Accepted accepted) {
        accepted.inserted().forEach(task -> all.put(task.id(), task));
        accepted.updated().forEach(task -> all.put(task.id(), task));
        effects.addAll(accepted.effects());
        accepted.logs().forEach(line -> logs.add(line.message()));
    }

    /** What the dispatch side does: hands the open attempt of the reference to a worker. */
    public TestRun claim(String ref) {
        Task task = open(ref);
        Due lease = Due.at(DueKind.LEASE, now.plusSeconds(60));
        Optional<Instant> deadline =
                plan.node(task.label().node()).common().time().timeout().map(now::plus);
        Task.Claim claim = new Task.Claim(
                task.claim().fence() + 1, task.claim().deliveries() + 1, Optional.of("worker"), deadline);
        Task claimed = task.refreshed(
                TaskStatus.IN_PROGRESS,
                deadline.map(at -> Due.at(DueKind.LEASE, at)).orElse(lease),
                claim,
                Optional.of(now));
        state.refresh(claimed);
        all.put(claimed.id(), claimed);
        return this;
    }

    public TestRun complete(String ref) {
        return complete(ref, "{}");
    }

    public TestRun complete(String ref, String output) {
        claim(ref);
        Task task = open(ref);
        accepted(new Command.Complete(
                state.run().id(),
                task.id(),
                OptionalInt.of(task.claim().fence()),
                TestPlan.json(output),
                List.of(),
                ""));
        return this;
    }

    public TestRun answer(String ref, String output) {
        accepted(new Command.Complete(
                state.run().id(), open(ref).id(), OptionalInt.empty(), TestPlan.json(output), List.of(), CALLER));
        return this;
    }

    public TestRun fail(String ref) {
        return fail(ref, new RetryWish.ByPolicy());
    }

    public TestRun fail(String ref, RetryWish wish) {
        claim(ref);
        Task task = open(ref);
        accepted(new Command.Fail(
                state.run().id(),
                task.id(),
                OptionalInt.of(task.claim().fence()),
                "boom",
                MissingNode.getInstance(),
                wish,
                List.of()));
        return this;
    }

    public TestRun pause() {
        return accepted(new Command.Pause(state.run().id(), CALLER));
    }

    public TestRun resume() {
        return accepted(new Command.Resume(state.run().id(), CALLER));
    }

    public TestRun retry() {
        return accepted(new Command.Retry(state.run().id(), CALLER));
    }

    public TestRun terminate() {
        return accepted(new Command.Terminate(state.run().id(), Optional.of("enough"), CALLER));
    }

    public TestRun due(String ref) {
        return accepted(new Command.TaskDue(state.run().id(), open(ref).id()));
    }

    public TestRun after(Duration time) {
        now = now.plus(time);
        return this;
    }

    /** The sweep: a delay that is over makes its task ready for a worker. */
    public TestRun sweep() {
        for (Task task : List.copyOf(state.open())) {
            if (task.due().kind() == DueKind.DELAY
                    && !task.due().at().orElseThrow().isAfter(now)) {
                Task ready = task.refreshed(
                        TaskStatus.SCHEDULED,
                        Due.at(DueKind.DISPATCH, now.plusSeconds(30)),
                        task.claim(),
                        Optional.empty());
                state.refresh(ready);
                all.put(ready.id(), ready);
            }
        }
        return this;
    }

    private TestRun accepted(Command command) {
        if (decide(command) instanceof Outcome.Rejected rejected) {
            throw new AssertionError("Rejected: " + rejected);
        }
        return this;
    }

    public Task open(String ref) {
        return state.open().stream()
                .filter(task -> task.label().ref().equals(ref))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No open task " + ref + " in " + summary()));
    }

    public Run run() {
        return state.run();
    }

    public RunState state() {
        return state;
    }

    public Instant now() {
        return now;
    }

    public List<Task> tasks() {
        return List.copyOf(all.values());
    }

    public List<Outcome.Effect> effects() {
        return effects;
    }

    public List<String> logs() {
        return logs;
    }

    public Task last(String ref) {
        return all.values().stream()
                .filter(task -> task.label().ref().equals(ref))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("No task " + ref));
    }

    /** The run's status and its tasks in order, as {@code RUNNING a:COMPLETED b:SCHEDULED}. */
    public String summary() {
        return state.run().status()
                + all.values().stream()
                        .map(task -> " " + task.label().ref() + ":" + task.status())
                        .collect(Collectors.joining());
    }
}
