package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.agents.AgentSecrets;
import java.util.Set;

/** What a run of an agent takes and gives: {@code {id, name, description, fields, input}}, the last a JSON Schema. */
final class InputSchema {
    private InputSchema() {}

    /** @param document as it is stored */
    static ObjectNode of(ObjectNode document) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        for (String member : new String[] {"id", "name", "description"}) {
            view.set(member, document.path(member));
        }
        view.set("fields", AgentSecrets.masked(document.path("fields")));
        ObjectNode input = view.putObject("input");
        input.put("$schema", "https://json-schema.org/draft/2020-12/schema").put("type", "object");
        ObjectNode properties = input.putObject("properties");
        Set<String> secret = AgentSecrets.of(document).keys();
        document.path("variables")
                .properties()
                .forEach(variable -> properties.set(
                        variable.getKey(), property(variable.getValue(), secret.contains(variable.getKey()))));
        secret.stream()
                .sorted()
                .filter(key -> !properties.has(key))
                .forEach(key -> properties.set(key, property(JsonNodeFactory.instance.textNode(""), true)));
        return view;
    }

    private static ObjectNode property(JsonNode value, boolean secret) {
        ObjectNode property = JsonNodeFactory.instance.objectNode().put("type", "string");
        property.set("default", AgentSecrets.masked(value));
        if (secret) {
            property.put("writeOnly", true);
        }
        return property;
    }
}
