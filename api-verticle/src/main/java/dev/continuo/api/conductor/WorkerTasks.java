package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Call;
import dev.continuo.engine.Poll;
import dev.continuo.engine.PollHub;
import dev.continuo.model.QueueName;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.PolledTask;
import dev.continuo.store.RunFacts;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Hands tasks to workers, and takes back what a worker that has gone meanwhile did not get. */
final class WorkerTasks {
    private final PollHub hub;
    private final ShownTasks shown;
    private final TaskUpdates updates;

    WorkerTasks(PollHub hub, ShownTasks shown, TaskUpdates updates) {
        this.hub = hub;
        this.shown = shown;
        this.updates = updates;
    }

    /** What there is in the queue within that time, as views. */
    Future<List<ObjectNode>> take(Call call, QueueName queue, Optional<String> worker, int count, Duration timeout) {
        Poll poll = hub.begin(queue, worker, count, timeout);
        call.whenGone(poll::cancel);
        return poll.tasks().compose(tasks -> handed(call, tasks));
    }

    /** One task, if it is there for workers, with the fence that a result through Kafka has to carry. */
    Future<Optional<ObjectNode>> claim(Call call, UUID taskId, Optional<String> worker) {
        return hub.claim(taskId, worker)
                .compose(found -> handed(call, found.stream().toList())
                        .map(views -> found.map(polled -> views.getFirst()
                                .put("fence", polled.task().claim().fence()))));
    }

    private Future<List<ObjectNode>> handed(Call call, List<PolledTask> tasks) {
        if (tasks.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Future<List<ObjectNode>> views =
                shown.polled(tasks.stream().map(WorkerTasks::found).toList());
        return views.transform(done -> done.succeeded() && !call.gone() ? views : takenBack(call, tasks, views));
    }

    private Future<List<ObjectNode>> takenBack(Call call, List<PolledTask> tasks, Future<List<ObjectNode>> unsent) {
        List<Future<TaskUpdates.Updated>> back = tasks.stream()
                .map(polled -> updates.apply(
                        TaskResult.of(
                                polled.runId(),
                                polled.task().id(),
                                TaskStatus.IN_PROGRESS,
                                Views.object(),
                                Optional.empty()),
                        call.principal().id()))
                .toList();
        return Future.join(back).transform(done -> unsent);
    }

    private static Found found(PolledTask polled) {
        return new Found(
                polled.task(),
                new RunFacts(
                        polled.runId(),
                        polled.runName(),
                        polled.definitionVersion(),
                        polled.revisionId(),
                        polled.correlationId(),
                        polled.priority(),
                        RunStatus.RUNNING));
    }
}
