package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Blocking;
import dev.continuo.api.Problem;
import dev.continuo.definition.conductor.ConductorWorkflowValidator;
import dev.continuo.definition.conductor.TaskNames;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.ConductorTaskDefs.TaskDef;
import dev.continuo.store.Listed;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Checks submitted workflow definitions, with the stored definitions of their tasks, off the event loop. */
final class WorkflowDefChecks {
    private static final String WHAT = "The workflow definition";

    private final ConductorTaskDefs taskDefs;
    private final ConductorWorkflowValidator validator;
    private final Blocking blocking;

    WorkflowDefChecks(ConductorTaskDefs taskDefs, ConductorWorkflowValidator validator, Blocking blocking) {
        this.taskDefs = taskDefs;
        this.validator = validator;
        this.blocking = blocking;
    }

    /** @param identity what tells a definition of a list from the others */
    Future<Submission.Checked> check(JsonNode body, Function<ObjectNode, String> identity) {
        return blocking.call(() -> taskNames(body))
                .compose(names -> taskDefs.find(ConductorApi.NAMESPACE, names))
                .compose(found -> switch (found) {
                    case Listed.Page<TaskDef> page ->
                        blocking.call(() -> checked(body, documents(page.rows()), identity));
                    case Listed.TooLarge<TaskDef>(long bytes) ->
                        Future.succeededFuture(new Submission.Checked.Faulty(Problem.badRequest(
                                "The definitions of its tasks carry %d bytes, more than the %d that one workflow may have"
                                        .formatted(bytes, Listed.MAX_PAGE_BYTES))));
                });
    }

    private Submission.Checked checked(
            JsonNode body, Map<String, ObjectNode> defs, Function<ObjectNode, String> identity) {
        return Submission.check(
                body,
                WHAT,
                document -> validator.validate(document, name -> Optional.ofNullable(defs.get(name))),
                identity);
    }

    private static Set<String> taskNames(JsonNode body) {
        Set<String> names = new HashSet<>();
        for (JsonNode part : Submission.parts(body)) {
            if (part instanceof ObjectNode document) {
                names.addAll(TaskNames.of(document));
            }
        }
        // Postgres takes no NUL; no definition has such a name.
        names.removeIf(name -> name.indexOf('\0') >= 0);
        return names;
    }

    private static Map<String, ObjectNode> documents(List<TaskDef> defs) {
        Map<String, ObjectNode> byName = new HashMap<>();
        defs.forEach(def -> byName.put(def.name(), def.document()));
        return byName;
    }
}
