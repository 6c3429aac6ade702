package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubWorkflowVersionsTest {

    private static ObjectNode workflow(String param, String type) {
        return (ObjectNode) json("{'name': 'w', 'tasks': [{'name': 'l', 'taskReferenceName': 'l', 'type': 'DO_WHILE',"
                + " 'loopOver': [{'name': 's', 'taskReferenceName': 's', 'type': '" + type + "', 'subWorkflowParam': "
                + param + "}]}]}");
    }

    /** Rows: a parameter, the task's type, and the parameter when the latest version of {@code child} is 7. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'name': 'child'}                                | SUB_WORKFLOW | {'name': 'child', 'version': 7}
            {'name': 'child', 'version': null}               | SUB_WORKFLOW | {'name': 'child', 'version': 7}
            {'name': 'child', 'version': 0}                  | SUB_WORKFLOW | {'name': 'child', 'version': 0}
            {'name': 'child', 'version': 3}                  | SUB_WORKFLOW | {'name': 'child', 'version': 3}
            {'name': 'child', 'version': '${a.b}'}           | SUB_WORKFLOW | {'name': 'child', 'version': '${a.b}'}
            {'name': '${a.b}'}                               | SUB_WORKFLOW | {'name': '${a.b}'}
            {'name': 'child', 'workflowDefinition': {}}      | SUB_WORKFLOW | {'name': 'child', 'workflowDefinition': {}}
            {'name': 'unknown'}                              | SUB_WORKFLOW | {'name': 'unknown'}
            {'name': 'child'}                                | SIMPLE       | {'name': 'child'}
            """)
    void openVersionsAreSettledAtTheParentsStart(String param, String type, String settled) {
        ObjectNode before = workflow(param, type);
        assertThat(SubWorkflowVersions.settled(
                        before, name -> name.equals("child") ? Optional.of(7) : Optional.empty()))
                .isEqualTo(workflow(settled, type));
        assertThat(before).isEqualTo(workflow(param, type));
    }

    @Test
    void theNamesOfOpenVersionsAreFound() {
        assertThat(SubWorkflowVersions.open(workflow("{'name': 'child'}", "SUB_WORKFLOW")))
                .containsExactly("child");
        assertThat(SubWorkflowVersions.open(workflow("{'name': 'child', 'version': 1}", "SUB_WORKFLOW")))
                .isEmpty();
    }
}
