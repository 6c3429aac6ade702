package dev.continuo.store;

import static dev.continuo.decide.TestPlan.fork;
import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.loop;
import static dev.continuo.decide.TestPlan.work;
import static dev.continuo.store.StoreFixture.await;
import static dev.continuo.store.StoreFixture.complete;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.TestPlan;
import dev.continuo.definition.Plan;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class CommitterIT {
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
    void aRunGoesFromStartToEnd() {
        Outcome.Accepted started = store.start(TestPlan.of(work("a"), work("b")));
        UUID run = started.run().id();

        Outcome.Accepted next = store.done(
                store.committer.submit(complete(store.claim(started.inserted().get(0)))));
        store.done(store.committer.submit(complete(store.claim(next.inserted().get(0)))));

        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(store.tasks(run)).containsExactly("a:COMPLETED", "b:COMPLETED");
    }

    @Test
    void anotherProcessGoesOnWhereThisOneStopped() {
        Plan plan = TestPlan.of(
                work("a"),
                fork("f", List.of(work("b").input("{\"x\":\"${a.output.ok}\"}")), List.of(work("c"))),
                loop("l", "$.l.iteration < 2", work("d").input("{\"y\":\"${f.output.b.ok}\"}")));
        UUID run = store.start(plan).run().id();

        for (String ref : List.of("a", "b", "c", "d", "d")) {
            try (Committer other = store.committer(CommitterLimits.DEFAULTS, StoreFixture.noScripts())) {
                store.done(other.submit(complete(store.claim(latest(run, ref)))));
            }
        }

        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(store.tasks(run))
                .containsExactly(
                        "a:COMPLETED",
                        "f:COMPLETED",
                        "b:COMPLETED",
                        "c:COMPLETED",
                        "l:COMPLETED",
                        "d:COMPLETED",
                        "d:COMPLETED");
        assertThat(latest(run, "d").input()).isEqualTo(TestPlan.json("{\"y\":true}"));
    }

    private Task latest(UUID run, String ref) {
        return store.committed.stream()
                .filter(outcome -> outcome.run().id().equals(run))
                .flatMap(outcome -> outcome.inserted().stream())
                .filter(task -> task.label().ref().equals(ref))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void aResultIsAcceptedOnceWhateverProcessBringsIt() {
        Outcome.Accepted started = store.start(TestPlan.of(work("a"), work("b")));
        ClaimedTask claimed = store.claim(started.inserted().get(0));
        try (Committer other = store.committer(CommitterLimits.DEFAULTS, StoreFixture.noScripts())) {
            List<Future<Reply>> replies = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                replies.add((i % 2 == 0 ? other : store.committer).submit(complete(claimed)));
            }

            long accepted = replies.stream()
                    .map(StoreFixture::await)
                    .filter(Reply.Done.class::isInstance)
                    .count();
            assertThat(accepted).isEqualTo(1);
        }
        assertThat(store.tasks(started.run().id())).containsExactly("a:COMPLETED", "b:SCHEDULED");
    }

    @Test
    void aTaskIsHandedToOneWorkerAtATime() {
        Task task = store.start(TestPlan.of(work("a"))).inserted().get(0);

        List<Future<List<ClaimedTask>>> claims = IntStream.range(0, 16)
                .mapToObj(i -> store.claims.claim(List.of(task.id()), "worker-" + i))
                .toList();

        assertThat(claims.stream().mapToInt(claim -> await(claim).size()).sum()).isEqualTo(1);
    }

    @Test
    void aWorkerThatFellSilentCannotFinishAnyMore() {
        Task task = store.start(TestPlan.of(work("a").lease(Duration.ofMillis(1))))
                .inserted()
                .get(0);
        ClaimedTask first = store.claim(task);
        DueTasks due = new DueTasks(store.pool, 100, 5, Duration.ofSeconds(30));
        List<DueTasks.Ready> ready = new ArrayList<>();
        dev.continuo.testing.Await.until("the lease ends", Duration.ofSeconds(30), () -> {
            ready.addAll(await(due.find()).ready());
            return !ready.isEmpty();
        });
        assertThat(ready).singleElement().satisfies(found -> assertThat(found.leaseEnded())
                .isTrue());

        ClaimedTask second = store.claim(task);
        assertThat(await(store.committer.submit(complete(first))))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.rejection().code()).isEqualTo(Outcome.Code.STALE));
        assertThat(await(store.committer.submit(complete(second)))).isInstanceOf(Reply.Done.class);
    }

    @Test
    void aPausedRunHandsNothingOut() {
        Outcome.Accepted started = store.start(TestPlan.of(work("a")));
        UUID run = started.run().id();

        store.done(store.committer.submit(new Command.Pause(run, "x")));
        assertThat(await(store.claims.claim(List.of(started.inserted().get(0).id()), "worker")))
                .isEmpty();

        store.done(store.committer.submit(new Command.Resume(run, "x")));
        assertThat(await(store.claims.claim(List.of(started.inserted().get(0).id()), "worker")))
                .hasSize(1);
    }

    @Test
    void aRunWithoutAKnownIdIsNotFound() {
        assertThat(await(store.committer.submit(new Command.Pause(UUID.randomUUID(), "x"))))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.rejection().code()).isEqualTo(Outcome.Code.NOT_FOUND));
    }

    @Test
    void oneIdempotencyKeyIsOneRunHoweverOftenItIsStarted() {
        Plan plan = TestPlan.of(human("ask"));
        List<Future<Reply>> replies = IntStream.range(0, 50)
                .mapToObj(i -> store.committer.start(store.newRun(plan, Optional.of("key"))))
                .toList();

        List<UUID> runs = replies.stream()
                .map(StoreFixture::await)
                .map(reply -> switch (reply) {
                    case Reply.Done(Outcome.Accepted outcome) -> outcome.run().id();
                    case Reply.Existing(UUID id) -> id;
                    case Reply.Refused refused -> throw new AssertionError(refused.toString());
                })
                .distinct()
                .toList();
        assertThat(runs).hasSize(1);
        assertThat(store.status(runs.get(0))).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void aStartThatIsSentTwiceIsOneRun() {
        NewRun run = store.newRun(TestPlan.of(human("ask")), Optional.empty());

        store.done(store.committer.start(run));

        assertThat(await(store.committer.start(run)))
                .isEqualTo(new Reply.Existing(run.start().runId()));
    }

    @Test
    void aRetriedRunGoesOnFromItsFailure() {
        Outcome.Accepted started = store.start(TestPlan.of(fork("f", List.of(work("a")), List.of(human("h")))));
        UUID run = started.run().id();
        ClaimedTask claimed = store.claim(started.inserted().get(1));
        store.done(store.committer.submit(new Command.Fail(
                run,
                claimed.id(),
                OptionalInt.of(claimed.fence()),
                "boom",
                TestPlan.json("{}"),
                new Command.RetryWish.Never(),
                List.of())));
        assertThat(store.status(run)).isEqualTo(RunStatus.FAILED);

        store.done(store.committer.submit(new Command.Retry(run, "x")));

        assertThat(store.tasks(run))
                .containsExactly(
                        "f:IN_PROGRESS", "a:FAILED_WITH_TERMINAL_ERROR", "h:CANCELED", "a:SCHEDULED", "h:IN_PROGRESS");
    }

    @Test
    void manyStartsShareFewTransactions() {
        Plan plan = TestPlan.of(human("ask"));
        List<Future<Reply>> replies = IntStream.range(0, 5_000)
                .mapToObj(i -> store.committer.start(store.newRun(plan, Optional.empty())))
                .toList();
        replies.forEach(reply -> store.done(reply));

        double batches =
                store.registry.get("continuo.commit.batch.size").summary().count();
        assertThat(batches).isLessThan(500);
    }
}
