package dev.continuo.worker;

import dev.continuo.definition.TaskType;
import dev.continuo.events.TrackedConsumer;
import dev.continuo.worker.connector.Connector;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A worker: takes events from the topic {@code task-queued}, claims their tasks, executes them and reports what came of
 * it. Deploy as many as wanted, each with an id of its own; any number of processes may do so.
 */
public final class WorkerVerticle extends VerticleBase {
    private final WorkerParts parts;
    private final WorkerSettings settings;
    private List<Connector> connectors = List.of();
    private WorkerMeters meters;
    private Workbench workbench;
    private Intake intake;
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
        WorkTools tools = new WorkTools(parts.engine(), parts.sealer(), meters);
        workbench = new Workbench(vertx, catalog, tools, settings, new Owner());
        intake = new Intake(
                vertx, catalog, parts, meters, new Intake.Hooks(workbench::add, record -> consumer.finished(record)));
        consumer = new TrackedConsumer(
                vertx,
                parts.kafka(),
                new TrackedConsumer.Subscription(
                        parts.topics().taskQueued(),
                        parts.topics().prefix() + "workers",
                        settings.maxOpen(),
                        settings.commitEvery()),
                intake::received);
        workbench.start();
        return consumer.start();
    }

    @Override
    public Future<?> stop() {
        intake.stop();
        return consumer.quiesce(workbench::drained)
                .transform(drained -> consumer.close())
                .transform(closed -> {
                    workbench.stop();
                    meters.close();
                    return Future.join(connectors.stream().map(Connector::close).toList());
                });
    }

    private final class Owner implements WakeUpOwner {
        @Override
        public void settled(WakeUp wakeUp) {
            consumer.finished(wakeUp.received());
        }

        @Override
        public void done(WakeUp wakeUp) {
            parts.inFlight().end(wakeUp.taskId());
            consumer.finished(wakeUp.received());
        }

        @Override
        public void left(WakeUp wakeUp) {
            parts.inFlight().end(wakeUp.taskId());
        }
    }
}
