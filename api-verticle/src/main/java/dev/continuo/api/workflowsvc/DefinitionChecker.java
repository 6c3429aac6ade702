package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.Fault;
import java.util.List;
import java.util.Optional;

/** Decides whether a definition may be stored. Takes its time on a large document, so it is called off the event loop. */
@FunctionalInterface
public interface DefinitionChecker {

    /**
     * @param document a workflow definition without the fields that the server adds
     * @param previous the stored document that it replaces: a secret that is submitted as {@code ***} is taken from there
     * @param namespace the owner, to which secrets get bound
     */
    Checked check(JsonNode document, Optional<JsonNode> previous, String namespace);

    sealed interface Checked {
        /** @param faults everything that is wrong, at least one */
        record Faulty(List<Fault> faults) implements Checked {}

        /** @param document what is to be stored: as submitted, with its secrets sealed */
        record Valid(JsonNode document) implements Checked {}
    }
}
