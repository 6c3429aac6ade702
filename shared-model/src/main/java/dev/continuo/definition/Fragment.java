package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * Nodes that a run brought itself: the tasks of a dynamic fork, or a task whose type was computed.
 *
 * @param part the {@code seq} of the task that brought it; no other fragment of the run has it
 * @param ownerPart the part of that task's own node
 * @param ownerNode that task's node
 * @param nodes a {@link Node}'s index is its position here
 * @param branches the branches of a dynamic fork; one for a single task
 * @param remembered see {@link Plan#remembered()}
 * @param document what it is compiled from, again and alike
 */
public record Fragment(
        int part,
        int ownerPart,
        int ownerNode,
        List<Node> nodes,
        List<Node.Branch> branches,
        Set<String> remembered,
        JsonNode document) {

    public Fragment {
        nodes = List.copyOf(nodes);
        branches = List.copyOf(branches);
        remembered = Set.copyOf(remembered);
    }

    /** Whether one of the nodes waits for tasks that are not inside of it. */
    public boolean waitsAside() {
        return nodes.stream().anyMatch(Node::waitsAside);
    }
}
