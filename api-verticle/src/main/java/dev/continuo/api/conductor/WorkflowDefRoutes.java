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
import dev.continuo.definition.conductor.ConductorDefaults;
import dev.continuo.definition.conductor.WorkflowDefDoc;
import dev.continuo.store.ConductorDefinitions;
import dev.continuo.store.ConductorDefinitions.Draft;
import dev.continuo.store.ConductorDefinitions.Filter;
import dev.continuo.store.ConductorDefinitions.Key;
import dev.continuo.store.ConductorDefinitions.Version;
import dev.continuo.store.ConductorDefinitions.WorkflowDef;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code metadata/workflow}: what may be run (conductor: Metadata). */
final class WorkflowDefRoutes {
    /** How often the next version is tried to be taken while others take versions of the same definition. */
    private static final int TRIES = 20;

    private static final List<String> LEFT_OUT_WHEN_SHORT = List.of(
            "tasks", "inputTemplate", "outputParameters", "variables", "inputSchema", "outputSchema", "metadata");

    private final ConductorDefinitions definitions;
    private final WorkflowDefChecks checks;
    private final Blocking blocking;
    private final Runnable changed;

    /** @param changed told after each request that may have changed a definition */
    WorkflowDefRoutes(ConductorDefinitions definitions, WorkflowDefChecks checks, Blocking blocking, Runnable changed) {
        this.definitions = definitions;
        this.changed = changed;
        this.checks = checks;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/metadata/workflow";
        String one = all + "/{name}";
        return List.of(
                Endpoint.json(HttpMethod.POST, all, (call, body) -> told(create(call, body))),
                Endpoint.json(HttpMethod.POST, all + "/validate", this::validate),
                Endpoint.json(HttpMethod.PUT, all, (call, body) -> told(update(call, body))),
                Endpoint.get(all, this::list),
                Endpoint.get(all + "/names", this::names),
                Endpoint.get(all + "/names-and-versions", this::namesAndVersions),
                Endpoint.get(all + "/latest-versions", this::latestVersions),
                Endpoint.get(one, this::get),
                Endpoint.get(one + "/versions", this::versions),
                Endpoint.delete(one + "/{version}", call -> told(delete(call))));
    }

    private Future<Answer> told(Future<Answer> answer) {
        return answer.onSuccess(done -> changed.run());
    }

    private Future<Answer> create(Call call, JsonNode body) {
        QueryReader query = call.query();
        boolean overwrite = query.flag("overwrite");
        boolean newVersion = query.flag("newVersion");
        return query.then(() -> checked(body, newVersion, drafts -> {
            String by = call.principal().id();
            if (newVersion) {
                return insertNext(drafts, by, TRIES);
            }
            return overwrite
                    ? definitions.upsert(ConductorApi.NAMESPACE, drafts, by).map(done -> Answer.done())
                    : definitions
                            .insert(ConductorApi.NAMESPACE, drafts, by)
                            .map(inserted -> inserted ? Answer.done() : exists(drafts));
        }));
    }

    private Future<Answer> validate(Call call, JsonNode body) {
        return checked(body, false, drafts -> Answer.done().now());
    }

    /** Each definition counts for itself: those that exist already and are not to be overwritten fail alone. */
    private Future<Answer> update(Call call, JsonNode body) {
        QueryReader query = call.query();
        boolean overwrite = query.flag("overwrite", true);
        boolean newVersion = query.flag("newVersion");
        return query.then(() -> checked(body, newVersion, drafts -> {
            String by = call.principal().id();
            if (newVersion) {
                return insertNext(drafts, by, TRIES)
                        .map(answer -> answer instanceof Problem ? answer : bulk(drafts, keys(drafts)));
            }
            return overwrite
                    ? definitions.upsert(ConductorApi.NAMESPACE, drafts, by).map(done -> bulk(drafts, keys(drafts)))
                    : definitions
                            .insertMissing(ConductorApi.NAMESPACE, drafts, by)
                            .map(written -> bulk(drafts, written));
        }));
    }

    private Future<Answer> list(Call call) {
        QueryReader query = call.query();
        Filter filter = new Filter(query.text("name"), false);
        Optional<String> classifier = query.text("classifier");
        boolean brief = query.flag("short");
        return query.then(() -> definitions
                .list(ConductorApi.NAMESPACE, filter)
                .compose(listed -> blocking.call(() -> Views.whole(
                        listed.filtered(definition -> classifier.isEmpty() || classified(definition, classifier.get())),
                        definition -> brief ? brief(definition) : view(definition)))));
    }

    private static boolean classified(WorkflowDef definition, String classifier) {
        return definition
                .document()
                .path("metadata")
                .path("classifier")
                .asText("")
                .equals(classifier);
    }

    private Future<Answer> latestVersions(Call call) {
        return definitions
                .list(ConductorApi.NAMESPACE, new Filter(Optional.empty(), true))
                .compose(listed -> blocking.call(() -> Views.whole(listed, WorkflowDefRoutes::view)));
    }

    private Future<Answer> names(Call call) {
        return definitions
                .versions(ConductorApi.NAMESPACE, Optional.empty())
                .map(versions -> Answer.ok(Views.texts(
                        versions.stream().map(Version::name).distinct().toList())));
    }

    private Future<Answer> namesAndVersions(Call call) {
        return definitions.versions(ConductorApi.NAMESPACE, Optional.empty()).map(versions -> {
            ObjectNode byName = Views.object();
            versions.forEach(version -> byName.withArrayProperty(version.name()).add(summary(version)));
            return Answer.ok(byName);
        });
    }

    private Future<Answer> versions(Call call) {
        String name = call.path("name");
        return definitions
                .versions(ConductorApi.NAMESPACE, Optional.of(name))
                .map(versions -> versions.isEmpty()
                        ? notFound(name, Optional.empty())
                        : Answer.ok(Views.array(versions, WorkflowDefRoutes::summary)));
    }

    private Future<Answer> get(Call call) {
        String name = call.path("name");
        QueryReader query = call.query();
        Optional<Integer> version =
                query.number("version", 0, Integer.MAX_VALUE).filter(number -> number > 0);
        return query.then(
                () -> definitions.find(ConductorApi.NAMESPACE, name, version).compose(found -> found.map(
                                definition -> blocking.call(() -> Answer.ok(view(definition))))
                        .orElseGet(() -> notFound(name, version).now())));
    }

    private Future<Answer> delete(Call call) {
        String name = call.path("name");
        QueryReader path = new QueryReader(parameter -> List.of(call.path(parameter)));
        int version = path.number(1, 0, Integer.MAX_VALUE, "version");
        return path.then(() -> definitions
                .delete(ConductorApi.NAMESPACE, name, version)
                .map(deleted -> deleted ? Answer.done() : notFound(name, Optional.of(version))));
    }

    private Future<Answer> insertNext(List<Draft> drafts, String by, int tries) {
        return definitions.insertNext(ConductorApi.NAMESPACE, drafts, by).compose(inserted -> {
            if (inserted) {
                return Answer.done().now();
            }
            return tries > 1
                    ? insertNext(drafts, by, tries - 1)
                    : Problem.of(409, "Others write versions of this definition: try again")
                            .now();
        });
    }

    /** @param byName whether a name may be there once only, whatever the version */
    private Future<Answer> checked(JsonNode body, boolean byName, Function<List<Draft>, Future<Answer>> store) {
        return checks.check(body, document -> byName ? draft(document).name() : fullName(draft(document)))
                .compose(checked -> switch (checked) {
                    case Submission.Checked.Valid(List<ObjectNode> documents) ->
                        store.apply(
                                documents.stream().map(WorkflowDefRoutes::draft).toList());
                    case Submission.Checked.Faulty(Problem problem) -> problem.now();
                });
    }

    private static Draft draft(ObjectNode document) {
        WorkflowDefDoc read = new WorkflowDefDoc(document);
        return new Draft(read.name(), read.version(), document);
    }

    private static String fullName(Draft draft) {
        return draft.name() + "." + draft.version();
    }

    private static Answer exists(List<Draft> drafts) {
        return Problem.of(
                409,
                drafts.size() == 1
                        ? "Workflow with " + fullName(drafts.getFirst()) + " already exists!"
                        : "One of these workflows already exists: "
                                + drafts.stream()
                                        .limit(20)
                                        .map(WorkflowDefRoutes::fullName)
                                        .collect(Collectors.joining(", ")));
    }

    private static Answer notFound(String name, Optional<Integer> version) {
        String wanted = version.map(number -> ", version: " + number).orElse("");
        return Problem.of(404, "No such workflow found by name: " + name + wanted);
    }

    private static Set<Key> keys(List<Draft> drafts) {
        return drafts.stream().map(Draft::key).collect(Collectors.toSet());
    }

    private static Answer bulk(List<Draft> drafts, Set<Key> written) {
        ObjectNode body = Views.object();
        ObjectNode errors = body.putObject("bulkErrorResults");
        ArrayNode successful = body.putArray("bulkSuccessfulResults");
        for (Draft draft : drafts) {
            if (written.contains(draft.key())) {
                successful.add(draft.name());
            } else {
                errors.put(draft.name(), "Workflow with " + fullName(draft) + " already exists!");
            }
        }
        body.put("message", "Bulk Request has been processed.");
        return Answer.ok(body);
    }

    private static ObjectNode view(WorkflowDef definition) {
        return Views.audited(ConductorDefaults.workflow(definition.document()), definition.audit());
    }

    private static ObjectNode brief(WorkflowDef definition) {
        return view(definition).remove(LEFT_OUT_WHEN_SHORT);
    }

    private static ObjectNode summary(Version version) {
        return Views.object()
                .put("name", version.name())
                .put("version", version.version())
                .put("createTime", version.createdAt().toEpochMilli());
    }
}
