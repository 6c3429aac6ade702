package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.continuo.model.Dialect;
import dev.continuo.secret.EncryptedFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The catalogue of the task types that workflowsvc definitions may use: what the engine does itself, and what connectors
 * bring. Compiled once, safe for any
 * thread.
 */
public final class TaskTypes {
    private final Map<String, TaskKind> byName;

    private TaskTypes(Map<String, TaskKind> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** With every {@link TaskType} of workflowsvc on the class path. */
    public static TaskTypes discovered() {
        return of(ServiceLoader.load(TaskType.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    /**
     * With those of the given connector types that are workflowsvc's.
     *
     * @throws IllegalArgumentException when two types have one name or a schema cannot be compiled
     */
    public static TaskTypes of(Collection<? extends TaskType> connectors) {
        Map<String, TaskKind> kinds = new TreeMap<>();
        put(kinds, "USER_INPUT", TaskKind.Role.HUMAN, resource("user-input.json"));
        put(kinds, "SWITCH", TaskKind.Role.SWITCH, resource("switch.json"));
        put(kinds, "FORK_JOIN", TaskKind.Role.FORK, resource("fork-join.json"));
        put(kinds, "DO_WHILE", TaskKind.Role.LOOP, resource("do-while.json"));
        connectors.stream()
                .filter(type -> type.dialect() == Dialect.WORKFLOWSVC)
                .forEach(type -> put(kinds, type.name(), TaskKind.Role.WORK, type.formalParams()));
        return new TaskTypes(kinds);
    }

    private static void put(Map<String, TaskKind> kinds, String name, TaskKind.Role role, JsonNode formalParams) {
        TaskKind kind;
        try {
            kind = new TaskKind(name, role, JsonSchemaCheck.of(formalParams), EncryptedFields.of(formalParams));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The formal params of task type " + name + " are no schema", e);
        }
        if (kinds.putIfAbsent(name, kind) != null) {
            throw new IllegalArgumentException("Two task types have the name " + name);
        }
    }

    /** A JSON file beside this class. */
    public static JsonNode resource(String name) {
        try (InputStream in = TaskTypes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is not on the class path");
            }
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + name + " cannot be read", e);
        }
    }

    public Optional<TaskKind> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In alphabetical order. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** The type names as a list for a message. */
    public String listed() {
        return String.join(", ", byName.keySet());
    }
}
