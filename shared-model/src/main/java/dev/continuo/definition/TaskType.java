package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A kind of task that a worker can execute, as definitions see it. Found through {@link java.util.ServiceLoader}, so that
 * a connector brings its own.
 */
public interface TaskType {

    /** The word in a definition's {@code _type}, such as {@code REST_CONNECTOR}. */
    String name();

    /**
     * The JSON Schema of a task definition of this type ("formal params"). A property that carries {@code "encrypt": true}
     * is sealed before it is stored and masked when it is read.
     */
    JsonNode formalParams();
}
