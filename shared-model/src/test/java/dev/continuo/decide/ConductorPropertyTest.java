package dev.continuo.decide;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.ConductorScenario.Move;
import dev.continuo.definition.Node;
import dev.continuo.model.DueKind;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random conductor definitions under random orders of whatever can happen to a run. A failure prints the definition and
 * the moves that lead to it.
 */
class ConductorPropertyTest {
    private static final int STEPS_TO_THE_END = 2_000;
    private static final int[] WAITS = {1, 2, 6, 31};

    @Provide
    Arbitrary<ConductorScenario> scenarios() {
        return ConductorScenario.any();
    }

    /** Guarantees G1 to G3 and G8, after each command; see {@link RunInvariants}. */
    @Property(tries = 1_500)
    void whateverHappensTheRunIsConsistentAndCanBeBroughtToItsEnd(@ForAll("scenarios") ConductorScenario scenario) {
        new Play(scenario).play();
    }

    /** One run of one scenario. */
    private static final class Play {
        private final ConductorScenario scenario;
        private final ConductorRun run;
        private final List<String> happened = new ArrayList<>();
        private Optional<Command> last = Optional.empty();
        private int children;

        Play(ConductorScenario scenario) {
            this.scenario = scenario;
            this.run = scenario.given().start();
        }

        void play() {
            try {
                scenario.moves().forEach(this::move);
                for (int step = 0; !run.status().terminal(); step++) {
                    assertThat(step).as("steps to the end").isLessThan(STEPS_TO_THE_END);
                    goOn();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        e + "\n" + String.join(",\n", scenario.tasks()) + "\n" + scenario.workflow() + " tight "
                                + scenario.tight() + "\n  " + String.join("\n  ", happened) + "\n  "
                                + run.summary(),
                        e);
            }
        }

        private void goOn() {
            if (run.status() == RunStatus.PAUSED) {
                run.resume();
            } else if (pick(this::waits, 0).isPresent()) {
                report(pick(this::waits, 0).get(), TaskStatus.COMPLETED);
            } else {
                run.after(31);
            }
        }

        private void move(Move move) {
            happened.add(move + " " + run.summary());
            int pick = move.pick();
            switch (move.kind()) {
                case WORK -> pick(this::waits, pick).ifPresent(task -> report(task, TaskStatus.COMPLETED));
                case FAIL -> pick(this::waits, pick).ifPresent(task -> report(task, TaskStatus.FAILED));
                case FAIL_FOR_GOOD ->
                    pick(this::waits, pick).ifPresent(task -> report(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR));
                case CANCEL -> pick(this::waits, pick).ifPresent(task -> report(task, TaskStatus.CANCELED));
                case POLL -> pick(this::polled, pick).ifPresent(task -> run.poll(task.shownRef()));
                case UPDATE -> pick(Task::open, pick).ifPresent(task -> run.ask(result(task, TaskStatus.COMPLETED, 0)));
                case PUT_BACK ->
                    pick(this::working, pick)
                            .ifPresent(task -> run.ask(result(task, TaskStatus.IN_PROGRESS, pick % 9)));
                case EXTEND -> pick(this::working, pick).ifPresent(task -> run.extend(task.shownRef()));
                case CHILD ->
                    pick(this::starting, pick)
                            .ifPresent(task -> run.does(
                                    new Command.ChildStarted(run.id(), task.id(), new UUID(0x7000, ++children))));
                case WAIT -> run.after(WAITS[pick % WAITS.length]);
                case PAUSE -> run.ask(new Command.Pause(run.id(), ConductorRun.BY));
                case RESUME -> run.ask(new Command.Resume(run.id(), ConductorRun.BY));
                case RETRY -> run.ask(new Command.Retry(run.id(), ConductorRun.BY, pick % 2 == 0));
                case RESTART -> run.ask(new Command.Restart(run.id(), Optional.empty(), ConductorRun.BY));
                case RERUN -> {
                    List<Task> tasks = run.inner().tasks();
                    UUID from = tasks.get(pick % tasks.size()).id();
                    run.ask(new Command.Rerun(
                            run.id(),
                            Optional.of(from),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            ConductorRun.BY));
                }
                case SKIP ->
                    run.ask(new Command.Skip(run.id(), "t" + pick % 8, object("{}"), object("{}"), ConductorRun.BY));
                case TERMINATE -> run.ask(new Command.Terminate(run.id(), Optional.of("enough"), ConductorRun.BY));
                case ANY_DUE ->
                    pick(Task::open, pick).ifPresent(task -> run.ask(new Command.TaskDue(run.id(), task.id())));
                case LATE -> last.ifPresent(run::ask);
            }
        }

        private void report(Task task, TaskStatus status) {
            if (task.due().kind() == DueKind.QUEUED && run.status() == RunStatus.RUNNING) {
                run.poll(task.shownRef());
            }
            Command result = result(task, status, 0);
            last = Optional.of(result);
            run.does(result);
        }

        private Command.Update result(Task task, TaskStatus status, int callback) {
            return run.update(task.id(), status, "{'value': 1}", Optional.of("so"), callback, false);
        }

        private static ObjectNode object(String text) {
            return (ObjectNode) json(text);
        }

        private boolean polled(Task task) {
            return task.due().kind() == DueKind.QUEUED && run.status() == RunStatus.RUNNING;
        }

        private boolean working(Task task) {
            return task.due().kind() == DueKind.RESPONSE;
        }

        private boolean starting(Task task) {
            return run.inner().node(task) instanceof Node.Internal
                    && task.due().kind() == DueKind.DISPATCH
                    && task.extra().childRunId().isEmpty();
        }

        /** Somebody outside may end it. */
        private boolean waits(Task task) {
            Node node = run.inner().node(task);
            boolean outside = node instanceof Node.Human
                    || node instanceof Node.Wait
                    || node instanceof Node.Internal
                    || node instanceof Node.Work;
            return outside
                    && switch (task.due().kind()) {
                        case QUEUED, RESPONSE, CHILD, TIMER, DISPATCH -> true;
                        case NONE, DELAY, LEASE, HELD, CONTINUE, LIMIT -> false;
                    };
        }

        private Optional<Task> pick(Predicate<Task> candidate, int pick) {
            List<Task> candidates =
                    run.inner().openTasks().stream().filter(candidate).toList();
            return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(pick % candidates.size()));
        }
    }
}
