package dev.continuo.worker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a worker behind the events: claims, executions, leases, results. Confined to one event loop. */
final class Workbench {
    private static final Logger LOG = LoggerFactory.getLogger(Workbench.class);
    /** The process has seconds to stop; leases that could not be given back in time end by themselves. */
    private static final long GIVE_BACK_MILLIS = 400;

    private final Vertx vertx;
    private final WorkerEngine engine;
    private final WorkerSettings settings;
    private final LeaseKeeper leases;
    private final Execution execution;
    private final Dispatch dispatch;
    private final LongRunners longRunners;
    private boolean graceOver;

    Workbench(Vertx vertx, Catalog catalog, WorkTools tools, WorkerSettings settings, WakeUpOwner owner) {
        this.vertx = vertx;
        this.engine = tools.engine();
        this.settings = settings;
        leases = new LeaseKeeper(vertx, tools.engine(), tools.meters());
        execution = new Execution(vertx, catalog, tools, settings);
        dispatch = new Dispatch(vertx, tools, settings, owner, this::execute);
        longRunners = new LongRunners(vertx, tools.engine(), dispatch, owner);
        tools.meters().gauges(dispatch::runningCount, dispatch::waitingCount);
    }

    void start() {
        leases.start();
        longRunners.start();
    }

    void add(WakeUp wakeUp) {
        dispatch.add(wakeUp);
    }

    private void execute(Attempt attempt) {
        leases.hold(attempt);
        execution.run(attempt).onComplete(over -> {
            leases.release(attempt);
            dispatch.finished(attempt);
        });
        if (graceOver) {
            // A claim that was slow to be answered.
            giveBack(List.of(attempt));
        }
    }

    /** Lets running executions finish for the grace time; what runs longer is given up, and back to other workers. */
    Future<Void> drained() {
        Promise<Void> enough = Promise.promise();
        // A timer of this event loop, to which everything here is confined; Future.timeout may end on another thread.
        long timer = vertx.setTimer(settings.grace().toMillis() + 1, id -> enough.tryComplete());
        dispatch.drained().onComplete(idle -> enough.tryComplete());
        return enough.future().compose(over -> {
            vertx.cancelTimer(timer);
            graceOver = true;
            return giveBack(dispatch.running());
        });
    }

    /** Executions that have ended are left to the reports of their results. */
    private Future<Void> giveBack(List<Attempt> attempts) {
        List<Attempt> unfinished =
                attempts.stream().filter(attempt -> !attempt.isOver()).toList();
        if (unfinished.isEmpty()) {
            return Future.succeededFuture();
        }
        // Cancelled first: nobody else may begin before.
        unfinished.forEach(attempt -> attempt.giveUp("The worker stopped and gave the task back unfinished"));
        return engine.release(unfinished.stream().map(Attempt::lease).toList())
                .timeout(GIVE_BACK_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(back -> LOG.info("Gave {} of {} unfinished tasks back", back.size(), unfinished.size()))
                .onFailure(failure -> LOG.warn(
                        "Could not give {} unfinished tasks back; they come back when their leases end: {}",
                        unfinished.size(),
                        failure.toString()))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    void stop() {
        leases.stop();
        longRunners.stop();
    }
}
