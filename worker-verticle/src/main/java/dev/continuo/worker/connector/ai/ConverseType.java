package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.worker.connector.Schemas;

/** AI_CONVERSE as definitions see it. */
public final class ConverseType implements TaskType {
    public static final String NAME = "AI_CONVERSE";

    private static final JsonNode FORMAL_PARAMS = Schemas.read(ConverseType.class, "ai-converse.json");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode formalParams() {
        return FORMAL_PARAMS.deepCopy();
    }
}
