package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Pointer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a submitted agent, valid or not.
 *
 * @param variables what may be mentioned from the first node on: the variables, and whatever the fields of the input form
 *     may stand for
 * @param outputs of all prompt and mcp nodes
 * @param secret see {@link AgentSecrets}
 */
record AgentKeys(Set<String> variables, Set<String> outputs, Set<String> secret) {
    private static final List<String> NAMES_OF_FIELDS = List.of("name", "key", "variable", "id");

    static AgentKeys of(JsonNode document) {
        Set<String> outputs = new LinkedHashSet<>();
        Set<String> secret = new LinkedHashSet<>();
        for (JsonNode node : document.path("workflow")) {
            Optional<AgentNodeType> type = AgentNodeType.of(node.path("type").asText());
            if (type.isPresent()
                    && type.get() != AgentNodeType.RETURN
                    && node.path("output").isTextual()) {
                outputs.add(node.path("output").textValue());
            }
            secret.addAll(AgentText.keys(apikey(node)));
            McpServers.eachUrl(node.path("config"), Pointer.ROOT, url -> secret.addAll(AgentText.keys(url.value())));
            McpServers.eachHeader(
                    node.path("config"), Pointer.ROOT, header -> secret.addAll(AgentText.keys(header.value())));
        }
        return new AgentKeys(variables(document), Set.copyOf(outputs), Set.copyOf(secret));
    }

    /** What a field looks like is the form's own affair: every text that may be its key counts. */
    private static Set<String> variables(JsonNode document) {
        Set<String> variables = new LinkedHashSet<>();
        document.path("variables").fieldNames().forEachRemaining(variables::add);
        for (JsonNode field : document.path("fields")) {
            if (field.isTextual()) {
                variables.add(field.textValue());
            }
            for (String name : NAMES_OF_FIELDS) {
                Optional.ofNullable(field.path(name).textValue()).ifPresent(variables::add);
            }
        }
        return Set.copyOf(variables);
    }

    static JsonNode apikey(JsonNode node) {
        return node.hasNonNull("apikey") ? node.get("apikey") : node.path("apiKey");
    }
}
