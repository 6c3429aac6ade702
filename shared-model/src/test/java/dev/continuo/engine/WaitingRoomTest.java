package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.model.Due;
import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.HandOut;
import dev.continuo.store.HandOut.Hand;
import dev.continuo.store.HandOut.Rest;
import dev.continuo.store.Overloaded;
import dev.continuo.store.PolledTask;
import dev.continuo.store.StoreUnavailable;
import dev.continuo.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final QueueName QUEUE = QueueName.of("pack");
    private static final Rest NOTHING = new Rest.Nothing();
    private static final Rest PERHAPS = new Rest.Perhaps();

    private final Vertx vertx = Vertx.vertx();
    private final Store store = new Store();
    private final WaitingRoom room = new WaitingRoom(
            vertx,
            store,
            new RoomLimits(
                    5,
                    3,
                    4,
                    Duration.ofMillis(100),
                    Duration.ofMillis(300),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100)));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void aPollThatFindsSomethingEndsAtOnce() {
        Future<List<PolledTask>> poll = poll(LONG);
        store.claim().answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
        assertThat(room.waiting()).isZero();
    }

    @Test
    void aQueueThatIsKnownToBeEmptyIsNotAskedAgainUntilItIsWoken() {
        Future<List<PolledTask>> first = poll(Duration.ofMillis(20));
        store.claim().answer(0, NOTHING);
        assertThat(await(first)).isEmpty();
        assertThat(await(poll(Duration.ZERO))).isEmpty();
        assertThat(await(poll(Duration.ofMillis(10)))).isEmpty();
        Future<List<PolledTask>> last = poll(LONG);
        assertThat(store.claimed).hasValue(1);

        room.wake(QUEUE.stored());
        store.claim().answer(1, NOTHING);

        assertThat(await(last)).hasSize(1);
        assertThat(store.claimed).hasValue(2);
    }

    @Test
    void aWakeUpDuringAClaimCausesAnother() {
        Future<List<PolledTask>> poll = poll(LONG);
        Claim claim = store.claim();
        room.wake(QUEUE.stored());
        claim.answer(0, NOTHING);
        store.claim().answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void thoseWhoComeDuringAClaimGatherForTheNext() {
        Future<List<PolledTask>> first = poll(LONG);
        Claim claim = store.claim();
        Future<List<PolledTask>> second = poll(LONG);
        Future<List<PolledTask>> third = poll(Duration.ZERO);
        claim.answer(1, PERHAPS);
        Claim next = store.claim();
        assertThat(next.seats).hasSize(2);
        next.answer(2, PERHAPS);

        assertThat(List.of(await(first), await(second), await(third)))
                .allSatisfy(got -> assertThat(got).hasSize(1));
    }

    @Test
    void whoCameFirstIsServedFirstUpToItsCount() {
        poll(Duration.ZERO);
        Claim claim = store.claim();
        Future<List<PolledTask>> two =
                room.poll(QUEUE, Optional.of("a"), 2, LONG).tasks();
        Future<List<PolledTask>> three =
                room.poll(QUEUE, Optional.of("b"), 3, LONG).tasks();
        Await.until("all wait", LONG, () -> room.waiting() == 3);
        claim.answer(0, PERHAPS);
        Claim next = store.claim();
        assertThat(next.seats).containsExactly(Optional.of("a"), Optional.of("a"), Optional.of("b"), Optional.of("b"));
        next.answer(3, NOTHING);

        assertThat(await(two)).hasSize(2);
        assertThat(await(three)).hasSize(1);
    }

    @Test
    void aPollWhoseTimeEndsDuringItsClaimStillGetsWhatTheClaimBrings() {
        Future<List<PolledTask>> poll = poll(Duration.ofMillis(1));
        Claim claim = store.claim();
        Await.until("time goes on", LONG, elapsed(Duration.ofMillis(20)));
        assertThat(poll.isComplete()).isFalse();
        claim.answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void whatIsHandedToSomebodyWhoLeftGoesBack() {
        Poll poll = room.poll(QUEUE, Optional.empty(), 1, LONG);
        Claim claim = store.claim();
        poll.cancel();
        assertThat(await(poll.tasks())).isEmpty();
        claim.answer(1, NOTHING);

        Await.until("it is put back", LONG, () -> store.back.size() == 1);
    }

    @Test
    void aClaimThatIsAnsweredTooLateGoesBack() {
        Future<List<PolledTask>> poll = poll(LONG);
        Claim claim = store.claim();
        assertThatThrownBy(() -> await(poll)).isInstanceOf(StoreUnavailable.class);
        claim.answer(1, NOTHING);

        Await.until("it is put back", LONG, () -> store.back.size() == 1);
    }

    @Test
    void nobodyWaitsForAPostgresThatIsAway() {
        Future<List<PolledTask>> other =
                room.poll(QueueName.of("other"), Optional.empty(), 1, LONG).tasks();
        store.claim().answer(0, NOTHING);
        Future<List<PolledTask>> poll = poll(LONG);
        store.claim().fail(new StoreUnavailable("away", null));

        assertThatThrownBy(() -> await(poll)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> await(other)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> await(poll(LONG))).isInstanceOf(StoreUnavailable.class);
        assertThat(store.claimed).hasValue(2);
        assertThat(room.waiting()).isZero();
        Await.until("polls are served again", LONG, () -> !poll(LONG).failed() && room.waiting() > 0);
    }

    @Test
    void aFaultOfOneQueueFailsItsPollsAlone() {
        Future<List<PolledTask>> other =
                room.poll(QueueName.of("other"), Optional.empty(), 1, LONG).tasks();
        store.claim().answer(0, NOTHING);
        Future<List<PolledTask>> poll = poll(LONG);
        store.claim().fail(new IllegalStateException("broken"));

        assertThatThrownBy(() -> await(poll)).isInstanceOf(IllegalStateException.class);
        assertThat(other.isComplete()).isFalse();
    }

    @Test
    void aLostWakeUpIsFoundByALookIntoAllQuietQueuesAtOnce() {
        Future<List<PolledTask>> poll = poll(LONG);
        store.claim().answer(0, NOTHING);
        room.poll(QueueName.of("other"), Optional.empty(), 1, LONG);
        store.claim().answer(0, NOTHING);
        Await.until("it was looked", LONG, () -> store.looks.contains(Set.of("pack", "other")));
        assertThat(store.claimed).hasValue(2);

        store.waiting = Set.of(QUEUE.stored());
        store.claim().answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void aRateLimitIsWaitedForWhateverComes() {
        Future<List<PolledTask>> poll = poll(LONG);
        long since = System.nanoTime();
        store.claim().answer(0, new Rest.Limited(Optional.of(Duration.ofMillis(60))));
        room.wake(QUEUE.stored());
        Claim next = store.claim();
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        next.answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void aFreedSlotIsTakenAtOnceAndABlockedQueueBlocksNoOther() {
        Future<List<PolledTask>> poll = poll(LONG);
        store.claim().answer(0, new Rest.Limited(Optional.of(Duration.ofMinutes(1))));
        Future<List<PolledTask>> free =
                room.poll(QueueName.of("other"), Optional.empty(), 1, LONG).tasks();
        store.claim().answer(1, NOTHING);
        assertThat(await(free)).hasSize(1);
        room.limitsChanged();
        store.claim().answer(0, new Rest.Limited(Optional.empty()));
        Claim unheard = store.claim();
        room.freed(QUEUE.name());
        Await.until("time goes on", LONG, elapsed(Duration.ofMillis(5)));
        unheard.answer(0, new Rest.Limited(Optional.empty()));
        store.claim().answer(1, NOTHING);

        assertThat(await(poll)).hasSize(1);
    }

    @Test
    void moreThanTheRoomHoldsIsRefused() {
        for (int i = 0; i < 5; i++) {
            poll(LONG);
        }
        assertThatThrownBy(() -> await(poll(LONG))).isInstanceOf(Overloaded.class);
    }

    @Test
    void aClosedRoomLeavesNobodyWaiting() {
        Future<List<PolledTask>> poll = poll(LONG);
        Claim claim = store.claim();
        Future<Void> closed = room.close();
        assertThat(await(poll)).isEmpty();
        assertThat(closed.isComplete()).isFalse();
        claim.answer(1, NOTHING);

        await(closed);
        assertThat(store.back).hasSize(1);
        assertThatThrownBy(() -> await(poll(LONG))).isInstanceOf(StoreUnavailable.class);
    }

    private Future<List<PolledTask>> poll(Duration timeout) {
        return room.poll(QUEUE, Optional.empty(), 1, timeout).tasks();
    }

    private static Await.Condition elapsed(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() - end >= 0;
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer", e);
        }
    }

    /** A claim that waits for its answer. */
    private record Claim(List<Optional<String>> seats, Promise<HandOut> promise) {
        void answer(int tasks, Rest rest) {
            List<Hand> hands = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                hands.add(new Hand(i, task(), Optional.empty()));
            }
            promise.complete(new HandOut(hands, rest));
        }

        void fail(Throwable cause) {
            promise.fail(cause);
        }
    }

    private static PolledTask task() {
        UUID run = UUID.randomUUID();
        Task.Label label = new Task.Label(run, 1, 0, "a", "SIMPLE", Optional.empty(), 0, 0, Optional.empty());
        Task task = new Task(
                UUID.randomUUID(),
                label,
                TaskStatus.IN_PROGRESS,
                Due.NONE,
                Task.Claim.NONE,
                JsonNodeFactory.instance.objectNode(),
                MissingNode.getInstance(),
                Optional.empty(),
                false,
                new Task.Times(Instant.EPOCH, Optional.empty(), Optional.empty(), Instant.EPOCH),
                Task.Extra.NONE);
        return new PolledTask(task, run, "default", "w", 1, UUID.randomUUID(), Optional.empty(), 0);
    }

    /** Answers when it is told to. */
    private static final class Store implements TaskSource {
        final BlockingQueue<Claim> claims = new LinkedBlockingQueue<>();
        final AtomicInteger claimed = new AtomicInteger();
        final List<Hand> back = new CopyOnWriteArrayList<>();
        final List<Set<String>> looks = new CopyOnWriteArrayList<>();
        volatile Set<String> waiting = Set.of();

        Claim claim() {
            try {
                return Optional.ofNullable(claims.poll(20, TimeUnit.SECONDS))
                        .orElseThrow(() -> new AssertionError("There was no claim"));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Future<HandOut> claim(QueueName queue, List<Optional<String>> seats) {
            Claim claim = new Claim(seats, Promise.promise());
            claimed.incrementAndGet();
            claims.add(claim);
            return claim.promise().future();
        }

        @Override
        public Future<Void> putBack(List<Hand> hands) {
            back.addAll(hands);
            return Future.succeededFuture();
        }

        @Override
        public Future<Set<String>> waiting(Collection<String> queues) {
            looks.add(Set.copyOf(queues));
            return Future.succeededFuture(waiting);
        }
    }
}
