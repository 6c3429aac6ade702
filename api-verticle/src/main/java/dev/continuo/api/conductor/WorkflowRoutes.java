package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.api.conductor.WorkflowView.Shown;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorRuns.About;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Runs as they are read under {@code workflow} (conductor: Workflow). */
final class WorkflowRoutes {
    private static final int MOST_NAMES = 1_000;
    private static final int MOST_TASKS = 5_000;
    private static final long LATEST_MILLIS =
            Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

    private final ConductorRuns runs;
    private final ConductorTasks tasks;
    private final RunDefinitions definitions;
    private final WorkflowReads reads;

    WorkflowRoutes(ConductorRuns runs, ConductorTasks tasks, RunDefinitions definitions, WorkflowReads reads) {
        this.runs = runs;
        this.tasks = tasks;
        this.definitions = definitions;
        this.reads = reads;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/workflow";
        String one = all + "/{workflowId}";
        return List.of(
                Endpoint.get(one, this::get),
                Endpoint.get(one + "/tasks", this::tasks),
                Endpoint.get(one + "/status", this::status),
                Endpoint.get(one + "/size", this::size),
                Endpoint.get(all + "/running/{name}", this::running),
                Endpoint.get(all + "/{name}/correlated/{correlationId}", this::correlated),
                Endpoint.json(HttpMethod.POST, all + "/{name}/correlated", this::correlatedOfName),
                Endpoint.post(all + "/correlated/batch", this::correlatedBatch));
    }

    /** An id that is none is answered like one that does not exist. */
    static Future<Answer> identified(Call call, Function<UUID, Future<Answer>> action) {
        return call.id("workflowId").map(action).orElseGet(() -> RunOperations.notFound(call.path("workflowId"))
                .now());
    }

    private Future<Answer> get(Call call) {
        QueryReader query = call.query();
        Shown shown = new Shown(query.flag("includeTasks", true), query.flag("summarize"));
        return query.then(() -> identified(call, id -> reads.workflow(id, shown)));
    }

    private Future<Answer> status(Call call) {
        QueryReader query = call.query();
        boolean output = query.flag("includeOutput");
        boolean variables = query.flag("includeVariables");
        return query.then(() -> identified(
                call,
                id -> reads.one(
                        id,
                        false,
                        (whole, definition) ->
                                WorkflowView.status(whole.run(), definition.masking(), output, variables))));
    }

    private Future<Answer> size(Call call) {
        return identified(call, id -> runs.size(ConductorApi.NAMESPACE, id)
                .map(found -> found.<Answer>map(size -> Answer.ok(Views.object()
                                .put("workflowId", id.toString())
                                .put("workflowSize", size.run())
                                .put("tasksSize", size.tasks())
                                .put("size", size.run() + size.tasks())
                                .put("taskCount", size.taskCount())))
                        .orElseGet(() -> RunOperations.notFound(id.toString()))));
    }

    private Future<Answer> tasks(Call call) {
        QueryReader query = call.query();
        Paging paging =
                new Paging(query.number(0, 0, Integer.MAX_VALUE, "start"), query.number(15, 1, MOST_TASKS, "count"));
        List<TaskStatus> statuses = statuses(query);
        return query.then(() -> identified(call, id -> tasks.run(ConductorApi.NAMESPACE, id)
                .compose(run -> run.isEmpty()
                        ? RunOperations.notFound(id.toString()).now()
                        : tasks(id, run.get().revisionId(), statuses, paging))));
    }

    private static List<TaskStatus> statuses(QueryReader query) {
        List<TaskStatus> statuses = new ArrayList<>();
        for (String list : query.texts("status")) {
            for (String word : list.split(",")) {
                Optional<TaskStatus> status = Arrays.stream(TaskStatus.values())
                        .filter(known -> known.name().equals(word.strip()))
                        .findFirst();
                if (status.isEmpty()) {
                    query.flaw("status", "status must be one of " + Arrays.toString(TaskStatus.values()));
                }
                status.ifPresent(statuses::add);
            }
        }
        return statuses;
    }

    private Future<Answer> tasks(UUID id, UUID revisionId, List<TaskStatus> statuses, Paging paging) {
        Future<Listed<Found>> page = tasks.ofRun(ConductorApi.NAMESPACE, id, statuses, paging);
        Future<About> about = runs.about(id);
        Future<RunDefinition> definition = definitions.of(revisionId);
        return Future.all(page, about, definition).map(all -> switch (page.result()) {
            case Listed.TooLarge<Found>(long bytes) -> WorkflowReads.tooLarge(bytes);
            case Listed.Page<Found>(long total, List<Found> rows) -> {
                RunDefinition known = definition.result().with(about.result().fragments());
                ObjectNode view = Views.object();
                view.put("totalHits", total);
                view.set(
                        "results",
                        Views.array(rows, found -> WorkflowView.task(found.task(), found.run(), known, Shown.ALL)));
                ObjectNode summary = view.putObject("summary");
                about.result().byStatus().forEach((status, count) -> summary.put(status.name(), count));
                yield Answer.ok(view);
            }
        });
    }

    private Future<Answer> running(Call call) {
        QueryReader query = call.query();
        int version = query.number(1, 0, Integer.MAX_VALUE, "version");
        Optional<Instant> from = time(query, "startTime");
        Optional<Instant> to = time(query, "endTime");
        Optional<Integer> wanted = version > 0 ? Optional.of(version) : Optional.empty();
        return query.then(
                () -> runs.live(ConductorApi.NAMESPACE, new ConductorRuns.Live(call.path("name"), wanted, from, to))
                        .map(ids -> Answer.ok(
                                Views.texts(ids.stream().map(UUID::toString).toList()))));
    }

    /** In milliseconds since 1970; 0 is none, as the original has it. */
    private static Optional<Instant> time(QueryReader query, String name) {
        Optional<String> given = query.text(name);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        boolean digits = given.get().matches("[0-9]{1,15}");
        if (!digits || Long.parseLong(given.get()) > LATEST_MILLIS) {
            query.flaw(name, name + " must be a time in milliseconds since 1970");
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(given.get()))
                .filter(millis -> millis > 0)
                .map(Instant::ofEpochMilli);
    }

    private Future<Answer> correlated(Call call) {
        QueryReader query = call.query();
        boolean closed = query.flag("includeClosed");
        Shown shown = new Shown(query.flag("includeTasks"), false);
        List<String> names = List.of(call.path("name"));
        List<String> ids = List.of(call.path("correlationId"));
        return query.then(
                () -> runs.correlated(ConductorApi.NAMESPACE, new ConductorRuns.Correlated(names, ids, closed))
                        .compose(found -> reads.many(
                                found, shown, viewed -> Answer.ok(Views.array(viewed, WorkflowReads.Viewed::view)))));
    }

    private Future<Answer> correlatedOfName(Call call, JsonNode body) {
        return byCorrelation(call, List.of(call.path("name")), body, "The body");
    }

    private Future<Answer> correlatedBatch(Call call, ObjectNode body) {
        Optional<List<String>> names = texts(body.path("workflowNames"));
        if (names.isEmpty()) {
            return refused("workflowNames").now();
        }
        return byCorrelation(call, names.get(), body.path("correlationIds"), "correlationIds");
    }

    private Future<Answer> byCorrelation(Call call, List<String> names, JsonNode body, String what) {
        QueryReader query = call.query();
        boolean closed = query.flag("includeClosed");
        Shown shown = new Shown(query.flag("includeTasks"), false);
        Optional<List<String>> ids = texts(body);
        if (ids.isEmpty()) {
            return refused(what).now();
        }
        return query.then(
                () -> runs.correlated(ConductorApi.NAMESPACE, new ConductorRuns.Correlated(names, ids.get(), closed))
                        .compose(found -> reads.many(found, shown, viewed -> byId(ids.get(), viewed))));
    }

    private static Problem refused(String what) {
        return Problem.badRequest(what + " must be a list of 1 to " + MOST_NAMES + " texts");
    }

    private static Optional<List<String>> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        boolean all = list.isArray() && !list.isEmpty() && list.size() <= MOST_NAMES;
        for (JsonNode item : list) {
            all = all && item.isTextual() && item.textValue().indexOf('\0') < 0;
            texts.add(item.asText());
        }
        return all ? Optional.of(texts) : Optional.empty();
    }

    /** Each id that was asked for has its list, if only an empty one. */
    private static Answer byId(List<String> ids, List<WorkflowReads.Viewed> viewed) {
        ObjectNode byId = Views.object();
        ids.forEach(byId::putArray);
        viewed.forEach(run -> ((ArrayNode) byId.get(run.correlationId().orElseThrow())).add(run.view()));
        return Answer.ok(byId);
    }
}
