package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Blocking;
import dev.continuo.api.BoundedCache;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorDefaults;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.definition.conductor.WorkflowDefDoc;
import dev.continuo.engine.Conductor;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What runs execute, ready to be shown: a bounded cache by revision. For one event loop. */
final class RunDefinitions {
    private static final int MOST = 500;

    private final Conductor conductor;
    private final Blocking blocking;
    private final BoundedCache<UUID, RunDefinition> cache = new BoundedCache<>(MOST);

    RunDefinitions(Conductor conductor, Blocking blocking) {
        this.conductor = conductor;
        this.blocking = blocking;
    }

    /**
     * @param view the snapshot, or a view of the agent, with defaults; shared, so never to be changed
     * @param tasks by reference
     */
    record RunDefinition(ObjectNode view, Map<String, TaskFacts> tasks, Masking masking) {
        private static RunDefinition of(Plan plan) {
            return switch (plan.dialect()) {
                case CONDUCTOR -> of((ObjectNode) plan.traits().document());
                case AGENTS -> AgentDefinitions.of(plan);
                case WORKFLOWSVC ->
                    throw new IllegalStateException("Revision " + plan.revisionId() + " is not shown here");
            };
        }

        static RunDefinition of(ObjectNode snapshot) {
            return new RunDefinition(
                    ConductorDefaults.workflow(snapshot),
                    TaskFacts.in(snapshot),
                    new Masking(new WorkflowDefDoc(snapshot).maskedFields()));
        }

        /** With the tasks that one run brought itself. */
        RunDefinition with(List<JsonNode> fragments) {
            if (fragments.isEmpty()) {
                return this;
            }
            Map<String, TaskFacts> all = new HashMap<>(tasks);
            fragments.forEach(document -> TaskFacts.in(document).forEach(all::putIfAbsent));
            return new RunDefinition(view, all, masking);
        }
    }

    Future<RunDefinition> of(UUID revisionId) {
        RunDefinition known = cache.get(revisionId);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return conductor
                .plan(revisionId)
                .compose(found -> {
                    Plan plan =
                            found.orElseThrow(() -> new IllegalStateException("There is no revision " + revisionId));
                    return blocking.call(() -> RunDefinition.of(plan));
                })
                .onSuccess(made -> cache.put(revisionId, made));
    }

    Future<Map<UUID, RunDefinition>> of(Collection<UUID> revisionIds) {
        Map<UUID, Future<RunDefinition>> all =
                revisionIds.stream().distinct().collect(Collectors.toMap(id -> id, this::of));
        return Future.all(new ArrayList<>(all.values())).map(done -> all.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().result())));
    }
}
