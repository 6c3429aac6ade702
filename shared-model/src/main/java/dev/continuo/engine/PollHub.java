package dev.continuo.engine;

import dev.continuo.decide.Outcome;
import dev.continuo.model.DueKind;
import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.HandOut;
import dev.continuo.store.PollQueues;
import dev.continuo.store.PollTimes;
import dev.continuo.store.PollTimes.PollTime;
import dev.continuo.store.PolledTask;
import dev.continuo.store.QueueCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where external workers get their tasks. Polls wait in memory for the commit that brings something, in this process or
 * in another; see {@link WaitingRoom}. Any thread.
 */
public final class PollHub {
    /** Longer polls end here, with nothing. */
    public static final Duration LONGEST = Duration.ofSeconds(60);

    /** More tasks than that no poll gets. */
    public static final int MOST = 1_000;

    /** Of the queues that a worker may be chosen by (conductor: domains). */
    private static final Duration ACTIVE = Duration.ofSeconds(10);

    private final WaitingRoom room;
    private final PollLog log;
    private final PollQueues queues;
    private final LimitCache limits;
    private final QueueCounts counts;
    private final String namespace;
    private final Runnable firstPoll;
    private final AtomicBoolean polled = new AtomicBoolean();

    /**
     * @param namespace of the task definitions that hold the limits
     * @param firstPoll is called once somebody polls: from then on wake-ups of other processes matter
     */
    PollHub(Vertx vertx, Pool pool, String namespace, Runnable firstPoll, MeterRegistry registry) {
        this(vertx, pool, namespace, firstPoll, registry, RoomLimits.DEFAULT);
    }

    PollHub(
            Vertx vertx,
            Pool pool,
            String namespace,
            Runnable firstPoll,
            MeterRegistry registry,
            RoomLimits roomLimits) {
        this.namespace = namespace;
        this.firstPoll = firstPoll;
        this.queues = new PollQueues(pool);
        this.counts = new QueueCounts(pool);
        this.limits = new LimitCache(new ConductorTaskDefs(pool), namespace);
        this.room = new WaitingRoom(vertx, new Source(registry), roomLimits);
        this.log = new PollLog(vertx, room.context(), new PollTimes(pool));
        Gauge.builder("continuo.polls.waiting", room, WaitingRoom::waiting)
                .description("Polls of external workers that wait for a task")
                .register(registry);
    }

    /** As {@link #begin}, for somebody who will be there until the end. */
    public Future<List<PolledTask>> poll(QueueName queue, Optional<String> worker, int count, Duration timeout) {
        return begin(queue, worker, count, timeout).tasks();
    }

    /**
     * Waits until there is a task in the queue, and takes as many as there are then.
     *
     * @param count at least 1; at most {@link #MOST} are handed out
     * @param timeout zero for what is there now; {@link #LONGEST} at most
     */
    public Poll begin(QueueName queue, Optional<String> worker, int count, Duration timeout) {
        if (count < 1 || timeout.isNegative()) {
            throw new IllegalArgumentException("A poll cannot be for " + count + " tasks within " + timeout);
        }
        if (polled.compareAndSet(false, true)) {
            firstPoll.run();
        }
        log.polled(queue, worker);
        Duration wait = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
        return room.poll(queue, worker, Math.min(count, MOST), wait);
    }

    /** That task, for a worker who has heard of it through Kafka; empty when it is not to be had (any more). */
    public Future<Optional<PolledTask>> claim(UUID taskId, Optional<String> worker) {
        return queues.queueOf(taskId).compose(found -> found.map(queue ->
                        limits.of(queue.name()).compose(limit -> queues.claim(namespace, queue, limit, taskId, worker)))
                .orElseGet(() -> Future.succeededFuture(Optional.empty())));
    }

    /** A task waits in this queue, as stored. Costs nothing when nobody polls it here. */
    public void wake(String queue) {
        room.wake(queue);
    }

    /** Looks whether workers have let go of tasks for which others wait. Called on a lane's thread. */
    void committed(Outcome.Accepted outcome) {
        if (!room.anyLimited()) {
            return;
        }
        for (Task task : outcome.updated()) {
            if (task.label().queue().isPresent() && task.due().kind() != DueKind.RESPONSE) {
                room.freed(QueueName.ofStored(task.label().queue().get()).name());
            }
        }
    }

    /** Task definitions were written or deleted by this process. */
    void limitsChanged() {
        limits.forget();
        room.limitsChanged();
    }

    /** Whether somebody has polled the queue, as stored, within the last ten seconds, in any process. May block shortly. */
    public boolean polled(String queue) {
        return room.polled(queue, ACTIVE) || log.polledElsewhere(queue, ACTIVE);
    }

    /** Who polled last, by queue. */
    public Future<List<PollTime>> pollTimes() {
        return log.all();
    }

    public QueueCounts counts() {
        return counts;
    }

    /**
     * Looks again for what waits for workers of a name, in whatever domain. Nothing gets lost in a queue that is a table,
     * so that this only wakes polls (conductor: requeue).
     *
     * @return how many tasks wait
     */
    public Future<Long> requeue(String name) {
        return counts.of(name).map(found -> {
            found.keySet().forEach(queue -> room.wake(queue.stored()));
            return found.values().stream().mapToLong(QueueCounts.Count::waiting).sum();
        });
    }

    /** Ends all polls; completes when nothing is under way for them any more. */
    Future<Void> close() {
        return room.close().eventually(() -> log.close());
    }

    private final class Source implements TaskSource {
        private final Counter claims;
        private final Counter looks;

        Source(MeterRegistry registry) {
            this.claims = Counter.builder("continuo.polls.claims")
                    .description("Statements that handed tasks to polls, or found none")
                    .register(registry);
            this.looks = Counter.builder("continuo.polls.looks")
                    .description("Looks into queues that were believed to be empty, all of them at once")
                    .register(registry);
        }

        @Override
        public Future<HandOut> claim(QueueName queue, List<Optional<String>> seats) {
            claims.increment();
            return limits.of(queue.name()).compose(limit -> queues.claim(namespace, queue, limit, seats));
        }

        @Override
        public Future<Void> putBack(List<HandOut.Hand> hands) {
            return queues.putBack(hands);
        }

        @Override
        public Future<Set<String>> waiting(Collection<String> stored) {
            looks.increment();
            return queues.waiting(stored);
        }
    }
}
