package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes nodes of what a run's data names. Pure: the same data gives the same nodes, in any process and at any time. */
public interface Dynamics {

    /** For dialects in which every task is known beforehand. */
    Dynamics NONE = new Dynamics() {
        @Override
        public Expansion expand(Node owner, ObjectNode input, Function<String, Optional<JsonNode>> taskDefinitions) {
            throw new IllegalArgumentException("No task of this dialect brings others");
        }

        @Override
        public Compiled compile(Node owner, JsonNode document) {
            throw new IllegalArgumentException("No task of this dialect brings others");
        }
    };

    /** What came of the data. */
    sealed interface Expansion {
        /**
         * @param document to be compiled, and stored with the run
         */
        record Expanded(JsonNode document) implements Expansion {}

        /** The data is no list of tasks. */
        record Fault(String message) implements Expansion {}
    }

    /** The contents of a {@link Fragment}. */
    record Compiled(List<Node> nodes, List<Node.Branch> branches, Set<String> remembered) {}

    /**
     * The tasks that a {@link Node.DynamicSplit} or a {@link Node.Dynamic} brings.
     *
     * @param input the owner's resolved input
     * @param taskDefinitions the registered task definitions by name
     */
    Expansion expand(Node owner, ObjectNode input, Function<String, Optional<JsonNode>> taskDefinitions);

    /** The nodes of an expanded document. */
    Compiled compile(Node owner, JsonNode document);
}
