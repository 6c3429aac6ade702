package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.workflowsvc.StartableDefinitions.Startable;
import dev.continuo.decide.Command;
import dev.continuo.decide.Start;
import dev.continuo.model.Run;
import dev.continuo.store.Committer;
import dev.continuo.store.Ids;
import dev.continuo.store.NewRun;
import dev.continuo.store.Order;
import dev.continuo.store.Paging;
import dev.continuo.store.Reply;
import dev.continuo.store.RunReads;
import dev.continuo.store.RunReads.RunRow;
import dev.continuo.store.RunReads.SortField;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** {@code workflows}: runs, their list, their start, and what may be done to them. */
final class RunRoutes {
    private static final List<String> VERBS = List.of("PAUSED", "RESUMED", "RETRIED", "TERMINATED");
    private static final SortParameter SORT = new SortParameter(sortFields());
    private static final int NORMAL_PRIORITY = 0;

    private final RunReads reads;
    private final StartKeys keys;
    private final Committer committer;
    private final StartableDefinitions startable;
    private final RevisionFactsCache facts;

    RunRoutes(
            RunReads reads,
            StartKeys keys,
            Committer committer,
            StartableDefinitions startable,
            RevisionFactsCache facts) {
        this.reads = reads;
        this.keys = keys;
        this.committer = committer;
        this.startable = startable;
        this.facts = facts;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/workflows";
        String one = all + "/{workflowId}";
        // The pages write a run's path with and without the plural, too.
        String singular = base + "/workflow/{workflowId}";
        return List.of(
                Endpoint.post(all, this::start),
                Endpoint.get(one, this::get),
                Endpoint.get(all, this::list),
                Endpoint.put(one + "/status", this::changeStatus),
                Endpoint.get(singular, this::get),
                Endpoint.put(singular + "/status", this::changeStatus));
    }

    private Future<Answer> list(Call call) {
        Scope scope = Scope.of(call);
        Optional<String> word = scope.query().text("_status");
        Optional<RunReads.StatusFilter> status = word.flatMap(StatusWords::filter);
        if (word.isPresent() && status.isEmpty()) {
            scope.query().flaw("_status", "_status must be one of " + String.join(", ", StatusWords.RUN_WORDS));
        }
        RunReads.Filter filter = new RunReads.Filter(
                scope.query().text("_name"),
                scope.query().text("_defId"),
                status,
                DateParameter.from(scope.query()),
                DateParameter.before(scope.query()));
        Order order = SORT.read(scope.query());
        Paging paging = scope.paging();
        return scope.query().then(() -> reads.list(scope.namespace(), filter, order, paging)
                .compose(listed -> Replies.page(listed, page -> facts.of(
                                page.rows().stream().map(RunRow::revisionId).collect(Collectors.toSet()))
                        .map(known -> Answer.ok(WorkflowViews.page(
                                paging, page, run -> WorkflowViews.run(run, known.get(run.revisionId()))))))));
    }

    private Future<Answer> get(Call call) {
        Scope scope = Scope.of(call);
        boolean loopBodies = scope.query().flag("_includeLoopOverTasks");
        Optional<UUID> id = call.id("workflowId");
        return scope.query()
                .then(() -> id.isEmpty()
                        ? Scope.notFound().now()
                        : view(scope.namespace(), id.get(), loopBodies)
                                .map(found -> found.map(Answer::ok).orElseGet(Scope::notFound)));
    }

    private Future<Answer> start(Call call, ObjectNode body) {
        Scope scope = Scope.of(call);
        return scope.query().then(() -> {
            StartRequest request = StartRequest.of(body);
            if (!request.flaws().isEmpty()) {
                return Problem.flawed("The request", request.flaws()).now();
            }
            if (request.definitionId().isEmpty()) {
                return Scope.notFound().now();
            }
            UUID definitionId = request.definitionId().get();
            return startable.find(scope.namespace(), definitionId).compose(found -> found.map(
                            definition -> start(call, scope, request, definition))
                    .orElseGet(() -> startedBefore(scope.namespace(), definitionId, request.idempotencyKey())));
        });
    }

    /** A start that is repeated is answered as the first one was, although its definition was deleted meanwhile. */
    private Future<Answer> startedBefore(String namespace, UUID definitionId, Optional<String> key) {
        return key.map(given -> keys.run(namespace, given))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                .compose(runId -> runId.map(id -> view(namespace, id, false))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty())))
                .map(found -> found.filter(run -> startedFrom(run, definitionId))
                        .map(Answer::created)
                        .orElseGet(Scope::notFound));
    }

    private static boolean startedFrom(ObjectNode run, UUID definitionId) {
        return run.path("_workflowDefId").textValue().equals(definitionId.toString());
    }

    private Future<Answer> start(Call call, Scope scope, StartRequest request, Startable definition) {
        Run.Origin origin = new Run.Origin(
                definition.plan().dialect(),
                definition.namespace(),
                definition.plan().definitionId(),
                definition.plan().revisionId(),
                definition.plan().name(),
                request.inputParams(),
                NORMAL_PRIORITY,
                Optional.empty(),
                request.idempotencyKey(),
                Optional.empty(),
                call.principal().id());
        NewRun run = new NewRun(
                new Start(Ids.next(), origin), definition.plan(), definition.sharedWith(), definition.userType());
        return committer.start(run).compose(reply -> switch (reply) {
            case Reply.Done(var outcome) ->
                Answer.created(WorkflowViews.run(
                                RunRow.started(outcome, definition.sharedWith(), definition.userType()),
                                definition.facts()))
                        .now();
            case Reply.Existing(UUID runId) ->
                existing(scope, runId, definition.plan().definitionId());
            case Reply.Refused(var rejection) -> Replies.refused(rejection).now();
        });
    }

    /** The key's first start is answered again, as it stands by now; a key cannot stand for two definitions. */
    private Future<Answer> existing(Scope scope, UUID runId, UUID definitionId) {
        return view(scope.namespace(), runId, false).map(found -> found.filter(run -> startedFrom(run, definitionId))
                .map(Answer::created)
                .orElseGet(() ->
                        Problem.of(409, "This _idempotencyKey was used before, to start a run of another definition")));
    }

    private Future<Answer> changeStatus(Call call, ObjectNode body) {
        Scope scope = Scope.of(call);
        Optional<UUID> id = call.id("workflowId");
        return scope.query().then(() -> {
            String verb = body.path("_status").asText("");
            if (!VERBS.contains(verb)) {
                String message = "_status must be one of " + String.join(", ", VERBS);
                return Problem.flawed(new Flaw.InBody("/_status", message)).now();
            }
            if (id.isEmpty()) {
                return Scope.notFound().now();
            }
            return reads.visible(scope.namespace(), id.get())
                    .compose(visible -> visible
                            ? submit(
                                    scope,
                                    id.get(),
                                    command(id.get(), verb, call.principal().id()))
                            : Scope.notFound().now());
        });
    }

    private Future<Answer> submit(Scope scope, UUID runId, Command command) {
        return committer.submit(command).compose(reply -> switch (reply) {
            case Reply.Done done ->
                view(scope.namespace(), runId, false)
                        .map(found -> found.map(Answer::ok).orElseGet(Scope::notFound));
            case Reply.Existing existing -> Future.failedFuture(new IllegalStateException("Not a start: " + command));
            case Reply.Refused(var rejection) -> Replies.refused(rejection).now();
        });
    }

    private static Command command(UUID runId, String verb, String by) {
        return switch (verb) {
            case "PAUSED" -> new Command.Pause(runId, by);
            case "RESUMED" -> new Command.Resume(runId, by);
            case "RETRIED" -> new Command.Retry(runId, by);
            case "TERMINATED" -> new Command.Terminate(runId, Optional.empty(), by);
            default -> throw new IllegalArgumentException("No such verb: " + verb);
        };
    }

    private Future<Optional<ObjectNode>> view(String namespace, UUID id, boolean loopBodies) {
        return reads.find(namespace, id, loopBodies).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Optional.<ObjectNode>empty());
            }
            RunRow run = found.get();
            return facts.of(run.revisionId()).map(known -> Optional.of(WorkflowViews.run(run, known)));
        });
    }

    private static Map<String, SortField> sortFields() {
        Map<String, SortField> fields = new LinkedHashMap<>();
        fields.put("_name", SortField.NAME);
        fields.put("_status", SortField.STATUS);
        fields.put("_userType", SortField.USER_TYPE);
        fields.put("_createdAt", SortField.CREATED_AT);
        fields.put("_updatedAt", SortField.UPDATED_AT);
        return fields;
    }
}
