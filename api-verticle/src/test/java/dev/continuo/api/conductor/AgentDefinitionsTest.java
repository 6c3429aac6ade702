package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.expression.Limits;
import dev.continuo.store.Json;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AgentDefinitionsTest {
    private static RunDefinition of(String variables, String... nodes) {
        JsonNode agent = Json.read("{'id':'a','name':'A','description':'d','variables':%s,'workflow':[%s]}"
                .formatted(variables, String.join(",", nodes))
                .replace('\'', '"'));
        return AgentDefinitions.of(
                new AgentCompiler(Limits.DEFAULT).compile(UUID.randomUUID(), UUID.randomUUID(), agent));
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    @Test
    void aNodeIsATaskWhoseInputIsWhatItsAuthorWrote() {
        RunDefinition definition = of(
                "{'who':'you','key':'sealed:v1:k:abc'}",
                "{'type':'prompt','name':'Greet','llm':'claude','model':'m','user':'Hello {who}','apikey':'sealed:v1:k:d',"
                        + "'output':'text'}");
        JsonNode task = definition.view().at("/tasks/0");
        assertThat(task.path("name").asText()).isEqualTo("Greet");
        assertThat(task.path("taskReferenceName").asText()).isEqualTo("Greet");
        assertThat(task.path("type").asText()).isEqualTo(AgentCompiler.PROMPT);
        assertThat(task.path("inputParameters"))
                .isEqualTo(json("{'llm':'claude','model':'m','user':'Hello {who}','apikey':'***','output':'text'}"));
        assertThat(definition.view().path("variables")).isEqualTo(json("{'who':'you','key':'***'}"));
        assertThat(definition.view().path("restartable").asBoolean()).isFalse();
    }

    @Test
    void eachAttemptIsShownWithItsNodesOwnRetries() {
        RunDefinition definition =
                of("{}", "{'type':'prompt','name':'P','llm':'claude','model':'m','user':'u','output':'o'}");
        assertThat(definition.tasks().get("P").workflowTask().path("retryCount").asInt())
                .isEqualTo(3);
        assertThat(definition.tasks().get("P").retry().delayAfter(0, 0)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void nodesOfOneNameAreToldApartAndWhatComesAfterAReturnIsLeftOut() {
        String node = "{'type':'return','name':'End','output':[]}";
        String prompt = "{'type':'prompt','name':'End','llm':'claude','model':'m','user':'u','output':'o'}";
        assertThat(of("{}", prompt, node, prompt).view().path("tasks").findValuesAsText("taskReferenceName"))
                .containsExactly("End", "End (2)");
    }
}
