package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A node of an agent's workflow, as its document says (agents: Nodes). */
sealed interface AgentNode {

    /** What logs call it. */
    String name();

    /**
     * @param texts members of the task's input that are templates
     * @param settings members of the task's input that are taken as they are
     * @param output the variable that gets the completion
     */
    record Prompt(String name, ObjectNode texts, ObjectNode settings, String output) implements AgentNode {}

    /** The same, with tools. */
    record Mcp(String name, ObjectNode texts, ObjectNode settings, String output) implements AgentNode {}

    /** @param keys the variables that become the task's output */
    record Return(String name, List<String> keys) implements AgentNode {}

    /** The nodes that are executed: what comes after a return is never reached. */
    static List<AgentNode> chain(JsonNode document) {
        List<AgentNode> chain = new ArrayList<>();
        for (JsonNode node : document.path("workflow")) {
            AgentNode read = of(node);
            chain.add(read);
            if (read instanceof Return) {
                break;
            }
        }
        return List.copyOf(chain);
    }

    /** What nodes of these names are referred to by, one for each: nodes may share a name, references may not. */
    static List<String> references(List<AgentNode> chain) {
        Set<String> references = new LinkedHashSet<>();
        for (AgentNode node : chain) {
            String reference = node.name();
            for (int i = 2; !references.add(reference); i++) {
                reference = node.name() + " (" + i + ")";
            }
        }
        return List.copyOf(references);
    }

    /** @throws IllegalArgumentException when it is none of a known type */
    private static AgentNode of(JsonNode node) {
        String type = node.path("type").asText();
        String name = node.path("name").asText();
        return switch (type) {
            case "prompt" ->
                new Prompt(
                        name,
                        members(node, "system", "user", "model"),
                        settings(node, "llm", "temperature"),
                        node.path("output").asText());
            case "mcp" ->
                new Mcp(
                        name,
                        members(node, "user", "model"),
                        settings(node, "config", "maxSteps"),
                        node.path("output").asText());
            case "return" -> new Return(name, keys(node.path("output")));
            default -> throw new IllegalArgumentException("There is no node type " + type);
        };
    }

    /** Either spelling (agents: PromptNode). */
    private static ObjectNode settings(JsonNode node, String... more) {
        ObjectNode settings = members(node, more);
        either(node, "apikey", "apiKey", settings);
        either(node, "maxTokens", "maxToken", settings);
        return settings;
    }

    private static void either(JsonNode node, String name, String alias, ObjectNode into) {
        JsonNode value = present(node, name) ? node.get(name) : node.path(alias);
        if (!value.isMissingNode() && !value.isNull()) {
            into.set(name, value);
        }
    }

    private static ObjectNode members(JsonNode node, String... names) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            if (present(node, name)) {
                members.set(name, node.get(name));
            }
        }
        return members;
    }

    private static boolean present(JsonNode node, String name) {
        return !node.path(name).isMissingNode() && !node.path(name).isNull();
    }

    /** A text stands for a list of one (agents: ReturnNode). */
    private static List<String> keys(JsonNode output) {
        List<String> keys = new ArrayList<>();
        if (output.isTextual()) {
            keys.add(output.textValue());
        }
        output.forEach(key -> keys.add(key.asText()));
        return List.copyOf(keys);
    }
}
