package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Decider;
import dev.continuo.decide.Moment;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.Task;
import dev.continuo.store.LaneConnection.Call;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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
    private static final Call BEGIN = Call.command("BEGIN");
    private static final Call COMMIT = Call.command("COMMIT");
    private static final Call ROLLBACK = Call.command("ROLLBACK");

    private final LaneEnvironment env;
    private final Decider decider;
    private final RunCache cache;
    private final BlockingQueue<Pending> queue;
    private final Thread thread;
    private volatile boolean closing;
    private LaneConnection connection;
    private boolean inTransaction;

    Lane(String name, LaneEnvironment env) {
        this.env = env;
        this.decider = new Decider(env.limits().decider());
        this.cache = new RunCache(env.limits().cacheBytes());
        this.queue = new ArrayBlockingQueue<>(env.limits().queue());
        this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** False when the queue is full or the lane is closing: nothing will happen to the command then. */
    boolean offer(Pending pending) {
        return !closing && queue.offer(pending);
    }

    int waiting() {
        return queue.size();
    }

    /** Finishes what waits already, within a few seconds, and stops. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(Duration.ofSeconds(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Pending first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    List<Pending> batch = new ArrayList<>();
                    batch.add(first);
                    queue.drainTo(batch, env.limits().batch() - 1);
                    process(batch);
                }
            } catch (InterruptedException e) {
                closing = true;
                Thread.currentThread().interrupt();
                break;
            } catch (RuntimeException e) {
                LOG.error("A batch failed in a way that was not foreseen; its callers were told", e);
            }
        }
        disconnect();
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
        List<Pending.ToDecide> decisions = new ArrayList<>();
        List<Started> starts = new ArrayList<>();
        for (Pending pending : pendings) {
            switch (pending) {
                case Pending.ToStart start -> decideStart(start, scripts).ifPresent(starts::add);
                case Pending.ToDecide decision -> decisions.add(decision);
            }
        }
        IdempotentStarts keyed =
                new IdempotentStarts(starts.stream().map(Started::pending).toList());
        boolean begun = !decisions.isEmpty() || keyed.any();
        inTransaction = begun;
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
            Optional<UUID> other = keyed.other(start.pending());
            if (other.isPresent()) {
                batch.answer(start.pending(), new Reply.Existing(other.get()));
            } else {
                batch.started(start.pending(), start.outcome());
            }
        }
        decisions.forEach(decision -> decide(decision, batch, scripts));
        write(open, batch, begun);
        remember(batch);
        batch.reply();
        if (!batch.outcomes().isEmpty()) {
            env.listener().committed(batch.outcomes());
        }
    }

    private record Started(Pending.ToStart pending, Outcome.Accepted outcome) {}

    private Optional<Started> decideStart(Pending.ToStart pending, LaneScripts scripts) {
        NewRun asked = pending.run();
        try {
            Outcome.Accepted outcome =
                    decider.start(asked.plan(), asked.start(), moment(pending.evaluations(), scripts));
            return Optional.of(new Started(pending, sealed(outcome)));
        } catch (LaneScripts.TooSlow e) {
            offload(pending, e);
        } catch (RuntimeException e) {
            LOG.error("Run {} could not be started", pending.runId(), e);
            pending.promise().tryFail(e);
        }
        return Optional.empty();
    }

    private void decide(Pending.ToDecide pending, Batch batch, LaneScripts scripts) {
        Optional<RunState> found = batch.state(pending.runId());
        if (found.isEmpty()) {
            batch.answer(
                    pending,
                    new Reply.Refused(new Outcome.Rejected(
                            Outcome.Code.NOT_FOUND, "There is no run with the id " + pending.runId())));
            return;
        }
        RunState state = found.get();
        Plan plan = env.plans().cached(state.run().origin().revisionId()).orElseThrow();
        try {
            switch (decider.decide(plan, state, pending.command(), moment(pending.evaluations(), scripts))) {
                case Outcome.Rejected rejected -> batch.answer(pending, new Reply.Refused(rejected));
                case Outcome.Accepted accepted -> batch.decided(pending, plan, state, sealed(accepted));
            }
        } catch (LaneScripts.TooSlow e) {
            offload(pending, e);
        } catch (RuntimeException e) {
            LOG.error("{} could not be decided", pending.command().getClass().getSimpleName(), e);
            pending.promise().tryFail(e);
        }
    }

    private Moment moment(Pending.Evaluations evaluations, LaneScripts scripts) {
        return new Moment(env.clock().now(), Ids::next, scripts.of(evaluations));
    }

    /** Moves a slow evaluation to the script pool; the command comes back with its result and is decided again. */
    private void offload(Pending pending, LaneScripts.TooSlow slow) {
        env.meters().offloaded();
        env.scripting().fully(slow.script(), slow.input()).whenComplete((value, error) -> {
            Throwable cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
            if (cause == null) {
                pending.evaluations().value(slow.script(), slow.input(), value);
            } else if (cause instanceof ScriptFailure failure) {
                pending.evaluations().failure(slow.script(), slow.input(), failure);
            } else {
                pending.promise().tryFail(new Overloaded("Too many scripts are waiting to be evaluated"));
                return;
            }
            if (!offer(pending)) {
                pending.promise().tryFail(new Overloaded("Too many commands are waiting"));
            }
        });
    }

    private Outcome.Accepted sealed(Outcome.Accepted outcome) {
        UnaryOperator<Task> seal = task -> {
            if (task.input().isMissingNode()) {
                return task;
            }
            JsonNode input = env.seal().sealed(outcome.run().origin().namespace(), task);
            return input == task.input() ? task : task.withInput(input);
        };
        return new Outcome.Accepted(
                outcome.run(),
                outcome.inserted().stream().map(seal).toList(),
                outcome.updated().stream().map(seal).toList(),
                outcome.logs(),
                outcome.effects());
    }

    private void write(LaneConnection open, Batch batch, boolean begun) {
        // The COMMIT that is sent along ends the transaction even when a statement before it fails.
        inTransaction = false;
        if (batch.nothingToWrite()) {
            if (begun) {
                open.roundTrip(List.of(COMMIT));
            }
            return;
        }
        List<Call> calls = new ArrayList<>();
        if (!begun) {
            calls.add(BEGIN);
        }
        calls.addAll(batch.writes(env.limits().lease()));
        calls.add(COMMIT);
        open.roundTrip(calls);
    }

    private void remember(Batch batch) {
        for (Map.Entry<UUID, RunState> entry : batch.states().entrySet()) {
            if (entry.getValue().run().status().terminal()) {
                cache.remove(entry.getKey());
            } else {
                cache.put(entry.getValue());
            }
        }
    }

    private LaneConnection connected() {
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
