package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.api.conductor.Executions.Wish;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * {@code signal}: ends the first task that waits for somebody, in the run or in its sub-workflows, without naming it
 * (conductor: signal).
 */
final class SignalRoutes {
    private static final int DEFAULT_TIMEOUT_MS = 5_000;
    private static final int MAX_TIMEOUT_MS = 60_000;

    private final ConductorTasks tasks;
    private final TaskUpdates updates;
    private final Executions executions;

    SignalRoutes(ConductorTasks tasks, TaskUpdates updates, Executions executions) {
        this.tasks = tasks;
        this.updates = updates;
        this.executions = executions;
    }

    List<Endpoint> endpoints(String base) {
        String signal = base + "/tasks/{workflowId}/{status}/signal";
        return List.of(
                Endpoint.optionalJson(HttpMethod.POST, signal, this::signal),
                Endpoint.optionalJson(HttpMethod.POST, signal + "/sync", this::signalSync));
    }

    private Future<Answer> signal(Call call, JsonNode body) {
        return TaskRoutes.withId(
                call,
                "workflowId",
                runId -> signaled(call, body, runId, () -> Answer.done().now(), Answer.done()));
    }

    private Future<Answer> signalSync(Call call, JsonNode body) {
        QueryReader query = call.query();
        int timeout = query.number(DEFAULT_TIMEOUT_MS, 0, MAX_TIMEOUT_MS, "timeoutMillis");
        Wish wish = new Wish(Optional.empty(), Set.of(), Duration.ofMillis(timeout), Wish.strategy(query));
        return query.then(() -> TaskRoutes.withId(
                call,
                "workflowId",
                runId -> signaled(
                        call,
                        body,
                        runId,
                        () -> executions.answer(runId, wish),
                        Problem.of(404, "No task of workflow " + runId + " waits for a signal"))));
    }

    /** @param none the answer when the run waits for nobody */
    private Future<Answer> signaled(
            Call call, JsonNode body, UUID runId, Supplier<Future<Answer>> answer, Answer none) {
        return TaskRoutes.withStatus(call, body, (status, output) -> tasks.blocking(ConductorApi.NAMESPACE, runId)
                .compose(found -> found.map(task -> updates.answered(
                                result(task, status, output), call.principal().id(), updated -> answer.get()))
                        .orElseGet(() -> known(runId, none))));
    }

    private static TaskResult result(Found found, TaskStatus status, ObjectNode output) {
        return TaskResult.of(found.run().id(), found.task().id(), status, output, Optional.empty());
    }

    private Future<Answer> known(UUID runId, Answer none) {
        return tasks.run(ConductorApi.NAMESPACE, runId)
                .map(run -> run.isPresent() ? none : RunOperations.notFound(runId.toString()));
    }
}
