package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.DefinitionCompiler;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.OutputCache;
import dev.continuo.definition.Plan;
import dev.continuo.definition.StateEvents;
import dev.continuo.expression.Template;
import dev.continuo.model.Dialect;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes a plan of a snapshot of a conductor definition that was found without faults. Safe for any thread. */
public final class ConductorCompiler implements DefinitionCompiler {
    private final ConductorLimits limits;
    private final boolean emptyJoinWaits;

    /**
     * @param emptyJoinWaits whether a JOIN with an empty {@code joinOn} right behind a FORK_JOIN waits for all branches;
     *     otherwise it completes at once, as in the original
     */
    public ConductorCompiler(ConductorLimits limits, boolean emptyJoinWaits) {
        this.limits = limits;
        this.emptyJoinWaits = emptyJoinWaits;
    }

    @Override
    public Plan compile(UUID definitionId, UUID revisionId, JsonNode document) {
        if (!(document instanceof ObjectNode snapshot)) {
            throw new IllegalArgumentException("Revision " + revisionId + " is no definition");
        }
        WorkflowDefDoc def = new WorkflowDefDoc(snapshot);
        Compilation compilation = new Compilation(limits.definition().templates(), emptyJoinWaits);
        int first = compilation
                .list(def.tasks(), new Successor.EndOfRun())
                .orElseThrow(() -> new IllegalArgumentException("Revision " + revisionId + " has no tasks"));
        Optional<Template> output = def.outputParameters().isEmpty()
                ? Optional.empty()
                : Optional.of(compilation.template(def.outputParameters()));
        boolean exclusive = compilation.nodes().stream().anyMatch(Node::waitsAside);
        Plan.Traits traits = new Plan.Traits(
                output,
                def.variables(),
                def.failureWorkflow().isPresent(),
                def.restartable(),
                new ConductorDynamics(limits, emptyJoinWaits, compilation.refs()),
                exclusive,
                snapshot,
                stateEvents(def, compilation),
                caches(def, compilation));
        return new Plan(
                Dialect.CONDUCTOR,
                definitionId,
                revisionId,
                def.name(),
                compilation.nodes(),
                first,
                def.timeout(),
                def.timeoutPolicy(),
                compilation.remembered(),
                traits);
    }

    private static Map<String, StateEvents> stateEvents(WorkflowDefDoc def, Compilation compilation) {
        Map<String, StateEvents> byRef = new HashMap<>();
        TaskTree.visit(def.json().path("tasks"), json -> {
            WorkflowTaskDoc task = new WorkflowTaskDoc(json);
            Map<String, List<WorkflowTaskDoc.StateChange>> changes = task.onStateChange();
            Map<StateEvents.Change, List<StateEvents.Announced>> byChange = new EnumMap<>(StateEvents.Change.class);
            for (StateEvents.Change change : StateEvents.Change.values()) {
                List<StateEvents.Announced> announced = changes.getOrDefault(change.word(), List.of()).stream()
                        .map(event -> new StateEvents.Announced(
                                "conductor:" + def.name() + ":" + event.type(), compilation.template(event.payload())))
                        .toList();
                if (!announced.isEmpty()) {
                    byChange.put(change, announced);
                }
            }
            if (!byChange.isEmpty()) {
                byRef.put(task.ref(), new StateEvents(Map.copyOf(byChange)));
            }
        });
        return Map.copyOf(byRef);
    }

    private static Map<String, OutputCache> caches(WorkflowDefDoc def, Compilation compilation) {
        Map<String, OutputCache> byRef = new HashMap<>();
        TaskTree.visit(def.json().path("tasks"), json -> {
            WorkflowTaskDoc task = new WorkflowTaskDoc(json);
            task.cacheConfig().ifPresent(cache -> {
                Optional<Template> key = cache.key().isEmpty()
                        ? Optional.empty()
                        : Optional.of(compilation.template(TextNode.valueOf(cache.key())));
                byRef.put(task.ref(), new OutputCache(key, cache.ttl()));
            });
        });
        return Map.copyOf(byRef);
    }

    static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
