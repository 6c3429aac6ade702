package dev.continuo.engine;

import dev.continuo.decide.Command;
import dev.continuo.events.Event;
import dev.continuo.events.EventPublisher;
import dev.continuo.events.TaskQueued;
import dev.continuo.model.QueueName;
import dev.continuo.store.DueTasks;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what time has come for and for what got lost, and wakes up exactly when the next thing is due. Every process
 * has one; they share the work by skipping each other's locks.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final long LONGEST_MS = 1_000;
    private static final long AFTER_FAILURE_MS = 1_000;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration FIND_LIMIT = Duration.ofSeconds(20);
    private static final Duration STUCK_EVERY = Duration.ofSeconds(30);
    private static final long UNKNOWN = -1;

    private final Vertx vertx;
    private final Context context;
    private final DueTasks due;
    private final EventPublisher publisher;
    private final Function<Command, Future<?>> commands;
    private final Consumer<DueTasks.Ready> lost;
    private final Consumer<String> wake;
    private final Counter republished;
    private final Counter leasesEnded;
    private final AtomicLong stuck = new AtomicLong();

    // Confined to the context.
    private final Set<UUID> underWay = new HashSet<>();
    private long timer = -1;
    private long stuckTimer = -1;
    private long wakesAtNanos;
    private boolean looking;
    private boolean lookAgain;
    private boolean closed;

    Sweeper(
            Vertx vertx,
            DueTasks due,
            EventPublisher publisher,
            Function<Command, Future<?>> commands,
            Consumer<DueTasks.Ready> lost,
            Consumer<String> wake,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.due = due;
        this.publisher = publisher;
        this.commands = commands;
        this.lost = lost;
        this.wake = wake;
        this.republished = Counter.builder("continuo.sweep.published")
                .description("Tasks that the sweep made ready: delays that ended and publications that got lost")
                .register(registry);
        this.leasesEnded = Counter.builder("continuo.sweep.leases.ended")
                .description("Tasks taken from workers that fell silent")
                .register(registry);
        Gauge.builder("continuo.runs.stuck", stuck, AtomicLong::get)
                .description("Live runs that nothing could move on (guarantee G3); -1 when it could not be found out")
                .register(registry);
    }

    void start() {
        context.runOnContext(nothing -> {
            look();
            checkStuck();
            stuckTimer = vertx.setPeriodic(STUCK_EVERY.toMillis(), id -> checkStuck());
        });
    }

    /** Something is due at this time; by this process's clock, which is near enough to look. Any thread. */
    void alarm(Instant at) {
        long wait = Math.max(0, Duration.between(Instant.now(), at).toMillis());
        if (wait < LONGEST_MS) {
            context.runOnContext(nothing -> wakeIn(wait + 1));
        }
    }

    @Override
    public void close() {
        context.runOnContext(nothing -> {
            closed = true;
            vertx.cancelTimer(timer);
            vertx.cancelTimer(stuckTimer);
        });
    }

    private void wakeIn(long millis) {
        long at = System.nanoTime() + millis * 1_000_000;
        if (closed || (timer >= 0 && wakesAtNanos <= at)) {
            return;
        }
        vertx.cancelTimer(timer);
        wakesAtNanos = at;
        timer = vertx.setTimer(Math.max(1, millis), id -> {
            timer = -1;
            look();
        });
    }

    private void look() {
        if (looking || closed) {
            lookAgain = looking;
            return;
        }
        looking = true;
        due.find().timeout(FIND_LIMIT.toMillis(), TimeUnit.MILLISECONDS).onComplete(result -> {
            looking = false;
            long wait = AFTER_FAILURE_MS;
            try {
                if (result.succeeded()) {
                    long next = act(result.result());
                    wait = lookAgain ? 1 : next;
                } else {
                    LOG.warn("Cannot look for due tasks: {}", result.cause().getMessage());
                }
            } finally {
                lookAgain = false;
                wakeIn(wait);
            }
        });
    }

    private long act(DueTasks.Found found) {
        List<Event> events = new ArrayList<>();
        for (DueTasks.Ready task : found.ready()) {
            if (!task.paused() && Conductor.internal(task.type())) {
                lost.accept(task);
            } else if (!task.paused()) {
                task.queue().ifPresent(wake);
                events.add(new TaskQueued(
                        task.taskId(),
                        task.runId(),
                        task.namespace(),
                        task.type(),
                        task.priority(),
                        task.attempt(),
                        task.queue().map(QueueName::ofStored)));
            }
            (task.leaseEnded() ? leasesEnded : republished).increment();
        }
        publisher.publish(events);
        found.tasks().forEach(task -> submit(task.taskId(), new Command.TaskDue(task.runId(), task.taskId())));
        found.runs().forEach(run -> submit(run, new Command.RunDue(run)));
        boolean busy = !found.tasks().isEmpty() || !found.runs().isEmpty();
        // What was just handed to the committer is still due in the database for a moment: give it that moment.
        long next = found.next().map(Duration::toMillis).orElse(LONGEST_MS);
        return Math.clamp(next, busy ? 20 : 1, LONGEST_MS);
    }

    /** While the committer is behind, what is due is found again and again: it is to be asked for once. */
    private void submit(UUID of, Command command) {
        if (underWay.add(of)) {
            commands.apply(command)
                    .onComplete(done -> context.runOnContext(nothing -> {
                        underWay.remove(of);
                        if (done.failed()) {
                            // Whether Postgres is away or the task is poisonous: the others due must not wait behind
                            // it.
                            due.postpone(of, AFTER_FAILURE);
                        }
                    }));
        }
    }

    /** Finds what a process did not live to tell between a run and its children. Any thread. */
    void checkFamilies() {
        context.runOnContext(nothing -> lookAfterFamilies());
    }

    private void lookAfterFamilies() {
        due.orphans()
                .onSuccess(orphans -> orphans.forEach(run -> submit(
                        run,
                        new Command.Terminate(
                                run, Optional.of("Nobody waits for this sub-workflow any more"), Performer.BY))))
                .onFailure(failure -> LOG.warn("Cannot look for children without parents: {}", failure.getMessage()));
        due.reopened()
                .onSuccess(found -> found.forEach(child -> submit(
                        child.childRunId(),
                        new Command.ChildReopened(child.parentRunId(), child.parentTaskId(), child.childRunId()))))
                .onFailure(failure -> LOG.warn("Cannot look for children that live again: {}", failure.getMessage()));
    }

    private void checkStuck() {
        lookAfterFamilies();
        due.stuck().onComplete(result -> {
            if (result.failed()) {
                LOG.warn("Cannot look for stuck runs: {}", result.cause().getMessage());
                stuck.set(UNKNOWN);
                return;
            }
            List<?> runs = result.result();
            stuck.set(runs.size());
            if (!runs.isEmpty()) {
                LOG.error("These runs have nothing that could move them on, which must not happen: {}", runs);
            }
        });
    }
}
