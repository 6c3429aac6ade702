package dev.continuo.worker;

import dev.continuo.definition.TaskType;
import dev.continuo.events.TrackedConsumer;
import dev.continuo.worker.connector.Connector;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;

/**
 * A worker: takes events from the topic {@code task-queued}, claims their tasks, executes them and reports what came of
 * it. Deploy as many as wanted, each with an id of its own; any number of processes may do so.
 */
public final class WorkerVerticle extends VerticleBase {
    private final WorkerParts parts;
    private final WorkerSettings settings;
    private List<Connector> connectors = List.of();
    private WorkerMeters meters;
    private LeaseKeeper leases;
    private Execution execution;
    private Dispatch dispatch;
    private Intake intake;
    private LongRunners longRunners;
    private TrackedConsumer consumer;

    public WorkerVerticle(WorkerParts parts, WorkerSettings settings) {
        this.parts = parts;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        connectors = parts.connectors().create(vertx);
        List<TaskType> types = ServiceLoader.load(TaskType.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        Catalog catalog = new Catalog(connectors, types);
        meters = new WorkerMeters(parts.registry(), settings.workerId());
        leases = new LeaseKeeper(vertx, parts.engine(), meters);
        execution = new Execution(vertx, catalog, parts, settings, meters);
        dispatch = new Dispatch(
                vertx, parts.engine(), settings, meters, new Dispatch.Hooks(this::execute, this::done, this::left));
        longRunners = new LongRunners(vertx, parts.engine(), dispatch, wakeUp -> consumer.finished(wakeUp.received()));
        intake = new Intake(
                vertx, catalog, parts, meters, new Intake.Hooks(dispatch::add, record -> consumer.finished(record)));
        meters.gauges(dispatch::runningCount, dispatch::waitingCount);
        consumer = new TrackedConsumer(
                vertx,
                parts.kafka(),
                new TrackedConsumer.Subscription(
                        parts.topics().taskQueued(),
                        parts.topics().prefix() + "workers",
                        settings.maxOpen(),
                        settings.commitEvery()),
                intake::received);
        leases.start();
        longRunners.start();
        return consumer.start();
    }

    private void execute(Attempt attempt) {
        leases.hold(attempt);
        execution.run(attempt).onComplete(over -> {
            leases.release(attempt);
            dispatch.finished(attempt);
        });
    }

    private void done(WakeUp wakeUp) {
        parts.inFlight().end(wakeUp.taskId());
        consumer.finished(wakeUp.received());
    }

    private void left(WakeUp wakeUp) {
        parts.inFlight().end(wakeUp.taskId());
    }

    /** Lets running executions finish for the grace time; what runs longer is given up and comes back with its lease. */
    @Override
    public Future<?> stop() {
        intake.stop();
        return consumer.quiesce(() -> dispatch.drained()
                        .timeout(settings.grace().toMillis() + 1, TimeUnit.MILLISECONDS)
                        .otherwiseEmpty())
                .onComplete(drained -> dispatch.running().forEach(Attempt::giveUp))
                .transform(drained -> consumer.close())
                .transform(closed -> {
                    leases.stop();
                    longRunners.stop();
                    meters.close();
                    return Future.join(connectors.stream().map(Connector::close).toList());
                });
    }
}
