package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.store.Definitions.StoredRevision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the view of a run shows of the definition's revision that it executes.
 *
 * @param timeoutSeconds null in JSON when the definition has none
 * @param timeoutPolicy likewise
 * @param sequence each task's {@code _sequenceno}
 */
record RevisionFacts(JsonNode timeoutSeconds, JsonNode timeoutPolicy, Map<String, Integer> sequence) {

    /** Of a document of this dialect. */
    static RevisionFacts of(JsonNode document) {
        Map<String, Integer> sequence = new HashMap<>();
        TaskDefs.each(
                document,
                (task, position) -> sequence.putIfAbsent(
                        TaskDefs.name(task), task.path("_sequenceno").asInt(position)));
        return new RevisionFacts(
                orNull(document, "_timeoutSeconds"), orNull(document, "_timeoutPolicy"), Map.copyOf(sequence));
    }

    /** Of a revision of any dialect: a run is shown whatever its definition was written in. */
    static RevisionFacts of(StoredRevision revision) {
        return switch (revision.dialect()) {
            case WORKFLOWSVC -> of(revision.document());
            case AGENTS -> inLine(AgentCompiler.references(revision.document()));
            case CONDUCTOR -> inLine(List.of());
        };
    }

    private static RevisionFacts inLine(List<String> references) {
        Map<String, Integer> sequence = new HashMap<>();
        references.forEach(reference -> sequence.put(reference, sequence.size() + 1));
        return new RevisionFacts(NullNode.getInstance(), NullNode.getInstance(), Map.copyOf(sequence));
    }

    OptionalInt sequenceOf(String ref) {
        Integer number = sequence.get(ref);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static JsonNode orNull(JsonNode document, String field) {
        JsonNode value = document.path(field);
        return value.isMissingNode() ? NullNode.getInstance() : value;
    }
}
