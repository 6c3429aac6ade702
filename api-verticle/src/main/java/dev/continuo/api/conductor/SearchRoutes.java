package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.model.Run;
import dev.continuo.search.Condition;
import dev.continuo.search.Parsed;
import dev.continuo.search.QueryParser;
import dev.continuo.search.Sort;
import dev.continuo.search.SortParser;
import dev.continuo.search.Subject;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorRuns.Whole;
import dev.continuo.store.ConductorSearch;
import dev.continuo.store.ConductorSearch.Hits;
import dev.continuo.store.ConductorSearch.Request;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import dev.continuo.store.RunParts;
import dev.continuo.store.RunParts.Part;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Searches of workflows and tasks (conductor: Workflow, Tasks, Index). */
final class SearchRoutes {
    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_FREE_TEXT = 1_000;
    private static final int MOST_BULK = 1_000;
    private static final String ANYTHING = "*";

    private final ConductorSearch search;
    private final ConductorRuns runs;
    private final RunDefinitions definitions;
    private final RunParts parts;
    private final Blocking blocking;

    SearchRoutes(
            ConductorSearch search, ConductorRuns runs, RunDefinitions definitions, RunParts parts, Blocking blocking) {
        this.search = search;
        this.runs = runs;
        this.definitions = definitions;
        this.parts = parts;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        String workflow = base + "/workflow";
        String tasks = base + "/tasks";
        return List.of(
                Endpoint.get(workflow + "/search", call -> workflows(call, this::summaries)),
                Endpoint.get(workflow + "/search-v2", call -> workflows(call, this::wholes)),
                Endpoint.get(workflow + "/search-by-tasks", call -> byTasks(call, this::summaries)),
                Endpoint.get(workflow + "/search-by-tasks-v2", call -> byTasks(call, this::wholes)),
                Endpoint.get(tasks + "/search", call -> tasks(call, this::taskSummaries)),
                Endpoint.get(tasks + "/search-v2", call -> tasks(call, this::wholeTasks)),
                Endpoint.json(HttpMethod.POST, workflow + "/bulk/search", this::bulk));
    }

    private Future<Answer> workflows(Call call, Function<Hits.Page<Run>, Future<Answer>> view) {
        return asked(call, Subject.WORKFLOWS, request -> search.runs(ConductorApi.NAMESPACE, request)
                .compose(hits -> answered(hits, view)));
    }

    /** What is asked for is said of tasks, and what is listed is sorted as workflows are. */
    private Future<Answer> byTasks(Call call, Function<Hits.Page<Run>, Future<Answer>> view) {
        return asked(
                call, Subject.TASKS, Subject.WORKFLOWS, request -> search.runsByTasks(ConductorApi.NAMESPACE, request)
                        .compose(hits -> answered(hits, view)));
    }

    private Future<Answer> tasks(Call call, Function<Hits.Page<Found>, Future<Answer>> view) {
        return asked(call, Subject.TASKS, request -> search.tasks(ConductorApi.NAMESPACE, request)
                .compose(hits -> answered(hits, view)));
    }

    private static Future<Answer> asked(Call call, Subject subject, Function<Request, Future<Answer>> action) {
        return asked(call, subject, subject, action);
    }

    private static Future<Answer> asked(
            Call call, Subject subject, Subject sorted, Function<Request, Future<Answer>> action) {
        QueryReader query = call.query();
        int start = query.number(0, 0, ConductorSearch.MAX_START, "start");
        int size = query.number(DEFAULT_SIZE, 0, ConductorSearch.MAX_SIZE, "size");
        Optional<String> text =
                query.raw("freeText").filter(words -> !words.strip().equals(ANYTHING));
        if (text.isPresent() && text.get().length() > MAX_FREE_TEXT) {
            query.flaw("freeText", "freeText must not be longer than " + MAX_FREE_TEXT + " characters");
        }
        boolean topLevel = query.flag("topLevelOnly");
        Optional<String> classifier = query.text("classifier");
        List<String> sorts = query.texts("sort");
        String wanted = query.raw("query").orElse("");
        return query.then(() -> switch (QueryParser.parse(wanted, subject)) {
            case Parsed.Bad<Condition>(String message) ->
                Problem.badRequest(message).now();
            case Parsed.Good<Condition>(Condition condition) ->
                switch (SortParser.parse(sorts, sorted)) {
                    case Parsed.Bad<List<Sort>>(String message) ->
                        Problem.badRequest(message).now();
                    case Parsed.Good<List<Sort>>(List<Sort> order) ->
                        action.apply(
                                new Request(condition, order, text, topLevel, classifier, new Paging(start, size)));
                };
        });
    }

    private static <T> Future<Answer> answered(Hits<T> hits, Function<Hits.Page<T>, Future<Answer>> view) {
        return switch (hits) {
            case Hits.Page<T> page -> view.apply(page);
            case Hits.TooLarge<T>(long bytes) -> tooLarge(bytes).now();
            case Hits.TooSlow<T>() ->
                Problem.badRequest("The search took longer than %d s: ask for less, such as a time or a workflow type"
                                .formatted(ConductorSearch.LIMIT.toSeconds()))
                        .now();
        };
    }

    private static Problem tooLarge(long bytes) {
        return Problem.badRequest(
                "The page carries %d bytes, more than the %d that one answer may: ask for a smaller size"
                        .formatted(bytes, Listed.MAX_PAGE_BYTES));
    }

    private Future<Answer> summaries(Hits.Page<Run> page) {
        List<UUID> revisions =
                page.hits().stream().map(run -> run.origin().revisionId()).toList();
        return definitions
                .of(revisions)
                .compose(known -> blocking.call(() -> page(
                        page.total(),
                        page.hits().stream()
                                .map(run -> SummaryViews.workflow(
                                        run, known.get(run.origin().revisionId())))
                                .toList())));
    }

    private Future<Answer> taskSummaries(Hits.Page<Found> page) {
        List<UUID> revisions =
                page.hits().stream().map(found -> found.run().revisionId()).toList();
        return definitions
                .of(revisions)
                .compose(known -> blocking.call(() -> page(
                        page.total(),
                        page.hits().stream()
                                .map(found -> SummaryViews.task(
                                        found,
                                        known.get(found.run().revisionId()).masking()))
                                .toList())));
    }

    private Future<Answer> wholeTasks(Hits.Page<Found> page) {
        List<UUID> revisions =
                page.hits().stream().map(found -> found.run().revisionId()).toList();
        Set<Part> brought =
                page.hits().stream().flatMap(found -> part(found).stream()).collect(Collectors.toSet());
        Future<Map<UUID, RunDefinition>> known = definitions.of(revisions);
        Future<Map<Part, JsonNode>> documents = parts.documents(brought);
        return Future.all(known, documents)
                .compose(both -> blocking.call(() -> page(
                        page.total(),
                        page.hits().stream()
                                .map(found -> whole(
                                        found,
                                        known.result().get(found.run().revisionId()),
                                        part(found).map(documents.result()::get)))
                                .toList())));
    }

    /** A task that its run brought itself is known by the document that came with it. */
    private static ObjectNode whole(Found found, RunDefinition definition, Optional<JsonNode> brought) {
        RunDefinition all =
                brought.map(document -> definition.with(List.of(document))).orElse(definition);
        return WorkflowView.task(found.task(), found.run(), all, WorkflowView.Shown.ALL);
    }

    private static Optional<Part> part(Found found) {
        int number = found.task().label().part();
        return number == 0 ? Optional.empty() : Optional.of(new Part(found.run().id(), number));
    }

    private Future<Answer> wholes(Hits.Page<Run> page) {
        List<UUID> ids = page.hits().stream().map(Run::id).toList();
        return shown(ids, true).map(shown -> switch (shown) {
            case Listed.TooLarge<ObjectNode>(long bytes) -> tooLarge(bytes);
            case Listed.Page<ObjectNode>(long total, List<ObjectNode> views) -> page(page.total(), views);
        });
    }

    /** Those that are still there, in the order of the ids. */
    private Future<Listed<ObjectNode>> shown(List<UUID> ids, boolean withTasks) {
        return runs.wholes(ConductorApi.NAMESPACE, ids, withTasks).compose(listed -> switch (listed) {
            case Listed.TooLarge<Whole>(long bytes) -> Future.succeededFuture(new Listed.TooLarge<ObjectNode>(bytes));
            case Listed.Page<Whole>(long total, List<Whole> rows) -> views(ids, rows, withTasks);
        });
    }

    private Future<Listed<ObjectNode>> views(List<UUID> ids, List<Whole> rows, boolean withTasks) {
        WorkflowView.Shown shown = withTasks ? WorkflowView.Shown.ALL : WorkflowView.Shown.BARE;
        Map<UUID, Whole> byId = new HashMap<>();
        rows.forEach(whole -> byId.put(whole.run().id(), whole));
        List<UUID> revisions =
                rows.stream().map(whole -> whole.run().origin().revisionId()).toList();
        return definitions
                .of(revisions)
                .compose(known -> blocking.call(() -> {
                    List<ObjectNode> views = new ArrayList<>();
                    for (UUID id : ids) {
                        Whole whole = byId.get(id);
                        if (whole != null) {
                            views.add(WorkflowView.of(
                                    whole, known.get(whole.run().origin().revisionId()), shown));
                        }
                    }
                    return new Listed.Page<>(views.size(), List.copyOf(views));
                }));
    }

    /** Workflows by their ids; those that are not there are told apart (conductor: Workflow bulk). */
    private Future<Answer> bulk(Call call, JsonNode body) {
        QueryReader query = call.query();
        boolean withTasks = query.flag("includeTasks", true);
        Map<String, Optional<UUID>> ids = new LinkedHashMap<>();
        boolean texts = body.isArray() && !body.isEmpty();
        for (JsonNode item : body) {
            texts = texts && item.isTextual();
            ids.put(item.asText(), Call.uuid(item.asText()));
        }
        if (!texts || body.size() > MOST_BULK) {
            return Problem.badRequest("A list of 1 to " + MOST_BULK + " workflow ids is expected")
                    .now();
        }
        List<UUID> wanted =
                ids.values().stream().flatMap(Optional::stream).distinct().toList();
        return query.then(() -> shown(wanted, withTasks).map(shown -> switch (shown) {
            case Listed.TooLarge<ObjectNode>(long bytes) -> tooLarge(bytes);
            case Listed.Page<ObjectNode>(long total, List<ObjectNode> views) -> Answer.ok(bulk(ids, views));
        }));
    }

    private static ObjectNode bulk(Map<String, Optional<UUID>> ids, List<ObjectNode> views) {
        Map<String, ObjectNode> byId = new HashMap<>();
        views.forEach(found -> byId.put(found.path("workflowId").textValue(), found));
        ObjectNode view = Views.object();
        ObjectNode errors = view.putObject("bulkErrorResults");
        ArrayNode found = view.putArray("bulkSuccessfulResults");
        ids.forEach((text, id) -> {
            ObjectNode workflow = id.map(known -> byId.get(known.toString())).orElse(null);
            if (workflow == null) {
                errors.put(text, "No such workflow found by id: " + text);
            } else {
                found.add(workflow);
            }
        });
        return view.put("message", "Bulk Request has been processed.");
    }

    private static Answer page(long total, List<ObjectNode> results) {
        ObjectNode view = Views.object().put("totalHits", total);
        view.set("results", Views.array(results, result -> result));
        return Answer.ok(view);
    }
}
