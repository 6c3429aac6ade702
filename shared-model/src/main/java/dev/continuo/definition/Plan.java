package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.Template;
import dev.continuo.model.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A definition compiled: immutable, parsed and checked once, executed any number of times.
 *
 * @param revisionId the stored snapshot that this was compiled from
 * @param nodes all tasks, at any depth; a {@link Node}'s index is its position here
 * @param first the first node
 * @param remembered references whose latest task the engine keeps at hand, because a template, a condition or a
 *     container's output reads it
 */
public record Plan(
        Dialect dialect,
        UUID definitionId,
        UUID revisionId,
        String name,
        List<Node> nodes,
        int first,
        Optional<Duration> timeout,
        OnRunTimeout onTimeout,
        Set<String> remembered,
        Traits traits) {

    /** Of a dialect without any traits. */
    public Plan(
            Dialect dialect,
            UUID definitionId,
            UUID revisionId,
            String name,
            List<Node> nodes,
            int first,
            Optional<Duration> timeout,
            OnRunTimeout onTimeout,
            Set<String> remembered) {
        this(dialect, definitionId, revisionId, name, nodes, first, timeout, onTimeout, remembered, Traits.NONE);
    }

    /**
     * What only some definitions have.
     *
     * @param output the run's output; empty for the output of its last task
     * @param variables the variables that a run begins with, an object
     * @param afterFailure true when another run follows one that failed
     * @param restartable false when a run that completed may not be begun again
     * @param dynamics makes nodes of data
     * @param exclusive true when a node may wait for tasks that are not inside of it
     * @param document the snapshot that the plan was compiled from
     * @param stateEvents of the tasks that have any, by their references
     * @param caches of the tasks that have one, by their references
     */
    public record Traits(
            Optional<Template> output,
            JsonNode variables,
            boolean afterFailure,
            boolean restartable,
            Dynamics dynamics,
            boolean exclusive,
            JsonNode document,
            Map<String, StateEvents> stateEvents,
            Map<String, OutputCache> caches) {
        public static final Traits NONE = new Traits(
                Optional.empty(),
                JsonNodeFactory.instance.objectNode(),
                false,
                true,
                Dynamics.NONE,
                false,
                MissingNode.getInstance(),
                Map.of(),
                Map.of());
    }

    public Plan {
        nodes = List.copyOf(nodes);
        remembered = Set.copyOf(remembered);
    }

    public enum OnRunTimeout {
        TIME_OUT,
        ALERT_ONLY
    }

    /** The variables that a run with this input begins with. */
    public JsonNode variables(JsonNode input) {
        return switch (dialect) {
            case WORKFLOWSVC, CONDUCTOR -> traits.variables;
            case AGENTS -> {
                // The caller's input overwrites the agent's variables, for this run alone (agents: Run an agent).
                ObjectNode overlaid = JsonNodeFactory.instance.objectNode();
                overlaid.setAll((ObjectNode) traits.variables);
                overlaid.setAll((ObjectNode) input);
                yield overlaid;
            }
        };
    }

    public Node node(int index) {
        return nodes.get(index);
    }
}
