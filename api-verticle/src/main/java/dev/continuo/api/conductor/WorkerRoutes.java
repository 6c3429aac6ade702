package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What workers call: polls for tasks, and their results (conductor: Tasks). */
final class WorkerRoutes {
    private static final int MAX_TIMEOUT_MS = 5_000;
    private static final int DEFAULT_TIMEOUT_MS = 100;
    private static final int MAX_COUNT = 10_000;

    private final WorkerTasks workers;
    private final TaskUpdates updates;
    private final ConductorTasks tasks;

    WorkerRoutes(WorkerTasks workers, TaskUpdates updates, ConductorTasks tasks) {
        this.workers = workers;
        this.updates = updates;
        this.tasks = tasks;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/tasks";
        return List.of(
                Endpoint.get(all + "/poll/{tasktype}", this::poll),
                Endpoint.get(all + "/poll/batch/{tasktype}", this::batch),
                Endpoint.post(all, this::update),
                Endpoint.post(all + "/update-v2", this::updateAndPoll),
                Endpoint.plain(HttpMethod.POST, all + "/{taskId}/claim", this::claim));
    }

    private Future<Answer> poll(Call call) {
        QueryReader query = call.query();
        QueueName queue = queue(call, query);
        Optional<String> worker = query.text("workerid");
        return query.then(
                () -> workers.take(call, queue, worker, 1, Duration.ZERO).map(WorkerRoutes::firstOrNothing));
    }

    /** Always a list: workers iterate over it without looking. */
    private Future<Answer> batch(Call call) {
        QueryReader query = call.query();
        QueueName queue = queue(call, query);
        Optional<String> worker = query.text("workerid");
        int count = query.number(1, 0, MAX_COUNT, "count");
        Duration timeout = Duration.ofMillis(query.number(DEFAULT_TIMEOUT_MS, 0, MAX_TIMEOUT_MS, "timeout"));
        return query.then(() -> count == 0
                ? Answer.ok(Views.array(List.of())).now()
                : workers.take(call, queue, worker, count, timeout).map(taken -> Answer.ok(Views.array(taken))));
    }

    private static QueueName queue(Call call, QueryReader query) {
        return new QueueName(call.path("tasktype"), query.text("domain"));
    }

    private static Answer firstOrNothing(List<ObjectNode> taken) {
        return taken.isEmpty() ? Answer.nothing() : Answer.ok(taken.getFirst());
    }

    /** For workers that have heard of the task otherwise. */
    private Future<Answer> claim(Call call) {
        QueryReader query = call.query();
        Optional<String> worker = query.text("workerid");
        return query.then(() -> TaskRoutes.withId(call, "taskId", id -> workers.claim(call, id, worker)
                .map(taken -> taken.map(Answer::ok).orElseGet(Answer::nothing))));
    }

    /** A result that comes late, or again, is taken and dropped: a worker that is refused would try again and again. */
    private Future<Answer> update(Call call, ObjectNode body) {
        return withResult(
                body,
                result -> updates.answered(result, call.principal().id(), updated -> Answer.text(
                                result.taskId().toString())
                        .now()));
    }

    private Future<Answer> updateAndPoll(Call call, ObjectNode body) {
        return withResult(body, result -> updates.apply(result, call.principal().id())
                .compose(updated -> next(call, result, updated)));
    }

    private static Future<Answer> withResult(ObjectNode body, Function<TaskResult, Future<Answer>> action) {
        return switch (TaskResult.read(body, Instant.now())) {
            case TaskResult.Checked.Valid(TaskResult result) -> action.apply(result);
            case TaskResult.Checked.Faulty(var flaws) ->
                Problem.flawed("The task result", flaws).now();
        };
    }

    /** A run may be removed while a worker is busy with it, which is not the worker's fault: there is just no next task. */
    private Future<Answer> next(Call call, TaskResult result, TaskUpdates.Updated updated) {
        return switch (updated) {
            case TaskUpdates.Updated.Done done
            when result.extendLease() -> Answer.nothing().now();
            case TaskUpdates.Updated.Done(var outcome) ->
                pollLike(
                        call,
                        result,
                        outcome.updated().stream()
                                .filter(task -> task.id().equals(result.taskId()))
                                .findFirst());
            case TaskUpdates.Updated.Dropped dropped ->
                tasks.find(ConductorApi.NAMESPACE, result.taskId())
                        .compose(found -> pollLike(call, result, found.map(Found::task)));
            case TaskUpdates.Updated.Refused(Problem problem) ->
                problem.status() == 404 ? Answer.nothing().now() : problem.now();
        };
    }

    /** The next task of the queue that the last one was of. */
    private Future<Answer> pollLike(Call call, TaskResult result, Optional<Task> last) {
        return last.flatMap(task -> task.label().queue())
                .map(QueueName::ofStored)
                .map(queue -> workers.take(call, queue, result.workerId(), 1, Duration.ZERO)
                        .map(WorkerRoutes::firstOrNothing))
                .orElseGet(() -> Answer.nothing().now());
    }
}
