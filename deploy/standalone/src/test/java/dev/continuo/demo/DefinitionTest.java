package dev.continuo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.agents.AgentValidator;
import dev.continuo.definition.workflowsvc.WorkflowsvcValidator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DefinitionTest {
    @Test
    void theSampleIsValidAndUsesWhatItIsToShow() {
        JsonNode definition = Demo.definition();
        WorkflowsvcValidator validator =
                new WorkflowsvcValidator(TaskTypes.discovered(), DefinitionLimits.DEFAULT, script -> Optional.empty());
        assertThat(validator.validate(definition)).isEmpty();
        Set<String> types = new TreeSet<>();
        collect(definition, types);
        assertThat(types).contains("REST_CONNECTOR", "SWITCH", "FORK_JOIN", "DO_WHILE", "USER_INPUT");
    }

    @Test
    void theSampleAgentIsValidAndHasEachNodeTheDemoTellsOf() {
        ObjectNode agent = AgentDemo.definition();
        assertThat(AgentValidator.faults(agent)).isEmpty();
        assertThat(agent.path("workflow").valueStream().map(node -> node.path("type")
                        .asText()))
                .containsExactly("prompt", "prompt", "return");
    }

    private static void collect(JsonNode node, Set<String> types) {
        if (node.has("_sequenceno")) {
            types.add(node.path("_type").asText());
        }
        node.forEach(child -> collect(child, types));
    }
}
