package dev.continuo.definition;

import dev.continuo.secret.EncryptedFields;

/**
 * A task type as the catalogue knows it, compiled.
 *
 * @param name the word in {@code _type}
 * @param role what the engine does with it
 * @param schema the formal params
 * @param encrypted which input parameters are secrets
 */
public record TaskKind(String name, Role role, JsonSchemaCheck schema, EncryptedFields encrypted) {

    public enum Role {
        /** A worker executes it. */
        WORK,
        /** A person answers it. */
        HUMAN,
        SWITCH,
        FORK,
        LOOP
    }
}
