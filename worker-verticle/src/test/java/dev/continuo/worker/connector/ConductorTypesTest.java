package dev.continuo.worker.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.TaskType;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.WorkflowsvcValidator;
import dev.continuo.model.Dialect;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which definitions may use the connectors. */
class ConductorTypesTest {

    @Test
    void workflowsvcKnowsItsOwnTypesOnly() {
        assertThat(TaskTypes.discovered().names())
                .containsExactlyInAnyOrder(
                        "AI_CONVERSE",
                        "DO_WHILE",
                        "FORK_JOIN",
                        "REST_CONNECTOR",
                        "SCRIPT_EXECUTION",
                        "SWITCH",
                        "USER_INPUT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP",
                "HTTP_POLL",
                "KAFKA_PUBLISH",
                "EVENT",
                "LLM_TEXT_COMPLETE",
                "LLM_CHAT_COMPLETE",
                "LLM_GENERATE_EMBEDDINGS",
                "LIST_MCP_TOOLS",
                "CALL_MCP_TOOL"
            })
    void aSystemTaskOfConductorIsFoundButNotAcceptedByWorkflowsvc(String type) {
        assertThat(ServiceLoader.load(TaskType.class).stream().map(ServiceLoader.Provider::get))
                .filteredOn(found -> found.name().equals(type))
                .singleElement()
                .satisfies(found -> assertThat(found.dialect()).isEqualTo(Dialect.CONDUCTOR));
        WorkflowsvcValidator validator =
                new WorkflowsvcValidator(TaskTypes.discovered(), DefinitionLimits.DEFAULT, script -> Optional.empty());
        var document = ConnectorFixture.json("{'_name':'n','_taskDefs':[{'_name':'t','_type':'" + type
                + "','_sequenceno':1," + "'_inputParams':{'http_request':{'uri':'http://h/'}}}]}");
        assertThat(validator.validate(document))
                .extracting(Fault::message)
                .anyMatch(fault -> fault.contains("REST_CONNECTOR"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'_teamId':'support','_userPrompt':'${workflow._input.q}'}                     | ",
                "{'_teamId':'support','_userPrompt':{'a':1},'_converse_id':'c'}                 | ",
                "{'_userPrompt':'x'}                                                            | /_inputParams",
                "{'_teamId':'support'}                                                          | /_inputParams",
                "{'_teamId':7,'_userPrompt':'x'}                                                | /_inputParams/_teamId",
            })
    void aConversationNeedsATeamAndAPrompt(String params, String pointer) {
        WorkflowsvcValidator validator =
                new WorkflowsvcValidator(TaskTypes.discovered(), DefinitionLimits.DEFAULT, script -> Optional.empty());
        var document = ConnectorFixture.json("{'_name':'n','_taskDefs':[{'_name':'t','_type':'AI_CONVERSE',"
                + "'_sequenceno':1,'_inputParams':" + params + "}]}");
        assertThat(validator.validate(document))
                .extracting(Fault::pointer)
                .allMatch(found -> pointer != null && found.startsWith("/_taskDefs/0" + pointer))
                .hasSize(pointer == null ? 0 : 1);
    }
}
