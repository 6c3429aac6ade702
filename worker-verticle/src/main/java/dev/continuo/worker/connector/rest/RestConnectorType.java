package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.worker.connector.Schemas;

/** REST_CONNECTOR as definitions see it. */
public final class RestConnectorType implements TaskType {
    public static final String NAME = "REST_CONNECTOR";

    private static final JsonNode FORMAL_PARAMS = Schemas.read(RestConnectorType.class, "rest-connector.json");

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode formalParams() {
        return FORMAL_PARAMS.deepCopy();
    }
}
