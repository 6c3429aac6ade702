package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductorDefaultsTest {

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    /** conductor: Get Task by ID, the example's workflowTask. */
    @Test
    void aTaskIsShownAsThePageShowsIt() {
        ObjectNode submitted = object("""
                {'name': 'http', 'taskReferenceName': 'http_ref', 'type': 'HTTP',
                 'inputParameters': {'uri': 'https://example.com/api', 'method': 'GET', 'encode': true}}
                """);
        assertThat(ConductorDefaults.workflowTask(submitted)).isEqualTo(json("""
                {'name': 'http', 'taskReferenceName': 'http_ref',
                 'inputParameters': {'uri': 'https://example.com/api', 'method': 'GET', 'encode': true},
                 'type': 'HTTP', 'decisionCases': {}, 'defaultCase': [], 'forkTasks': [], 'startDelay': 0, 'joinOn': [],
                 'optional': false, 'defaultExclusiveJoinTask': [], 'asyncComplete': false, 'loopOver': [],
                 'onStateChange': {}, 'permissive': false}
                """));
    }

    @Test
    void aTaskDefinitionIsShownWithItsDefaults() {
        assertThat(ConductorDefaults.taskDef(object("{'name': 'a', 'description': null}")))
                .isEqualTo(json("""
                {'name': 'a', 'retryCount': 3, 'timeoutSeconds': 0, 'inputKeys': [], 'outputKeys': [],
                 'timeoutPolicy': 'TIME_OUT_WF', 'retryLogic': 'FIXED', 'retryDelaySeconds': 60,
                 'maxRetryDelaySeconds': 0, 'backoffJitterMs': 0, 'backoffScaleFactor': 1,
                 'responseTimeoutSeconds': 3600, 'totalTimeoutSeconds': 0, 'inputTemplate': {},
                 'rateLimitPerFrequency': 0, 'rateLimitFrequencyInSeconds': 1, 'taskStatusListenerEnabled': true,
                 'enforceSchema': false}
                """));
    }

    @Test
    void aWorkflowIsShownWithItsDefaults() {
        ObjectNode view = ConductorDefaults.workflow(object("{'name': 'w', 'tasks': []}"));
        assertThat(view).isEqualTo(json("""
                {'name': 'w', 'version': 1, 'tasks': [], 'inputParameters': [], 'outputParameters': {},
                 'schemaVersion': 2, 'restartable': true, 'workflowStatusListenerEnabled': false,
                 'timeoutPolicy': 'ALERT_ONLY', 'timeoutSeconds': 0, 'variables': {}, 'inputTemplate': {},
                 'enforceSchema': true, 'metadata': {}, 'maskedFields': []}
                """));
    }

    /** Rows: where a task without a type stands in the workflow of everything. */
    @ParameterizedTest
    @CsvSource({
        "/tasks/0",
        "/tasks/1/decisionCases/a/0",
        "/tasks/1/defaultCase/0",
        "/tasks/2/forkTasks/0/0",
        "/tasks/4/loopOver/0"
    })
    void aTaskAtAnyDepthHasItsDefaults(String pointer) {
        JsonNode view =
                ConductorDefaults.workflow(ConductorDocuments.everything()).at(pointer);
        assertThat(view.path("type").asText()).isEqualTo("SIMPLE");
        assertThat(view.path("joinOn").isArray()).isTrue();
    }

    /** Rows: a submitted member, and what is shown for it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'name': 5}                                         | /name                       | '5'
            {'retryCount': '5'}                                 | /retryCount                 | 5
            {'retryCount': 5.0}                                 | /retryCount                 | 5
            {'optional': 'true'}                                | /optional                   | true
            {'taskDefinition': {'retryCount': 1}}               | /taskDefinition/retryCount  | 1
            {'taskDefinition': {'retryCount': 1}}               | /taskDefinition/retryLogic  | 'FIXED'
            {'taskDefinition': {'retryLogic': ''}}              | /taskDefinition/retryLogic  | 'FIXED'
            {'workflowTaskType': 'HTTP'}                        | /type                       | 'HTTP'
            {'subWorkflowParam': {'version': '2'}}              | /subWorkflowParam/version   | 2
            {'subWorkflowParam': {'version': '${a.b}'}}         | /subWorkflowParam/version   | '${a.b}'
            {'extra': {'a': [null]}}                            | /extra                      | {'a': [null]}
            """)
    void membersAreShownAsTheDialectReadsThem(String task, String pointer, String shown) {
        assertThat(ConductorDefaults.workflowTask(object(task)).at(pointer)).isEqualTo(json(shown));
    }

    @Test
    void nullsAreNotShown() {
        ObjectNode view =
                ConductorDefaults.workflowTask(object("{'name': 'a', 'sink': null, 'workflowTaskType': 'HTTP'}"));
        assertThat(view.has("sink")).isFalse();
        assertThat(view.has("workflowTaskType")).isFalse();
    }

    @Test
    void theStoredDocumentStaysAsItIs() {
        ObjectNode document = ConductorDocuments.everything();
        ConductorDefaults.workflow(document);
        assertThat(document).isEqualTo(ConductorDocuments.everything());
    }

    @Test
    void aViewOfAViewIsTheSame() {
        ObjectNode view = ConductorDefaults.workflow(ConductorDocuments.everything());
        assertThat(ConductorDefaults.workflow(view)).isEqualTo(view);
    }
}
