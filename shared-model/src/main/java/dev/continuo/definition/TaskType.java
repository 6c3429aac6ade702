package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Dialect;

/**
 * A kind of task that a worker can execute, as definitions see it. Found through {@link java.util.ServiceLoader}, so that
 * a connector brings its own.
 */
public interface TaskType {

    /** Whose definitions may use it. A worker executes the types of all dialects. */
    default Dialect dialect() {
        return Dialect.WORKFLOWSVC;
    }

    /** The word in a definition's {@code _type}, such as {@code REST_CONNECTOR}; no two types of any dialects share one. */
    String name();

    /**
     * The JSON Schema of a task definition of this type ("formal params"). A property that carries {@code "encrypt": true}
     * is sealed before it is stored and masked when it is read.
     */
    JsonNode formalParams();
}
