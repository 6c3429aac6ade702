package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Texts;
import dev.continuo.expression.Script;
import dev.continuo.store.Ids;
import dev.continuo.store.Order;
import dev.continuo.store.Paging;
import dev.continuo.store.Scripts;
import dev.continuo.store.Scripts.StoredScript;
import dev.continuo.store.Scripts.Written;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** {@code scripts}: the functions that SCRIPT_EXECUTION tasks call. */
final class ScriptRoutes {
    static final int MAX_SOURCE = 256 * 1024;
    private static final int MAX_TEXT = 255;

    private final Scripts scripts;
    private final ScriptSyntax syntax;
    private final Vertx vertx;

    ScriptRoutes(Scripts scripts, ScriptSyntax syntax, Vertx vertx) {
        this.scripts = scripts;
        this.syntax = syntax;
        this.vertx = vertx;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/scripts";
        String one = all + "/{id}";
        return List.of(
                Endpoint.get(all, this::list),
                Endpoint.post(all, this::create),
                Endpoint.get(one, call -> withId(call, this::get)),
                Endpoint.put(one, (call, body) -> withId(call, (scope, id) -> update(call, scope, id, body))),
                Endpoint.delete(one, call -> withId(call, this::delete)));
    }

    private Future<Answer> list(Call call) {
        Scope scope = Scope.of(call);
        Scripts.Filter filter =
                new Scripts.Filter(scope.query().text("_name"), scope.query().text("_userType"));
        Order order = SortParameter.NAMED.read(scope.query());
        Paging paging = scope.paging();
        return scope.query().then(() -> scripts.list(scope.namespace(), filter, order, paging)
                .compose(listed ->
                        Replies.page(listed, page -> Answer.ok(WorkflowViews.page(paging, page, ScriptRoutes::view))
                                .now())));
    }

    private Future<Answer> create(Call call, ObjectNode body) {
        Scope scope = Scope.of(call);
        return scope.query()
                .then(() -> checked(body, draft -> scripts.insert(
                                Ids.next(),
                                scope.namespace(),
                                draft,
                                call.principal().id())
                        .map(written -> answer(written, Answer::created))));
    }

    private Future<Answer> get(Scope scope, UUID id) {
        return scripts.find(scope.namespace(), id)
                .map(found -> found.map(script -> Answer.ok(view(script))).orElseGet(Scope::notFound));
    }

    private Future<Answer> update(Call call, Scope scope, UUID id, ObjectNode body) {
        return checked(body, draft -> scripts.update(
                        scope.namespace(), id, draft, call.principal().id())
                .map(written -> answer(written, Answer::ok)));
    }

    private Future<Answer> delete(Scope scope, UUID id) {
        return scripts.delete(scope.namespace(), id)
                .map(deleted -> deleted
                        ? Answer.ok(WorkflowViews.object().put("message", "Script deleted successfully"))
                        : Scope.notFound());
    }

    @FunctionalInterface
    private interface WithId {
        Future<Answer> answer(Scope scope, UUID id);
    }

    private static Future<Answer> withId(Call call, WithId action) {
        Scope scope = Scope.of(call);
        Optional<UUID> id = call.id("id");
        return scope.query().then(() -> id.map(some -> action.answer(scope, some))
                .orElseGet(() -> Scope.notFound().now()));
    }

    private Future<Answer> checked(ObjectNode body, Function<Scripts.Draft, Future<Answer>> store) {
        List<Flaw> flaws = new ArrayList<>();
        String userType = text(body, "_userType", flaws);
        String name = text(body, "_name", flaws);
        String source = body.path("_source").asText("");
        if (!body.path("_source").isTextual() || source.isBlank()) {
            flaws.add(new Flaw.InBody("/_source", "_source is required and must be JavaScript as a string"));
        } else if (source.indexOf('\0') >= 0) {
            flaws.add(new Flaw.InBody("/_source", "_source must not contain NUL characters"));
        }
        if (!flaws.isEmpty()) {
            return Problem.flawed("The script", flaws).now();
        }
        if (source.length() > MAX_SOURCE) {
            return Problem.of(413, "_source is longer than " + MAX_SOURCE + " characters")
                    .now();
        }
        return syntax.fault(vertx, new Script.Function(source, name)).compose(fault -> fault.map(message ->
                        Problem.flawed(new Flaw.InBody("/_source", message)).now())
                .orElseGet(() -> store.apply(new Scripts.Draft(userType, name, source))));
    }

    private static String text(ObjectNode body, String field, List<Flaw> flaws) {
        String value = body.path(field).isTextual() ? body.path(field).textValue() : "";
        if (!Texts.fitting(value, MAX_TEXT)) {
            flaws.add(new Flaw.InBody("/" + field, field + Texts.rule(MAX_TEXT)));
        }
        return value;
    }

    private static Answer answer(Written written, Function<ObjectNode, Answer> success) {
        return switch (written) {
            case Written.Stored(StoredScript script) -> success.apply(view(script));
            case Written.NameTaken taken ->
                Problem.of(409, "A script of this _name and _userType exists in this namespace");
            case Written.NotFound missing -> Scope.notFound();
        };
    }

    private static ObjectNode view(StoredScript script) {
        ObjectNode view = WorkflowViews.object();
        view.put("_id", script.id().toString());
        view.put("_name", script.name());
        WorkflowViews.namespaces(view, script.namespace(), List.of());
        view.put("_userType", script.userType());
        view.put("_version", script.version());
        view.put("_source", script.source());
        WorkflowViews.audit(view, script.audit());
        return view;
    }
}
