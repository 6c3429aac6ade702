package dev.continuo.definition.agents;

import static dev.continuo.definition.TestTypes.json;
import static dev.continuo.definition.agents.Agents.mcp;
import static dev.continuo.definition.agents.Agents.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class AgentDocumentTest {

    @Test
    void aDocumentThatHasOnlyWhatIsKnownStaysAsItIs() {
        assertThat(AgentDocument.of(Agents.movie()).toString())
                .isEqualTo(Agents.movie().toString());
    }

    @Test
    void variablesBecomeTextsAndWhatIsAbsentIsEmpty() {
        ObjectNode agent = Agents.of("{'type': 'return', 'name': 'R', 'output': ['a']}");
        agent.set("variables", json("{'a': 1.50, 'b': true, 'c': null, 'd': 'x'}"));
        agent.remove("fields");
        ObjectNode document = AgentDocument.of(agent);
        assertThat(document.path("variables")).isEqualTo(json("{'a': '1.5', 'b': 'true', 'c': '', 'd': 'x'}"));
        assertThat(document.path("fields")).isEqualTo(json("[]"));
        agent.set("variables", json("[]"));
        assertThat(AgentDocument.of(agent).path("variables")).isEqualTo(json("{}"));
    }

    @Test
    void otherSpellingsAreStoredUnderTheUsualOne() {
        ObjectNode document = AgentDocument.of(Agents.of(
                prompt("'type': 'PromptNode', 'apiKey': '{key}', 'maxToken': 7"),
                prompt("'apikey': 'one', 'apiKey': 'two', 'maxTokens': 1, 'maxToken': 2")));
        assertThat(document.at("/workflow/0")).isEqualTo(json(prompt("'apikey': '{key}', 'maxTokens': 7")));
        assertThat(document.at("/workflow/1")).isEqualTo(json(prompt("'apikey': 'one', 'maxTokens': 1")));
    }

    @Test
    void whatIsNotKnownOrNothingIsLeftOut() {
        ObjectNode agent = Agents.of(
                prompt("'apikey': ' ', 'system': null, 'password': 'pass1'"),
                mcp(
                        "'temperature': 1, 'config': {'mcpServers': {'x': {'url': 'u', 'type': 'http', 'env': {'K': 'pass1'}}}}"));
        agent.put("createdAt", "today");
        ObjectNode document = AgentDocument.of(agent);
        assertThat(document.toString()).doesNotContain("pass1", "today");
        assertThat(document.at("/workflow/0")).isEqualTo(json(prompt("")));
        assertThat(document.at("/workflow/1")).isEqualTo(json(mcp("'config': {'mcpServers': {'x': {'url': 'u'}}}")));
    }

    @Test
    void fieldsAreKeptAsTheyAre() {
        ObjectNode agent = Agents.movie();
        agent.set("fields", json("[{'name': 'x', 'options': [1, null, {'y': []}]}, 'z']"));
        assertThat(AgentDocument.of(agent).path("fields")).isEqualTo(agent.path("fields"));
    }
}
