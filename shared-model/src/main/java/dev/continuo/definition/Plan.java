package dev.continuo.definition;

import dev.continuo.model.Dialect;
import java.time.Duration;
import java.util.List;
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
        Set<String> remembered) {

    public Plan {
        nodes = List.copyOf(nodes);
        remembered = Set.copyOf(remembered);
    }

    public enum OnRunTimeout {
        TIME_OUT,
        ALERT_ONLY
    }

    public Node node(int index) {
        return nodes.get(index);
    }
}
