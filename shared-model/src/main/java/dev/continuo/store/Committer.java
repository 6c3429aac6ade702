package dev.continuo.store;

import dev.continuo.decide.Command;
import dev.continuo.decide.World;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The only way in which a run changes. A run belongs to a lane of this process by its id; other processes have lanes of
 * their own, and the run's row lock and version keep them apart.
 *
 * <p>Safe for any thread. Futures complete on the caller's context. {@link Overloaded}: nothing was done. {@link
 * StoreUnavailable}: nothing was acknowledged; when the connection broke while Postgres was committing, it may have been
 * done all the same, which the fence or the idempotency key of a repetition finds out.
 */
public final class Committer implements AutoCloseable {
    private final VertxInternal vertx;
    private final List<Lane> lanes = new ArrayList<>();
    private final CommitMeters meters;

    public Committer(
            Vertx vertx,
            PgConnectOptions connect,
            CommitterLimits limits,
            Plans plans,
            Scripting scripting,
            InputSeal seal,
            World world,
            CommitListener listener,
            MeterRegistry registry) {
        this.vertx = (VertxInternal) vertx;
        this.meters = new CommitMeters(registry);
        PgConnectOptions pipelined =
                new PgConnectOptions(connect).setPipeliningLimit(64).setCachePreparedStatements(false);
        LaneEnvironment env = new LaneEnvironment(
                vertx, pipelined, limits, plans, scripting, seal, world, new DbClock(), listener, meters);
        for (int i = 0; i < limits.lanes(); i++) {
            lanes.add(new Lane("continuo-lane-" + i, env));
        }
        Gauge.builder("continuo.commit.waiting", lanes, all -> all.stream()
                        .mapToInt(Lane::waiting)
                        .sum())
                .description("Commands that wait for a lane")
                .register(registry);
        lanes.forEach(Lane::start);
    }

    public Future<Reply> start(NewRun run) {
        Promise<Reply> promise = vertx.getOrCreateContext().promise();
        return submit(Pending.of(run, promise));
    }

    public Future<Reply> submit(Command command) {
        Promise<Reply> promise = vertx.getOrCreateContext().promise();
        return submit(Pending.of(command, promise));
    }

    private Future<Reply> submit(Pending pending) {
        if (!lane(pending.runId()).offer(pending)) {
            meters.overloaded();
            return vertx.getOrCreateContext()
                    .failedFuture(new Overloaded("More commands are waiting than the engine takes on; try again soon"));
        }
        return pending.promise().future();
    }

    private Lane lane(UUID runId) {
        return lanes.get(Math.floorMod(Long.hashCode(runId.getLeastSignificantBits()), lanes.size()));
    }

    /** Finishes what waits and stops the lanes. */
    @Override
    public void close() {
        lanes.forEach(Lane::close);
    }
}
