package dev.continuo.worker.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.definition.TaskType;
import dev.continuo.model.Dialect;

/**
 * A system task of Conductor. Its connector checks the input itself, since Conductor's definitions have no formal params,
 * and keep secrets elsewhere than in fields that are sealed.
 */
public abstract class ConductorType implements TaskType {
    private final String name;

    protected ConductorType(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Dialect dialect() {
        return Dialect.CONDUCTOR;
    }

    /** Everything is allowed. */
    @Override
    public final JsonNode formalParams() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return json.objectNode().set("properties", json.objectNode().set("_inputParams", json.objectNode()));
    }
}
