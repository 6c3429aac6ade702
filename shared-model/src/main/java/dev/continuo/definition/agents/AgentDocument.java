package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * The form in which an agent is stored and shown: {@code id, name, description, variables, fields, workflow}, and in each
 * node what its type knows, under one spelling. What else a client sends is left out: it has no effect, and it may hold a
 * secret that nobody would know to seal.
 */
public final class AgentDocument {
    private AgentDocument() {}

    /** @param body a valid one; it is not changed */
    public static ObjectNode of(ObjectNode body) {
        ObjectNode document = body.objectNode();
        for (String text : new String[] {"id", "name", "description"}) {
            document.set(text, body.get(text));
        }
        document.set("variables", texts(body.path("variables"), body.objectNode()));
        document.set(
                "fields", body.path("fields").isArray() ? body.get("fields").deepCopy() : body.arrayNode());
        ArrayNode workflow = document.putArray("workflow");
        body.path("workflow").forEach(node -> workflow.add(node(node, body.objectNode())));
        return document;
    }

    /** Variables are texts (agents: Agent, Dict of string to string), whatever scalar they came as. */
    private static ObjectNode texts(JsonNode variables, ObjectNode texts) {
        variables
                .properties()
                .forEach(each -> texts.put(
                        each.getKey(),
                        each.getValue().isNull() ? "" : each.getValue().asText()));
        return texts;
    }

    private static ObjectNode node(JsonNode node, ObjectNode known) {
        AgentNodeType type = AgentNodeType.of(node.path("type").asText()).orElseThrow();
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String name = canonical(member.getKey(), node);
            JsonNode value = member.getValue();
            if (name.equals("type")) {
                known.put("type", type.word());
            } else if (name.equals("config")) {
                known.set("config", McpServers.known(value));
            } else if (name.equals("name") || type.members().contains(name) && given(name, value)) {
                known.set(name, value.deepCopy());
            }
        }
        return known;
    }

    /** {@code apiKey} and {@code maxToken} are in use, too (agents: PromptNode). The usual spelling goes first. */
    private static String canonical(String member, JsonNode node) {
        return switch (member) {
            case "apiKey" -> node.hasNonNull("apikey") ? member : "apikey";
            case "maxToken" -> node.hasNonNull("maxTokens") ? member : "maxTokens";
            default -> member;
        };
    }

    /** An empty key is none: the server's own is used then. */
    private static boolean given(String name, JsonNode value) {
        return !value.isNull() && !(name.equals("apikey") && value.asText().isBlank());
    }
}
