package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.definition.conductor.ConductorDefaults;
import dev.continuo.definition.conductor.ConductorTaskDefValidator;
import dev.continuo.definition.conductor.TaskDefDoc;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.ConductorTaskDefs.Draft;
import dev.continuo.store.ConductorTaskDefs.TaskDef;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;

/** {@code metadata/taskdefs}: how tasks are retried, timed and limited (conductor: Metadata). */
final class TaskDefRoutes {
    private static final String WHAT = "The task definition";

    private final ConductorTaskDefs definitions;
    private final ConductorTaskDefValidator validator;
    private final Blocking blocking;
    private final Runnable changed;

    /** @param changed told after each request that may have changed a definition */
    TaskDefRoutes(
            ConductorTaskDefs definitions, ConductorTaskDefValidator validator, Blocking blocking, Runnable changed) {
        this.definitions = definitions;
        this.changed = changed;
        this.validator = validator;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/metadata/taskdefs";
        String one = all + "/{tasktype}";
        return List.of(
                Endpoint.json(HttpMethod.POST, all, (call, body) -> told(register(call, body))),
                Endpoint.put(all, (call, body) -> told(update(call, body))),
                Endpoint.get(all, this::list),
                Endpoint.get(one, this::get),
                Endpoint.delete(one, call -> told(delete(call))));
    }

    private Future<Answer> told(Future<Answer> answer) {
        return answer.onSuccess(done -> changed.run());
    }

    /** Never conflicts: what exists is replaced. */
    private Future<Answer> register(Call call, JsonNode body) {
        return checked(body, drafts -> definitions
                .upsert(ConductorApi.NAMESPACE, drafts, call.principal().id())
                .map(done -> Answer.done()));
    }

    private Future<Answer> update(Call call, ObjectNode body) {
        return checked(body, drafts -> definitions
                .update(
                        ConductorApi.NAMESPACE,
                        drafts.getFirst(),
                        call.principal().id())
                .map(updated ->
                        updated ? Answer.done() : notFound(drafts.getFirst().name())));
    }

    private Future<Answer> list(Call call) {
        return definitions
                .list(ConductorApi.NAMESPACE)
                .compose(listed -> blocking.call(() -> Views.whole(listed, TaskDefRoutes::view)));
    }

    private Future<Answer> get(Call call) {
        String name = call.path("tasktype");
        return definitions.find(ConductorApi.NAMESPACE, name).map(found -> found.map(
                        definition -> Answer.ok(view(definition)))
                .orElseGet(() -> notFound(name)));
    }

    private Future<Answer> delete(Call call) {
        String name = call.path("tasktype");
        return definitions
                .delete(ConductorApi.NAMESPACE, name)
                .map(deleted -> deleted ? Answer.done() : notFound(name));
    }

    private Future<Answer> checked(JsonNode body, Function<List<Draft>, Future<Answer>> store) {
        return blocking.call(() -> Submission.check(body, WHAT, validator::validate, TaskDefRoutes::name))
                .compose(checked -> switch (checked) {
                    case Submission.Checked.Valid(List<ObjectNode> documents) ->
                        store.apply(documents.stream()
                                .map(document -> new Draft(name(document), document))
                                .toList());
                    case Submission.Checked.Faulty(Problem problem) -> problem.now();
                });
    }

    private static String name(ObjectNode document) {
        return new TaskDefDoc(document).name();
    }

    private static Answer notFound(String name) {
        return Problem.of(404, "No such taskType found by name: " + name);
    }

    private static ObjectNode view(TaskDef definition) {
        return Views.audited(ConductorDefaults.taskDef(definition.document()), definition.audit());
    }
}
