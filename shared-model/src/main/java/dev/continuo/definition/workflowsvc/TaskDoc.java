package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskKind;
import dev.continuo.expression.Pointer;
import java.util.List;
import java.util.Optional;

/**
 * A task definition where it stands in a document.
 *
 * @param index its number in the order of execution, containers before their content
 * @param kind empty for a type that the catalogue does not have
 */
record TaskDoc(int index, JsonNode json, Pointer at, Optional<TaskKind> kind, List<TaskList> lists) {

    String name() {
        return json.path("_name").asText();
    }

    JsonNode input() {
        return json.path("_inputParams");
    }

    boolean is(TaskKind.Role role) {
        return kind.filter(known -> known.role() == role).isPresent();
    }

    /**
     * Tasks that run one after the other.
     *
     * @param label the name of a case, empty for other lists
     * @param tasks in the order of execution
     */
    record TaskList(String label, List<TaskDoc> tasks) {}
}
