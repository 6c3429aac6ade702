package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * What a run is made of.
     *
     * @param attributes see {@link Run.Origin}
     */
    record Setup(
            Plan plan,
            JsonNode input,
            DeciderLimits limits,
            JsonNode attributes,
            ScriptEvaluator scripts,
            World world) {}

    private static final ScriptEvaluator NO_ENGINE = (script, input) -> {
        throw new AssertionError("No engine in this test: " + script.source());
    };

    private final Decider decider;
    private final Setup setup;
    private final DeciderLimits limits;
    private final TestRows rows = new TestRows();
    private Plan plan;
    private RunState state;
    private final List<Outcome.Effect> effects = new ArrayList<>();
    private final List<String> logs = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Outcome.Accepted started;
    private boolean partly;
    private long ids;

    private TestRun(Setup setup) {
        this.setup = setup;
        this.plan = setup.plan();
        this.limits = setup.limits();
        this.decider = new Decider(limits);
        Run.Origin origin = new Run.Origin(
                plan.dialect(),
                "ns",
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                setup.input(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                CALLER,
                1,
                Optional.empty(),
                setup.attributes());
        started = decider.start(plan, new Start(nextId(), origin), moment());
        state = new RunState(started.run(), plan.remembered());
        state.apply(started);
        remember(started);
    }

    static TestRun start(Setup setup) {
        return new TestRun(setup);
    }

    public static TestRun start(Plan plan) {
        return start(plan, "{}");
    }

    public static TestRun start(Plan plan, String input) {
        return start(plan, input, DeciderLimits.DEFAULTS);
    }

    public static TestRun start(Plan plan, DeciderLimits limits) {
        return start(plan, "{}", limits);
    }

    public static TestRun start(Plan plan, String input, DeciderLimits limits) {
        return start(new Setup(plan, TestPlan.json(input), limits, TestPlan.json("{}"), NO_ENGINE, World.EMPTY));
    }

    private UUID nextId() {
        ids++;
        return new UUID(0x7000L | ids << 16, 0x8000_0000_0000_0000L | ids);
    }

    private Moment moment() {
        return new Moment(now, this::nextId, setup.scripts(), setup.world());
    }

    public Outcome decide(Command command) {
        see(state, command);
        Outcome outcome = decider.decide(plan, state, command, moment());
        if (outcome instanceof Outcome.Accepted accepted) {
            take(command, accepted);
        }
        return outcome;
    }

    private void take(Command command, Outcome.Accepted accepted) {
        Optional<Plan> next = command instanceof Command.Restart restart ? restart.latest() : Optional.empty();
        if (next.isPresent()) {
            plan = next.get();
            state = new RunState(accepted.run(), plan.remembered());
        }
        if (command instanceof Command.Upgrade upgrade) {
            plan = upgrade.next();
            state.remember(plan.remembered());
        }
        partly = !accepted.removed().all() && (partly || accepted.removed().any());
        state.apply(accepted);
        remember(accepted);
    }

    /** What a process that has never seen the run would decide at this moment; nothing is changed. */
    public Outcome decideCold(Command command) {
        long next = ids;
        RunState cold = reloaded();
        see(cold, command);
        Outcome outcome = decider.decide(plan, cold, command, moment());
        ids = next;
        return outcome;
    }

    public RunState reloaded() {
        return rows.loaded(state.run(), plan);
    }

    /** What the lane reads anew for a command, whatever its cache has. */
    private void see(RunState state, Command command) {
        switch (command) {
            case Command.OfTask ofTask ->
                tasks().stream()
                        .filter(task -> task.id().equals(ofTask.taskId()))
                        .forEach(state::refresh);
            case Command.Retry retry -> past(state, rows.ended(), List.of());
            case Command.Begin begin -> {}
            case Command.Pause pause -> openTasks().forEach(state::refresh);
            case Command.Resume resume -> openTasks().forEach(state::refresh);
            case Command.Terminate terminate -> openTasks().forEach(state::refresh);
            case Command.RunDue due -> openTasks().forEach(state::refresh);
            case Command.ChildReopened reopened -> past(state, rows.ended(), tasks());
            case Command.Anew anew -> past(state, List.of(), tasks());
            case Command.Skip skip -> past(state, List.of(), tasks());
            case Command.SetVariables set -> {}
            case Command.ResetCallbacks reset -> openTasks().forEach(state::refresh);
            case Command.Jump jump -> openTasks().forEach(state::refresh);
            case Command.Upgrade upgrade -> {
                openTasks().forEach(state::refresh);
                state.everyTask(tasks());
            }
            case Command.FollowedUp followedUp -> {}
        }
    }

    private void past(RunState state, List<Task> ended, List<Task> every) {
        rows.compiled(plan).forEach(state::add);
        state.endedTasks(ended);
        state.everyTask(every);
    }

    private void remember(Outcome.Accepted accepted) {
        rows.remember(accepted);
        effects.addAll(accepted.effects());
        accepted.logs().forEach(line -> logs.add(line.message()));
    }

    /** What the dispatch side does: hands the open attempt of the reference to a worker. */
    public TestRun claim(String ref) {
        claim(open(ref));
        return this;
    }

    /** Hands out a task, as the one hand-out that is current. */
    public Task claim(Task task) {
        TimePolicy time = node(task).common().time();
        Optional<Instant> deadline =
                task.claim().deadline().or(() -> time.timeout().map(now::plus));
        Instant leaseEnds = now.plus(time.response().orElse(LEASE));
        Instant due = deadline.filter(leaseEnds::isAfter).orElse(leaseEnds);
        Task.Claim claim = new Task.Claim(
                task.claim().fence() + 1, task.claim().deliveries() + 1, Optional.of("worker"), deadline);
        Optional<Instant> startedAt = Optional.of(task.times().startedAt().orElse(now));
        Task claimed = task.refreshed(TaskStatus.IN_PROGRESS, Due.at(DueKind.LEASE, due), claim, startedAt);
        rows.write(claimed);
        return claimed;
    }

    /** What the dispatch side writes. */
    void write(Task task) {
        rows.write(task);
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
                                && task.label().queue().isEmpty()
                        ? Due.HELD
                        : requeued(task);
                rows.write(task.refreshed(
                        TaskStatus.SCHEDULED, due, claim, task.times().startedAt()));
            }
        }
        return this;
    }

    private Due requeued(Task task) {
        return task.label().queue().isPresent()
                ? Queues.due(task, node(task).common().time(), Duration.ZERO, now)
                : Due.at(DueKind.DISPATCH, now.plus(limits.redispatchAfter()));
    }

    private boolean requeues(Task task) {
        return switch (task.due().kind()) {
            case DELAY, DISPATCH -> inTime(task);
            case LEASE -> task.claim().deliveries() < limits.maxDeliveries() && inTime(task);
            case NONE, TIMER, HELD, CONTINUE, LIMIT, RESPONSE, CHILD, QUEUED -> false;
        };
    }

    private boolean inTime(Task task) {
        return task.claim().deadline().filter(at -> !at.isAfter(now)).isEmpty();
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
        return List.copyOf(rows.all());
    }

    public List<Task> openTasks() {
        return rows.all().stream().filter(Task::open).toList();
    }

    /** Whether only a part of what the run did has been done again. */
    boolean partly() {
        return partly;
    }

    Node node(Task task) {
        return state.node(plan, task);
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
        return rows.all().stream()
                .filter(task -> task.label().ref().equals(ref))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("No task " + ref));
    }

    /** The run's status and its tasks in order, as {@code RUNNING a:COMPLETED b:SCHEDULED}. */
    public String summary() {
        return state.run().status()
                + rows.all().stream()
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
