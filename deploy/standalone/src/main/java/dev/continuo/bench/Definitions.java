package dev.continuo.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The workflows that are measured: of one task each. */
final class Definitions {
    private Definitions() {}

    static JsonNode waiting() {
        ObjectNode task = JsonNodeFactory.instance.objectNode();
        task.put("_name", "wait").put("_type", "USER_INPUT").put("_sequenceno", 1);
        task.putObject("_inputParams")
                .putObject("_userInput")
                .putObject("answer")
                .put("type", "string");
        return of("bench-starts", task);
    }

    /** @param url up to the run's number */
    static JsonNode calling(String url) {
        ObjectNode task = JsonNodeFactory.instance.objectNode();
        task.put("_name", "call").put("_type", "REST_CONNECTOR").put("_sequenceno", 1);
        ObjectNode input = task.putObject("_inputParams").put("_url", url + "${workflow._inputParams.n}");
        input.putObject("_auth").put("_type", "NoAuth");
        return of("bench-rest", task);
    }

    private static JsonNode of(String name, ObjectNode task) {
        ObjectNode definition = JsonNodeFactory.instance.objectNode().put("_name", name);
        definition.putArray("_taskDefs").add(task);
        return definition;
    }
}
