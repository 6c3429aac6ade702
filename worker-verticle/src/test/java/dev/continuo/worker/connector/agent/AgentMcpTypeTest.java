package dev.continuo.worker.connector.agent;

import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.definition.JsonSchemaCheck;
import dev.continuo.definition.TaskType;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.model.Dialect;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentMcpTypeTest {

    @Test
    void itIsFoundForAgents() {
        assertThat(ServiceLoader.load(TaskType.class).stream().map(ServiceLoader.Provider::get))
                .filteredOn(type -> type.name().equals(AgentCompiler.MCP))
                .singleElement()
                .satisfies(type -> assertThat(type.dialect()).isEqualTo(Dialect.AGENTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'user':'u','config':'http://h/'} | 0",
                "{'user':'u','config':{'mcpServers':{'a':{'url':'http://h/'}}},'maxSteps':5} | 0",
                "{'config':'http://h/'} | 1",
                "{'user':'u'} | 1",
                "{'user':'u','config':7} | 1",
            })
    void theInputIsChecked(String input, int faults) {
        assertThat(JsonSchemaCheck.of(new AgentMcpType().formalParams().at("/properties/_inputParams"))
                        .check(json(input)))
                .hasSize(faults);
    }
}
