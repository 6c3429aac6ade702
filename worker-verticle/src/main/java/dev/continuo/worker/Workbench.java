package dev.continuo.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/** The part of a worker behind the events: claims, executions, leases, results. Confined to one event loop. */
final class Workbench {
    private final WorkerSettings settings;
    private final LeaseKeeper leases;
    private final Execution execution;
    private final Dispatch dispatch;
    private final LongRunners longRunners;

    Workbench(Vertx vertx, Catalog catalog, WorkTools tools, WorkerSettings settings, WakeUpOwner owner) {
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
    }

    /** Lets running executions finish for the grace time; what runs longer is given up and comes back with its lease. */
    Future<Void> drained() {
        return dispatch.drained()
                .timeout(settings.grace().toMillis() + 1, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .onComplete(drained -> dispatch.running().forEach(Attempt::giveUp));
    }

    void stop() {
        leases.stop();
        longRunners.stop();
    }
}
