package dev.continuo.worker.connector.script;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.worker.connector.Schemas;

/** SCRIPT_EXECUTION as definitions see it. */
public final class ScriptExecutionType implements TaskType {
    public static final String NAME = "SCRIPT_EXECUTION";

    private static final JsonNode FORMAL_PARAMS = Schemas.read(ScriptExecutionType.class, "script-execution.json");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode formalParams() {
        return FORMAL_PARAMS.deepCopy();
    }
}
