package dev.continuo.store;

import static dev.continuo.decide.TestPlan.fork;
import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.loop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.TestPlan;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Guarantee G8: what a transition writes does not grow with the run's history, nor with its width. */
@ExtendWith(BackendsExtension.class)
class WriteCostIT {
    private StoreFixture store;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theTwoThousandthPassOfALoopWritesAsMuchAsTheFirst() {
        Outcome.Accepted last = store.start(TestPlan.of(loop("l", "$.l.iteration < 2000", human("ask"))));
        UUID run = last.run().id();
        Task asked = last.inserted().get(1);

        for (int pass = 1; pass <= 2_000; pass++) {
            last = store.done(store.committer.submit(answer(asked)));
            // The task that was answered, the loop's counter, and the next task.
            assertThat(last.updated()).hasSizeLessThanOrEqualTo(2);
            assertThat(last.inserted()).hasSizeLessThanOrEqualTo(1);
            asked = last.inserted().isEmpty() ? asked : last.inserted().get(0);
        }

        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(store.tasks(run)).hasSize(2_001);
        assertThat(last.run().output().toString())
                .as("only the last pass's output is kept")
                .hasSizeLessThan(100);
    }

    @Test
    @SuppressWarnings("unchecked")
    void aBranchOfAWideForkWritesAsMuchAsOneOfANarrowOne() {
        List<TestPlan.Step>[] branches =
                IntStream.range(0, 500).mapToObj(i -> List.of(human("a" + i))).toArray(List[]::new);
        List<Task> asked = begun(store.start(TestPlan.of(fork("f", branches), human("after"))));
        assertThat(asked).hasSize(500);

        List<Future<Reply>> replies =
                asked.stream().map(task -> store.committer.submit(answer(task))).toList();

        int ends = 0;
        for (Future<Reply> reply : replies) {
            Outcome.Accepted outcome = store.done(reply);
            boolean joined = !outcome.inserted().isEmpty();
            ends += joined ? 1 : 0;
            assertThat(outcome.updated()).hasSize(joined ? 2 : 1);
            assertThat(outcome.inserted()).hasSizeLessThanOrEqualTo(1);
        }
        assertThat(ends).isEqualTo(1);
    }

    /** The tasks that wait for a person, once everything that gave way to others has gone on. */
    private List<Task> begun(Outcome.Accepted started) {
        List<Task> asked = new ArrayList<>();
        Deque<Outcome.Accepted> outcomes = new ArrayDeque<>(List.of(started));
        while (!outcomes.isEmpty()) {
            Outcome.Accepted outcome = outcomes.poll();
            List<Task> written = new ArrayList<>(outcome.inserted());
            written.addAll(outcome.updated());
            written.stream()
                    .filter(task -> task.label().type().equals("HUMAN"))
                    .filter(task -> !task.input().isMissingNode())
                    .forEach(asked::add);
            List<Future<Reply>> further = outcome.effects().stream()
                    .filter(Outcome.Effect.Continue.class::isInstance)
                    .map(effect -> ((Outcome.Effect.Continue) effect).task())
                    .map(task -> store.committer.submit(
                            new Command.TaskDue(task.label().runId(), task.id())))
                    .toList();
            further.forEach(reply -> outcomes.add(store.done(reply)));
        }
        return asked;
    }

    private static Command answer(Task task) {
        return new Command.Complete(
                task.label().runId(),
                task.id(),
                OptionalInt.empty(),
                TestPlan.json("{\"ok\":1}"),
                List.of(),
                "somebody");
    }
}
