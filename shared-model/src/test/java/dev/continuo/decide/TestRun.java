package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Dialect;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A run in memory, with a clock that only the test moves: what Postgres, workers and time do to a run, without them.
 *
 * <p>As in the engine there are two views of it: the rows, which the dispatch side writes too, and the state that a lane
 * keeps, which learns of the dispatch side's writes only for the tasks that a command is about.
 */
public final class TestRun {
    public static final String CALLER = "somebody";

    private static final Duration LEASE = Duration.ofSeconds(60);

    private final Decider decider;
    private Plan plan;
    private final DeciderLimits limits;
    private final RunState state;
    private final Map<UUID, Task> rows = new LinkedHashMap<>();
    private final List<Outcome.Effect> effects = new ArrayList<>();
    private final List<String> logs = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Outcome.Accepted started;
    private long ids;

    private TestRun(Plan plan, JsonNode input, DeciderLimits limits) {
        this.plan = plan;
        this.limits = limits;
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
        started = decider.start(plan, new Start(nextId(), origin), moment());
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

    public static TestRun start(Plan plan, String input, DeciderLimits limits) {
        return new TestRun(plan, TestPlan.json(input), limits);
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
        see(command);
        Outcome outcome = decider.decide(plan, state, command, moment());
        if (outcome instanceof Outcome.Accepted accepted) {
            if (command instanceof Command.Upgrade upgrade) {
                plan = upgrade.next();
                state.remember(plan.remembered());
            }
            state.apply(accepted);
            remember(accepted);
        }
        return outcome;
    }

    /** What a process that has never seen the run would decide at this moment; nothing is changed. */
    public Outcome decideCold(Command command) {
        long next = ids;
        RunState cold = reloaded();
        if (command instanceof Command.Retry) {
            cold.endedTasks(ended());
        }
        Outcome outcome = decider.decide(plan, cold, command, moment());
        ids = next;
        return outcome;
    }

    /** The state as a lane loads it: the open tasks, and the latest task of each remembered reference. */
    public RunState reloaded() {
        Map<UUID, Task> loaded = new LinkedHashMap<>();
        List<Task> newestFirst = new ArrayList<>(rows.values());
        Collections.reverse(newestFirst);
        newestFirst.stream().filter(Task::open).forEach(task -> loaded.put(task.id(), task));
        for (String ref : plan.remembered()) {
            newestFirst.stream()
                    .filter(task -> task.label().ref().equals(ref))
                    .findFirst()
                    .ifPresent(task -> loaded.put(task.id(), task));
        }
        return RunState.of(state.run(), plan.remembered(), loaded.values());
    }

    /** What the lane reads anew for a command, whatever its cache has. */
    private void see(Command command) {
        switch (command) {
            case Command.OfTask ofTask ->
                rows.values().stream()
                        .filter(task -> task.id().equals(ofTask.taskId()))
                        .forEach(state::refresh);
            case Command.Retry retry -> state.endedTasks(ended());
            case Command.Begin begin -> {}
            case Command.Pause pause -> openTasks().forEach(state::refresh);
            case Command.Resume resume -> openTasks().forEach(state::refresh);
            case Command.Terminate terminate -> openTasks().forEach(state::refresh);
            case Command.RunDue due -> openTasks().forEach(state::refresh);
            case Command.ChildReopened reopened -> state.endedTasks(ended());
            case Command.Anew anew -> state.everyTask(rows.values());
            case Command.Skip skip -> {}
            case Command.SetVariables set -> {}
            case Command.ResetCallbacks reset -> openTasks().forEach(state::refresh);
            case Command.Jump jump -> openTasks().forEach(state::refresh);
            case Command.Upgrade upgrade -> {
                openTasks().forEach(state::refresh);
                state.everyTask(rows.values());
            }
            case Command.FollowedUp followedUp -> {}
        }
    }

    private List<Task> ended() {
        return rows.values().stream()
                .filter(task ->
                        !task.open() && !task.retried() && !task.status().successful())
                .toList();
    }

    private void remember(Outcome.Accepted accepted) {
        accepted.inserted().forEach(task -> rows.put(task.id(), task));
        accepted.updated().forEach(task -> rows.merge(task.id(), task, TestRun::written));
        effects.addAll(accepted.effects());
        accepted.logs().forEach(line -> logs.add(line.message()));
    }

    /** An update takes nothing back of what the dispatch side has written meanwhile. */
    private static Task written(Task row, Task update) {
        Task.Claim claim = new Task.Claim(
                Math.max(row.claim().fence(), update.claim().fence()),
                row.claim().deliveries(),
                row.claim().workerId(),
                update.claim().deadline());
        Optional<Instant> startedAt = update.times().startedAt().or(row.times()::startedAt);
        return update.refreshed(update.status(), update.due(), claim, startedAt);
    }

    /** What the dispatch side does: hands the open attempt of the reference to a worker. */
    public TestRun claim(String ref) {
        claim(open(ref));
        return this;
    }

    /** Hands out a task, as the one hand-out that is current. */
    public Task claim(Task task) {
        TimePolicy time = plan.node(task.label().node()).common().time();
        Optional<Instant> deadline =
                task.claim().deadline().or(() -> time.timeout().map(now::plus));
        Instant leaseEnds = now.plus(time.response().orElse(LEASE));
        Instant due = deadline.filter(leaseEnds::isAfter).orElse(leaseEnds);
        Task.Claim claim = new Task.Claim(
                task.claim().fence() + 1, task.claim().deliveries() + 1, Optional.of("worker"), deadline);
        Optional<Instant> startedAt = Optional.of(task.times().startedAt().orElse(now));
        Task claimed = task.refreshed(TaskStatus.IN_PROGRESS, Due.at(DueKind.LEASE, due), claim, startedAt);
        rows.put(claimed.id(), claimed);
        return claimed;
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

    /** The sweep: makes ready for a worker what had to wait, what nobody claimed, and what a silent worker had. */
    public TestRun sweep() {
        for (Task task : openTasks()) {
            if (task.due().at().filter(at -> !at.isAfter(now)).isPresent() && requeues(task)) {
                boolean lost = task.due().kind() == DueKind.LEASE;
                Task.Claim claim = new Task.Claim(
                        task.claim().fence() + (lost ? 1 : 0),
                        task.claim().deliveries(),
                        Optional.empty(),
                        task.claim().deadline());
                Due due = state.run().status() == RunStatus.PAUSED
                        ? Due.HELD
                        : Due.at(DueKind.DISPATCH, now.plus(limits.redispatchAfter()));
                rows.put(
                        task.id(),
                        task.refreshed(
                                TaskStatus.SCHEDULED, due, claim, task.times().startedAt()));
            }
        }
        return this;
    }

    private boolean requeues(Task task) {
        return switch (task.due().kind()) {
            case DELAY, DISPATCH -> true;
            case LEASE ->
                task.claim().deliveries() < limits.maxDeliveries()
                        && task.claim()
                                .deadline()
                                .filter(at -> !at.isAfter(now))
                                .isEmpty();
            case NONE, TIMER, HELD, CONTINUE, LIMIT, RESPONSE, CHILD, QUEUED -> false;
        };
    }

    private TestRun accepted(Command command) {
        if (decide(command) instanceof Outcome.Rejected rejected) {
            throw new AssertionError("Rejected: " + rejected);
        }
        return this;
    }

    public Task open(String ref) {
        return openTasks().stream()
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
        return List.copyOf(rows.values());
    }

    public List<Task> openTasks() {
        return rows.values().stream().filter(Task::open).toList();
    }

    public Plan plan() {
        return plan;
    }

    public DeciderLimits limits() {
        return limits;
    }

    /** What the start of the run came to. */
    public Outcome.Accepted started() {
        return started;
    }

    public List<Outcome.Effect> effects() {
        return effects;
    }

    public List<String> logs() {
        return logs;
    }

    public Task last(String ref) {
        return rows.values().stream()
                .filter(task -> task.label().ref().equals(ref))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("No task " + ref));
    }

    /** The run's status and its tasks in order, as {@code RUNNING a:COMPLETED b:SCHEDULED}. */
    public String summary() {
        return state.run().status()
                + rows.values().stream()
                        .map(task -> " " + task.label().ref() + ":" + task.status())
                        .collect(Collectors.joining());
    }

    /** The defaults, but for these; all times but the child's are the given one. */
    static DeciderLimits limits(Duration time, int steps, int iterations, int deliveries) {
        DeciderLimits usual = DeciderLimits.DEFAULTS;
        return new DeciderLimits(
                time,
                steps,
                iterations,
                deliveries,
                time,
                time,
                usual.childRecheck(),
                usual.variablesBytes(),
                usual.loopBytes());
    }
}
