package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Notes;
import dev.continuo.definition.conductor.TaskDefDoc.RateLimit;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.RunFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A task as answers show it (conductor: Task; Get Task by ID). What there is none of is left out, but for {@code
 * taskDefinition}, which is then null, and times, which are then 0.
 */
final class TaskView {
    /** Notes of a task that are shown as they are, under their names. */
    private static final List<String> PASSED_ON =
            List.of("externalInputPayloadStoragePath", "externalOutputPayloadStoragePath", "outputMessage");

    /** Of a task that was not polled: who said that it is over. */
    static final String WORKER = "workerId";

    private TaskView() {}

    /** @param facts empty for a task that the run's snapshot does not know */
    static ObjectNode of(Task task, RunFacts run, Optional<TaskFacts> facts) {
        return of(task, task.input(), run, facts);
    }

    /** @param input shown in place of the one that is stored */
    static ObjectNode of(Task task, JsonNode input, RunFacts run, Optional<TaskFacts> facts) {
        ObjectNode view = Views.object();
        identified(view, task, input, run);
        timed(view, task, facts);
        view.put("workflowInstanceId", run.id().toString());
        view.put("workflowType", run.name());
        view.put("taskId", task.id().toString());
        task.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.put("callbackAfterSeconds", callbackAfter(task).toSeconds());
        worker(task).ifPresent(worker -> view.put("workerId", worker));
        view.set("outputData", objectOf(task.output()));
        facts.ifPresent(known -> view.set("workflowTask", known.workflowTask()));
        domain(task).ifPresent(domain -> view.put("domain", domain));
        limited(view, facts.flatMap(TaskFacts::rateLimit), facts);
        PASSED_ON.forEach(name -> passOn(view, task, name));
        view.put("workflowPriority", run.priority());
        facts.flatMap(TaskFacts::taskDefinition).ifPresent(definition -> isolated(view, definition));
        view.put("iteration", task.label().iteration());
        task.extra().childRunId().ifPresent(child -> view.put("subWorkflowId", child.toString()));
        view.put("subworkflowChanged", false);
        view.put(
                "firstStartTime", task.extra().notes().path(Notes.FIRST_STARTED).asLong());
        passOn(view, task, "executionMetadata");
        task.label().parentId().ifPresent(parent -> view.put("parentTaskId", parent.toString()));
        view.put("loopOverTask", task.label().iteration() > 0);
        view.set("taskDefinition", facts.flatMap(TaskFacts::taskDefinition).orElse(null));
        view.put("queueWaitTime", queueWait(task));
        return view;
    }

    private static void identified(ObjectNode view, Task task, JsonNode input, RunFacts run) {
        view.put("taskType", task.label().type());
        view.put("status", task.status().name());
        view.set("inputData", objectOf(input));
        view.put("referenceTaskName", task.shownRef());
        view.put("retryCount", task.label().attempt());
        view.put("seq", task.label().seq());
        run.correlationId().ifPresent(id -> view.put("correlationId", id));
        // What the server's own workers take, nobody has polled.
        view.put("pollCount", task.label().queue().isPresent() ? task.claim().deliveries() : 0);
        view.put("taskDefName", task.label().name());
    }

    private static void timed(ObjectNode view, Task task, Optional<TaskFacts> facts) {
        Task.Times times = task.times();
        view.put("scheduledTime", times.scheduledAt().toEpochMilli());
        view.put("startTime", millis(times.startedAt()));
        view.put("endTime", millis(times.endedAt()));
        view.put("updateTime", times.updatedAt().toEpochMilli());
        view.put(
                "startDelayInSeconds",
                facts.map(known -> startDelay(task, known))
                        .orElse(Duration.ZERO)
                        .toSeconds());
        task.label().retryOf().ifPresent(before -> view.put("retriedTaskId", before.toString()));
        view.put("retried", task.retried());
        view.put("executed", !task.open());
        view.put("callbackFromWorker", true);
        view.put(
                "responseTimeoutSeconds",
                facts.map(TaskFacts::response).orElse(Duration.ZERO).toSeconds());
    }

    private static void limited(ObjectNode view, Optional<RateLimit> limit, Optional<TaskFacts> facts) {
        boolean defined = facts.flatMap(TaskFacts::taskDefinition).isPresent();
        long window = limit.map(rate -> rate.window().toSeconds()).orElse(defined ? 1L : 0L);
        view.put("rateLimitPerFrequency", limit.map(RateLimit::limit).orElse(0));
        view.put("rateLimitFrequencyInSeconds", window);
    }

    private static void isolated(ObjectNode view, ObjectNode definition) {
        for (String name : List.of("executionNameSpace", "isolationGroupId")) {
            if (definition.path(name).isTextual()) {
                view.set(name, definition.path(name));
            }
        }
    }

    private static void passOn(ObjectNode view, Task task, String name) {
        JsonNode note = task.extra().notes().path(name);
        if (!note.isMissingNode() && !note.isNull()) {
            view.set(name, note);
        }
    }

    /** Of a first attempt the start delay, of a later one the wait that was due before it, without its jitter. */
    private static Duration startDelay(Task task, TaskFacts facts) {
        int attempt = task.label().attempt();
        return attempt == 0 ? facts.startDelay() : facts.retry().delayAfter(attempt - 1, 0);
    }

    /** A poll ends the wait that the worker had asked for. */
    private static Duration callbackAfter(Task task) {
        return task.status() == TaskStatus.SCHEDULED
                ? Duration.ofSeconds(
                        task.extra().notes().path(Notes.CALLBACK_AFTER).asLong())
                : Duration.ZERO;
    }

    private static long queueWait(Task task) {
        return task.times()
                .startedAt()
                .map(started -> Math.max(
                        0, Duration.between(task.times().scheduledAt(), started).toMillis()))
                .orElse(0L);
    }

    private static Optional<String> worker(Task task) {
        JsonNode note = task.extra().notes().path(WORKER);
        return task.claim().workerId().or(() -> Optional.ofNullable(note.textValue()));
    }

    private static Optional<String> domain(Task task) {
        return task.label().queue().flatMap(stored -> QueueName.ofStored(stored).domain());
    }

    private static long millis(Optional<Instant> instant) {
        return instant.map(Instant::toEpochMilli).orElse(0L);
    }

    private static JsonNode objectOf(JsonNode payload) {
        return payload.isObject() ? payload : Views.object();
    }
}
