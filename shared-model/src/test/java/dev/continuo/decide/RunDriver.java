package dev.continuo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.decide.Scenario.Move;
import dev.continuo.definition.Node;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** Plays a scenario on a run, and holds every step against {@link RunInvariants}. */
final class RunDriver {
    private static final List<Duration> WAITS = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(31),
            Duration.ofSeconds(61));
    private static final List<JsonNode> OUTPUTS = List.of(
            TestPlan.json("{}"),
            TestPlan.json("{\"value\":\"short\"}"),
            TestPlan.json("{\"value\":7}"),
            TestPlan.json("{\"value\":\"" + "long ".repeat(120) + "\"}"));
    private static final int STEPS_TO_THE_END = 3_000;

    private final TestRun run;
    private final List<String> happened = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private Optional<Command> lastResult = Optional.empty();

    private RunDriver(Scenario scenario) {
        run = TestRun.start(scenario.plan(), scenario.input(), scenario.limits());
    }

    /** The run after all the moves. */
    static RunDriver play(Scenario scenario) {
        RunDriver driver = new RunDriver(scenario);
        driver.reporting(scenario, () -> {
            RunInvariants.started(driver.run);
            scenario.moves().forEach(driver::move);
        });
        return driver;
    }

    /** Completes and answers whatever is open until the run has ended. */
    void finish(Scenario scenario) {
        reporting(scenario, () -> {
            for (int step = 0; !run.run().status().terminal(); step++) {
                assertThat(step).as("steps to the end").isLessThan(STEPS_TO_THE_END);
                goOn();
            }
        });
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    TestRun run() {
        return run;
    }

    private void reporting(Scenario scenario, Runnable steps) {
        try {
            steps.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    e.getMessage() + "\n" + scenario + "\ncommands\n  " + String.join("\n  ", happened), e);
        }
    }

    private void goOn() {
        if (run.run().status() == RunStatus.PAUSED) {
            decide(new Command.Resume(run.run().id(), TestRun.CALLER));
            return;
        }
        Optional<Task> leased = first(task -> task.due().kind() == DueKind.LEASE);
        Optional<Task> ready = first(this::ready);
        Optional<Task> asked = first(this::waitsForPerson);
        if (leased.isPresent()) {
            complete(leased.get(), 1);
        } else if (ready.isPresent()) {
            complete(run.claim(ready.get()), 1);
        } else if (asked.isPresent()) {
            answer(asked.get(), 1);
        } else {
            Instant next = run.openTasks().stream()
                    .flatMap(task -> task.due().at().stream())
                    .min(Instant::compareTo)
                    .orElseThrow(() -> new AssertionError("Nothing can move the run on: " + run.summary()));
            if (next.isAfter(run.now())) {
                run.after(Duration.between(run.now(), next));
            }
            run.sweep();
            first(this::due)
                    .ifPresent(task -> decide(new Command.TaskDue(run.run().id(), task.id())));
        }
    }

    private void move(Move move) {
        int pick = move.pick();
        happened.add(move.toString());
        switch (move.kind()) {
            case WORK -> pick(this::ready, pick).ifPresent(task -> complete(run.claim(task), pick));
            case CLAIM -> pick(this::ready, pick).ifPresent(run::claim);
            case COMPLETE -> pick(this::leased, pick).ifPresent(task -> complete(task, pick));
            case FAIL ->
                pick(task -> ready(task) || leased(task), pick)
                        .ifPresent(task -> fail(leased(task) ? task : run.claim(task), pick));
            case ANSWER -> pick(this::waitsForPerson, pick).ifPresent(task -> answer(task, pick));
            case STALE -> stale(pick);
            case DUPLICATE -> lastResult.ifPresent(command -> refused(decide(command)));
            case WAIT -> run.after(WAITS.get(pick % WAITS.size()));
            case SILENCE ->
                pick(task -> ready(task) || leased(task), pick)
                        .ifPresent(task -> silence(leased(task) ? task : run.claim(task)));
            case SWEEP -> run.sweep();
            case DUE ->
                pick(this::due, pick)
                        .ifPresent(task ->
                                took(decide(new Command.TaskDue(run.run().id(), task.id()))));
            case TASK_DUE ->
                pick(Task::open, pick)
                        .ifPresent(task -> decide(new Command.TaskDue(run.run().id(), task.id())));
            case RUN_DUE -> decide(new Command.RunDue(run.run().id()));
            case PAUSE -> decide(new Command.Pause(run.run().id(), TestRun.CALLER));
            case RESUME -> decide(new Command.Resume(run.run().id(), TestRun.CALLER));
            case RETRY -> decide(new Command.Retry(run.run().id(), TestRun.CALLER));
            case TERMINATE -> decide(new Command.Terminate(run.run().id(), Optional.of("enough"), TestRun.CALLER));
        }
    }

    private void complete(Task task, int pick) {
        result(new Command.Complete(
                run.run().id(), task.id(), OptionalInt.of(task.claim().fence()), output(pick), List.of(), ""));
    }

    private void answer(Task task, int pick) {
        result(new Command.Complete(
                run.run().id(), task.id(), OptionalInt.empty(), output(pick), List.of(), TestRun.CALLER));
    }

    private void fail(Task task, int pick) {
        RetryWish wish =
                switch (pick % 4) {
                    case 0 -> new RetryWish.Never();
                    case 1 -> new RetryWish.NotBefore(Duration.ofSeconds(3));
                    default -> new RetryWish.ByPolicy();
                };
        result(new Command.Fail(
                run.run().id(),
                task.id(),
                OptionalInt.of(task.claim().fence()),
                "boom",
                MissingNode.getInstance(),
                wish,
                List.of()));
    }

    private void silence(Task task) {
        Instant ends = task.due().at().orElseThrow();
        if (ends.isAfter(run.now())) {
            run.after(Duration.between(run.now(), ends));
        }
        took(decide(new Command.TaskDue(run.run().id(), task.id())));
    }

    private void stale(int pick) {
        List<Task> tasks = run.tasks();
        Task task = tasks.get(pick % tasks.size());
        refused(decide(new Command.Complete(
                run.run().id(), task.id(), OptionalInt.of(task.claim().fence() - 1), output(pick), List.of(), "")));
    }

    private void result(Command command) {
        took(decide(command));
        lastResult = Optional.of(command);
    }

    private Outcome decide(Command command) {
        List<Task> before = run.tasks();
        RunInvariants.View view = RunInvariants.View.of(run.state(), run);
        int version = run.run().version();
        String stood = run.summary();
        Outcome cold = run.decideCold(command);
        Outcome outcome = run.decide(command);
        happened.add("  " + stood + "\n    " + command + "\n    " + run.summary());
        outcomes.add(outcome);
        RunInvariants.sameWithoutCache(outcome, cold);
        switch (outcome) {
            case Outcome.Rejected rejected -> {
                assertThat(run.tasks()).as("a refused command changes nothing").isEqualTo(before);
                assertThat(RunInvariants.View.of(run.state(), run)).isEqualTo(view);
            }
            case Outcome.Accepted accepted -> RunInvariants.accepted(run, command, before, version, accepted);
        }
        return outcome;
    }

    private static void took(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    }

    private static void refused(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    }

    private static JsonNode output(int pick) {
        return OUTPUTS.get(pick % OUTPUTS.size());
    }

    private Optional<Task> pick(Predicate<Task> candidate, int pick) {
        List<Task> candidates = run.openTasks().stream().filter(candidate).toList();
        return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(pick % candidates.size()));
    }

    private Optional<Task> first(Predicate<Task> candidate) {
        return pick(candidate, 0);
    }

    private boolean ready(Task task) {
        return task.due().kind() == DueKind.DISPATCH && run.run().status() == RunStatus.RUNNING;
    }

    private boolean leased(Task task) {
        return task.due().kind() == DueKind.LEASE;
    }

    private boolean waitsForPerson(Task task) {
        return task.due().kind() == DueKind.TIMER
                && run.plan().node(task.label().node()) instanceof Node.Human;
    }

    /** What the sweep hands to the decider, which must do something about it: it would be handed over for ever else. */
    private boolean due(Task task) {
        boolean now = task.due().at().filter(at -> !at.isAfter(run.now())).isPresent();
        return now
                && switch (task.due().kind()) {
                    case TIMER, CONTINUE, LIMIT, RESPONSE, CHILD, QUEUED -> true;
                    case LEASE ->
                        task.claim().deliveries() >= run.limits().maxDeliveries()
                                || task.claim()
                                        .deadline()
                                        .filter(at -> !at.isAfter(run.now()))
                                        .isPresent();
                    case NONE, DELAY, DISPATCH, HELD -> false;
                };
    }
}
