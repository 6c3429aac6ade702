package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/** Makes plans of the stored documents of one dialect. */
public interface DefinitionCompiler {

    /**
     * @param document a document that was valid when it was stored
     * @throws IllegalArgumentException when it cannot be compiled after all
     */
    Plan compile(UUID definitionId, UUID revisionId, JsonNode document);
}
