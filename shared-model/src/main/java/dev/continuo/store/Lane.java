package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Decider;
import dev.continuo.decide.Moment;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.store.LaneConnection.Call;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that turns whatever waits for it into transactions (group commit): it takes all commands that are there,
 * locks their runs, decides in memory, writes everything with a handful of statements, commits, and only then answers.
 *
 * <p>At rest a batch is one command and goes out at once; under load the next batch gathers while the last one commits.
 */
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int TRIES = 3;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration LOCKED_LIMIT = Duration.ofSeconds(10);
    private static final Call BEGIN = Call.command("BEGIN");
    private static final Call COMMIT = Call.command("COMMIT");
    private static final Call ROLLBACK = Call.command("ROLLBACK");

    private final LaneEnvironment env;
    private final Decider decider;
    private final RunCache cache;
    private final Sealing sealing;
    private final BlockingQueue<Pending> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private LaneConnection connection;
    private boolean inTransaction;

    Lane(String name, LaneEnvironment env) {
        this.env = env;
        this.decider = new Decider(env.limits().decider());
        this.sealing = new Sealing(env.seal());
        this.cache = new RunCache(env.limits().cacheBytes());
        this.queue = new ArrayBlockingQueue<>(env.limits().queue());
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** False when the queue is full or the lane is closing: nothing will happen to the command then. */
    boolean offer(Pending pending) {
        if (closing || queuedBytes.addAndGet(pending.weight()) > env.limits().queueBytes() + pending.weight()) {
            queuedBytes.addAndGet(closing ? 0 : -pending.weight());
            return false;
        }
        if (!queue.offer(pending)) {
            queuedBytes.addAndGet(-pending.weight());
            return false;
        }
        // The thread may have ended in between; then nobody else would take the command out again.
        return !ended || !queue.remove(pending);
    }

    int waiting() {
        return queue.size();
    }

    /** Finishes what waits already, within a second, and stops. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                gather().ifPresent(this::process);
            } catch (InterruptedException e) {
                closing = true;
                Thread.currentThread().interrupt();
                break;
            }
        }
        ended = true;
        List<Pending> left = new ArrayList<>();
        queue.drainTo(left);
        fail(left, new Overloaded("The engine is stopping"));
        disconnect();
    }

    private Optional<List<Pending>> gather() throws InterruptedException {
        Pending next = queue.poll(100, TimeUnit.MILLISECONDS);
        List<Pending> batch = new ArrayList<>();
        long bytes = 0;
        while (next != null) {
            batch.add(next);
            bytes += next.weight();
            queuedBytes.addAndGet(-next.weight());
            boolean full = batch.size() >= env.limits().batch()
                    || bytes >= env.limits().batchBytes();
            next = full ? null : queue.poll();
        }
        return batch.isEmpty() ? Optional.empty() : Optional.of(batch);
    }

    private void process(List<Pending> pendings) {
        long started = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                commit(pendings);
                env.meters().committed(pendings.size(), System.nanoTime() - started);
                return;
            } catch (StoreUnavailable e) {
                disconnect();
                forget(pendings);
                fail(pendings, e);
                return;
            } catch (RuntimeException e) {
                forget(pendings);
                rollback();
                if (PgErrors.mayPassNow(e) && attempt < TRIES) {
                    env.meters().retried();
                    continue;
                }
                split(pendings, e);
                return;
            } catch (Error e) {
                // The lane must outlive it: whatever waits behind would never be answered.
                LOG.error("A batch of {} commands broke", pendings.size(), e);
                disconnect();
                forget(pendings);
                fail(pendings, new IllegalStateException("The command could not be decided: " + e, e));
                return;
            }
        }
    }

    /** So that one poisonous command fails alone. */
    private void split(List<Pending> pendings, RuntimeException cause) {
        if (pendings.size() == 1 && pendings.get(0) instanceof Pending.ToStart start && PgErrors.duplicate(cause)) {
            // The id was chosen by whoever asks: this is the same start again.
            start.promise().tryComplete(new Reply.Existing(start.runId()));
            return;
        }
        if (pendings.size() == 1 && PgErrors.mayPassLater(cause)) {
            fail(pendings, new StoreUnavailable("Postgres could not do it in time: " + cause.getMessage(), cause));
            return;
        }
        if (pendings.size() == 1) {
            LOG.error("Run {} could not be advanced", pendings.get(0).runId(), cause);
            fail(pendings, cause);
            return;
        }
        int half = pendings.size() / 2;
        process(pendings.subList(0, half));
        process(pendings.subList(half, pendings.size()));
    }

    private static void fail(List<Pending> pendings, RuntimeException cause) {
        pendings.forEach(pending -> pending.promise().tryFail(cause));
    }

    private void forget(List<Pending> pendings) {
        pendings.forEach(pending -> cache.remove(pending.runId()));
    }

    private void commit(List<Pending> pendings) {
        LaneConnection open = connected();
        if (env.clock().stale()) {
            Call read = new Call(DbClock.READ, Tuple.tuple());
            env.clock()
                    .read(open.roundTrip(List.of(read)).get(0).iterator().next().getOffsetDateTime("now"));
        }
        Batch batch = new Batch();
        LaneScripts scripts =
                new LaneScripts(env.scripting().quickly(), env.limits().scriptBudget());
        Later later = new Later();
        List<Pending.ToDecide> decisions = new ArrayList<>();
        List<Started> starts = new ArrayList<>();
        for (Pending pending : pendings) {
            switch (pending) {
                case Pending.ToStart start -> decideStart(start, scripts, later).ifPresent(starts::add);
                case Pending.ToDecide decision -> decisions.add(decision);
            }
        }
        load(open, batch, starts, decisions);
        decisions.forEach(decision -> decide(decision, batch, scripts, later));
        write(open, batch);
        remember(batch);
        tell(batch);
        batch.reply();
        later.slow().forEach(this::offload);
        later.locked().forEach(this::tryAgain);
        later.behind().forEach(this::offerAgain);
    }

    /**
     * What could not be decided in this transaction; it happens only once the transaction is over.
     *
     * @param behind what goes by the tasks that a run has done, which were read before a command of this transaction
     *     added to them
     */
    private record Later(List<Slow> slow, List<Pending> locked, List<Pending> behind) {
        Later() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    private record Slow(Pending pending, LaneScripts.TooSlow evaluation) {}

    private void load(LaneConnection open, Batch batch, List<Started> starts, List<Pending.ToDecide> decisions) {
        IdempotentStarts keyed =
                new IdempotentStarts(starts.stream().map(Started::pending).toList());
        inTransaction = !decisions.isEmpty() || keyed.any();
        if (keyed.any()) {
            keyed.claim(open, BEGIN);
        }
        if (!decisions.isEmpty()) {
            List<Command> commands =
                    decisions.stream().map(Pending.ToDecide::command).toList();
            new LaneLoader(open, cache, env.plans(), env.clock())
                    .load(keyed.any() ? List.of() : List.of(BEGIN), commands, batch);
        }
        for (Started start : starts) {
            keyed.other(start.pending())
                    .ifPresentOrElse(
                            owner -> batch.answer(start.pending(), new Reply.Existing(owner)),
                            () -> batch.started(start.pending(), start.outcome()));
        }
    }

    /** A listener's failure must not look like the transaction's, which is committed and answered. */
    private void tell(Batch batch) {
        if (batch.outcomes().isEmpty()) {
            return;
        }
        try {
            env.listener().committed(batch.outcomes());
        } catch (RuntimeException e) {
            LOG.error("The effects of a batch were lost; the sweep finds their causes again", e);
        }
    }

    private record Started(Pending.ToStart pending, Outcome.Accepted outcome) {}

    private Optional<Started> decideStart(Pending.ToStart pending, LaneScripts scripts, Later later) {
        NewRun asked = pending.run();
        try {
            Outcome.Accepted outcome =
                    decider.start(asked.plan(), asked.start(), moment(pending.evaluations(), scripts));
            return Optional.of(new Started(pending, sealing.sealed(outcome, asked.plan(), Optional.empty())));
        } catch (LaneScripts.TooSlow e) {
            later.slow().add(new Slow(pending, e));
        } catch (RuntimeException e) {
            LOG.error("Run {} could not be started", pending.runId(), e);
            pending.promise().tryFail(e);
        }
        return Optional.empty();
    }

    private void decide(Pending.ToDecide pending, Batch batch, LaneScripts scripts, Later later) {
        if (batch.isLockedElsewhere(pending.runId())) {
            later.locked().add(pending);
            return;
        }
        if (LaneLoader.readsThePast(pending.command()) && batch.hasDecided(pending.runId())) {
            later.behind().add(pending);
            return;
        }
        Optional<Batch.Loaded> found = batch.run(pending.runId());
        if (found.isEmpty()) {
            String message = "There is no run with the id " + pending.runId();
            batch.answer(pending, new Reply.Refused(new Outcome.Rejected(Outcome.Code.NOT_FOUND, message)));
            return;
        }
        RunState state = found.get().state();
        Plan plan = found.get().plan();
        try {
            switch (decider.decide(plan, state, pending.command(), moment(pending.evaluations(), scripts))) {
                case Outcome.Rejected rejected -> batch.answer(pending, new Reply.Refused(rejected));
                case Outcome.Accepted accepted -> {
                    Plan next = planAfter(pending.command(), plan);
                    if (next != plan) {
                        state.remember(next.remembered());
                    }
                    batch.decided(pending, next, state, sealing.sealed(accepted, next, Optional.of(state)));
                }
            }
        } catch (LaneScripts.TooSlow e) {
            later.slow().add(new Slow(pending, e));
        } catch (RuntimeException e) {
            LOG.error("{} could not be decided", pending.command().getClass().getSimpleName(), e);
            pending.promise().tryFail(e);
        }
    }

    private static Plan planAfter(Command command, Plan plan) {
        if (command instanceof Command.Upgrade upgrade) {
            return upgrade.next();
        }
        return command instanceof Command.Restart restart ? restart.latest().orElse(plan) : plan;
    }

    private Moment moment(Pending.Evaluations evaluations, LaneScripts scripts) {
        return new Moment(env.clock().now(), Ids::next, scripts.of(evaluations), env.world());
    }

    /** Moves a slow evaluation to the script pool; the command comes back with its result and is decided again. */
    private void offload(Slow slow) {
        env.meters().offloaded();
        Pending pending = slow.pending();
        Script script = slow.evaluation().script();
        JsonNode input = slow.evaluation().input();
        env.scripting().fully(script, input).whenComplete((value, error) -> {
            Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
            if (cause == null) {
                pending.evaluations().value(script, input, value);
            } else if (cause instanceof ScriptFailure failure) {
                pending.evaluations().failure(script, input, failure);
            } else {
                pending.promise().tryFail(new Overloaded("Too many scripts are waiting to be evaluated"));
                return;
            }
            offerAgain(pending);
        });
    }

    /** Another process decides for the run at this moment, which takes it a few milliseconds. */
    private void tryAgain(Pending pending) {
        if (System.nanoTime() - pending.sinceNanos() > LOCKED_LIMIT.toNanos()) {
            String message =
                    "Run " + pending.runId() + " was locked by another process for " + LOCKED_LIMIT.toSeconds() + " s";
            pending.promise().tryFail(new StoreUnavailable(message, null));
            return;
        }
        env.meters().locked();
        env.vertx().setTimer(ThreadLocalRandom.current().nextLong(2, 8), timer -> offerAgain(pending));
    }

    private void offerAgain(Pending pending) {
        if (!offer(pending)) {
            pending.promise().tryFail(new Overloaded("Too many commands are waiting"));
        }
    }

    private void write(LaneConnection open, Batch batch) {
        List<Call> calls = new ArrayList<>();
        if (!inTransaction && !batch.nothingToWrite()) {
            calls.add(BEGIN);
        }
        calls.addAll(batch.writes(env.limits().lease()));
        if (calls.isEmpty() && !inTransaction) {
            return;
        }
        calls.add(COMMIT);
        // From here on the COMMIT that is sent along ends the transaction, even when a statement before it fails.
        inTransaction = false;
        open.roundTrip(calls);
    }

    private void remember(Batch batch) {
        for (Batch.Loaded run : batch.runs()) {
            if (run.state().run().status().terminal()) {
                cache.remove(run.state().run().id());
            } else {
                cache.put(run.state(), run.plan());
            }
        }
    }

    /** A connection that is known to be gone is replaced first, so that an outage that is over costs no command. */
    private LaneConnection connected() {
        if (connection != null && connection.lost()) {
            disconnect();
        }
        if (connection == null) {
            connection =
                    LaneConnection.open(env.vertx(), env.connect(), env.limits().statement());
        }
        return connection;
    }

    private void rollback() {
        if (connection == null || !inTransaction) {
            return;
        }
        try {
            inTransaction = false;
            connection.roundTrip(List.of(ROLLBACK));
        } catch (StoreUnavailable | PgException e) {
            LOG.debug("The connection of a failed batch is given up", e);
            disconnect();
        }
    }

    private void disconnect() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
