package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.workflowsvc.DefinitionCheck.Checked;
import dev.continuo.definition.DocumentOrder;
import dev.continuo.store.Definitions;
import dev.continuo.store.Definitions.Definition;
import dev.continuo.store.Ids;
import dev.continuo.store.Order;
import dev.continuo.store.Paging;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** {@code workflowdefs}: what may be run. */
final class DefinitionRoutes {

    private final Definitions definitions;
    private final DefinitionCheck check;
    private final DefinitionChanges changes;
    private final Blocking blocking;

    DefinitionRoutes(Definitions definitions, DefinitionCheck check, DefinitionChanges changes, Blocking blocking) {
        this.definitions = definitions;
        this.check = check;
        this.changes = changes;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/workflowdefs";
        String one = all + "/{id}";
        return List.of(
                Endpoint.get(all, this::list),
                Endpoint.post(all, this::create),
                Endpoint.get(one, this::get),
                Endpoint.put(one, this::update),
                Endpoint.delete(one, this::delete));
    }

    private Future<Answer> list(Call call) {
        Scope scope = Scope.of(call);
        Definitions.Filter filter = new Definitions.Filter(
                scope.query().text("_name"), scope.query().text("_userType"));
        Order order = SortParameter.NAMED.read(scope.query());
        Paging paging = scope.paging();
        return scope.query().then(() -> definitions
                .list(scope.namespace(), filter, order, paging)
                .compose(listed -> Replies.page(listed, page -> Answer.ok(WorkflowViews.page(paging, page, this::view))
                        .now())));
    }

    private Future<Answer> get(Call call) {
        return withExisting(
                call, (scope, definition) -> Answer.ok(view(definition)).now());
    }

    private Future<Answer> create(Call call, ObjectNode body) {
        Scope scope = Scope.of(call);
        return scope.query().then(() -> {
            String namespace = scope.namespace();
            DefinitionSubmission submission = DefinitionSubmission.of(body, namespace, namespace, Optional.empty());
            return checked(submission, Optional.empty(), namespace, document -> definitions
                    .insert(
                            Ids.next(),
                            namespace,
                            draft(submission, document),
                            call.principal().id())
                    .map(stored -> Answer.created(view(stored))));
        });
    }

    private Future<Answer> update(Call call, ObjectNode body) {
        return withExisting(call, (scope, existing) -> {
            Optional<JsonNode> previous = Optional.of(existing.document());
            DefinitionSubmission submission =
                    DefinitionSubmission.of(body, scope.namespace(), existing.namespace(), previous);
            return checked(submission, previous, existing.namespace(), document -> definitions
                    .update(
                            scope.namespace(),
                            existing.id(),
                            existing.version(),
                            draft(submission, document),
                            call.principal().id())
                    .map(stored -> {
                        changes.happened();
                        return stored.map(changed -> Answer.ok(view(changed)))
                                .orElseGet(() -> Problem.of(
                                        409, "The definition was changed or deleted meanwhile: read it and try again"));
                    }));
        });
    }

    private Future<Answer> delete(Call call) {
        return withExisting(call, (scope, definition) -> definitions
                .delete(scope.namespace(), definition.id())
                .map(deleted -> {
                    changes.happened();
                    return deleted
                            ? Answer.ok(
                                    WorkflowViews.object().put("message", "Workflow definition deleted successfully"))
                            : Scope.notFound();
                }));
    }

    @FunctionalInterface
    private interface WithExisting {
        Future<Answer> answer(Scope scope, Definition definition);
    }

    private Future<Answer> withExisting(Call call, WithExisting action) {
        Scope scope = Scope.of(call);
        Optional<UUID> id = call.id("id");
        return scope.query().then(() -> {
            if (id.isEmpty()) {
                return Scope.notFound().now();
            }
            return definitions.find(scope.namespace(), id.get()).compose(found -> found.map(
                            definition -> action.answer(scope, definition))
                    .orElseGet(() -> Scope.notFound().now()));
        });
    }

    private Future<Answer> checked(
            DefinitionSubmission submission,
            Optional<JsonNode> previous,
            String owner,
            Function<JsonNode, Future<Answer>> store) {
        return blocking.call(() -> check.check(submission.document(), previous, owner))
                .compose(checked -> {
                    List<Flaw> flaws = new ArrayList<>(submission.flaws());
                    return switch (checked) {
                        case Checked.Valid(JsonNode document) ->
                            flaws.isEmpty() ? store.apply(document) : refused(flaws);
                        case Checked.Faulty(var faults) -> {
                            faults.stream()
                                    .filter(fault -> flaws.stream().noneMatch(flaw -> at(flaw, fault.pointer())))
                                    .forEach(fault -> flaws.add(new Flaw.InBody(fault.pointer(), fault.message())));
                            yield refused(DocumentOrder.sorted(flaws, submission.document(), DefinitionRoutes::place));
                        }
                    };
                });
    }

    private static String place(Flaw flaw) {
        return switch (flaw) {
            case Flaw.InBody(String pointer, String message) -> pointer;
            case Flaw.AtPath(String path, String message, JsonNode value) -> path;
            case Flaw.InQuery inQuery -> "";
        };
    }

    private static boolean at(Flaw flaw, String pointer) {
        return flaw instanceof Flaw.InBody inBody && inBody.pointer().equals(pointer);
    }

    private static Future<Answer> refused(List<Flaw> flaws) {
        return Problem.flawed("The workflow definition", flaws).now();
    }

    private static Definitions.Draft draft(DefinitionSubmission submission, JsonNode document) {
        return new Definitions.Draft(
                Ids.next(), submission.sharedWith(), submission.name(), submission.userType(), document);
    }

    private ObjectNode view(Definition definition) {
        ObjectNode view = WorkflowViews.object();
        view.put("_id", definition.id().toString());
        view.setAll((ObjectNode) check.masked(definition.document()));
        WorkflowViews.audit(view, definition.audit());
        view.put("_version", definition.version());
        return view;
    }
}
