package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.expression.Limits;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConductorWorkflowValidatorTest {
    private static final ConductorWorkflowValidator VALIDATOR =
            new ConductorWorkflowValidator(ConductorLimits.DEFAULT, false);

    private static Optional<ObjectNode> templated(String name) {
        return name.equals("templated")
                ? Optional.of(
                        (ObjectNode) json("{'name': 'templated', 'inputTemplate': {'http_request': {'uri': 'u'}}}"))
                : Optional.empty();
    }

    private static List<Violation> validate(JsonNode document) {
        return VALIDATOR.validate(document, ConductorWorkflowValidatorTest::templated);
    }

    /** A workflow of the given tasks, each of which gets a name and a reference name that it leaves out. */
    private static JsonNode workflow(String tasks) {
        ArrayNode list = (ArrayNode) json(tasks);
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof ObjectNode task) {
                if (!task.has("name")) {
                    task.put("name", "n" + i);
                }
                if (!task.has("taskReferenceName")) {
                    task.put("taskReferenceName", "r" + i);
                }
            }
        }
        return JsonNodeFactory.instance.objectNode().put("name", "w").set("tasks", list);
    }

    @Test
    void aWorkflowWithEverythingIsValid() {
        assertThat(validate(ConductorDocuments.everything())).isEmpty();
    }

    @Test
    void itsViewWithDefaultsIsValidToo() {
        assertThat(validate(ConductorDefaults.workflow(ConductorDocuments.everything())))
                .isEmpty();
    }

    @Test
    void itsSnapshotIsValidToo() {
        ObjectNode snapshot = Snapshot.of(ConductorDocuments.everything(), ConductorWorkflowValidatorTest::templated);
        assertThat(VALIDATOR.validate(snapshot, name -> Optional.empty())).isEmpty();
    }

    @Test
    void unknownMembersNullsAndScalarsThatMeanTheSameAreLetThrough() {
        assertThat(validate(json("""
                        {'name': 'w', 'version': '2', 'timeoutSeconds': 10.0, 'restartable': 'true', 'timeoutPolicy': '',
                         'ownerEmail': null, 'tags': [1], 'tasks': [{'name': 5, 'taskReferenceName': 'a', 'type': null,
                           'inputParameters': null, 'joinOn': null, 'note': {'x': '${nobody.output}'}}]}
                        """))).isEmpty();
    }

    /** Rows: a document, the path of the fault, a part of its message, the value that is shown. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            []                                                        | §§                          | must be an object    | []
            {'tasks': [T]}                                            | name                        | name cannot be null  | null
            {'name': ' ', 'tasks': [T]}                               | name                        | name cannot be null  | ' '
            {'name': {}, 'tasks': [T]}                                | name                        | must be a string     | {}
            {'name': 'a:b', 'tasks': [T]}                             | name                        | ':'                  | 'a:b'
            {'name': 'a\\nb', 'tasks': [T]}                           | name                        | control character    | 'a\\nb'
            {'name': 'w'}                                             | tasks                       | cannot be empty      | null
            {'name': 'w', 'tasks': []}                                | tasks                       | cannot be empty      | []
            {'name': 'w', 'tasks': {'a': 1}}                          | tasks                       | must be an array     | null
            {'name': 'w', 'tasks': [T, null]}                         | tasks[1]                    | must be an object    | null
            {'name': 'w', 'tasks': [T], 'version': 0}                 | version                     | >= 1                 | 0
            {'name': 'w', 'tasks': [T], 'version': 1.5}               | version                     | whole number         | 1.5
            {'name': 'w', 'tasks': [T], 'schemaVersion': 1}           | schemaVersion               | must be 2            | 1
            {'name': 'w', 'tasks': [T], 'timeoutSeconds': -1}         | timeoutSeconds              | >= 0                 | -1
            {'name': 'w', 'tasks': [T], 'timeoutSeconds': 9999999999} | timeoutSeconds              | <= 2147483647        | 9999999999
            {'name': 'w', 'tasks': [T], 'timeoutSeconds': 'soon'}     | timeoutSeconds              | whole number         | 'soon'
            {'name': 'w', 'tasks': [T], 'timeoutPolicy': 'RETRY'}     | timeoutPolicy               | TIME_OUT_WF, ALERT_O | 'RETRY'
            {'name': 'w', 'tasks': [T], 'restartable': 'yes'}         | restartable                 | must be a boolean    | 'yes'
            {'name': 'w', 'tasks': [T], 'inputParameters': {}}        | inputParameters             | must be an array     | {}
            {'name': 'w', 'tasks': [T], 'inputParameters': [1]}       | inputParameters[0]          | string or an object  | 1
            {'name': 'w', 'tasks': [T], 'outputParameters': []}       | outputParameters            | must be an object    | []
            {'name': 'w', 'tasks': [T], 'variables': 'x'}             | variables                   | must be an object    | 'x'
            {'name': 'w', 'tasks': [T], 'maskedFields': [[]]}         | maskedFields[0]             | must be a string     | []
            {'name': 'w', 'tasks': [T], 'rateLimitConfig': {'policy': 'X'}} | rateLimitConfig.policy | QUEUE, REJECT       | 'X'
            {'name': 'w', 'tasks': [T], 'rateLimitConfig': {'concurrentExecLimit': -1}} | rateLimitConfig.concurrentExecLimit | >= 0 | -1
            {'name': 'w', 'tasks': [T], 'inputSchema': {'type': 'XML'}} | inputSchema.type          | JSON, AVRO, PROTOBUF | 'XML'
            {'name': 'w', 'tasks': [T], 'cacheConfig': {'ttlInSecond': -1}} | cacheConfig.ttlInSecond | >= 0              | -1
            """)
    void aWorkflowsFaultIsFound(String document, String path, String message, String value) {
        String task = "{'name': 't', 'taskReferenceName': 't'}";
        assertThat(validate(json(document.replace("[T", "[" + task))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo(path);
                    assertThat(fault.message()).contains(message);
                    assertThat(fault.invalidValue()).isEqualTo(json(value));
                });
    }

    /** Rows: tasks (name and reference are filled in), the path of the only fault below them, a part of its message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            [{'name': ''}]                                                          | [0].name                     | name cannot be empty
            [{'taskReferenceName': null}]                                           | [0].taskReferenceName        | cannot be empty
            [{'taskReferenceName': 'workflow'}]                                     | [0].taskReferenceName        | stands for the workflow
            [{'taskReferenceName': 'a__1'}]                                         | [0].taskReferenceName        | names the tasks of loops
            [{'taskReferenceName': 'a'}, {'taskReferenceName': 'a'}]                | [1].taskReferenceName        | should be unique
            [{'type': 5.5, 'optional': 1}]                                          | [0].optional                 | must be a boolean
            [{'type': {}}]                                                          | [0].type                     | must be a string
            [{'startDelay': -1}]                                                    | [0].startDelay               | >= 0
            [{'retryCount': -1}]                                                    | [0].retryCount               | >= 0
            [{'inputParameters': 'x'}]                                              | [0].inputParameters          | must be an object
            [{'joinMode': 'LATER'}]                                                 | [0].joinMode                 | SYNC, ASYNC
            [{'joinOn': 'a'}]                                                       | [0].joinOn                   | must be an array
            [{'decisionCases': {'a': {}}}]                                          | [0].decisionCases.a          | must be an array
            [{'forkTasks': [{}]}]                                                   | [0].forkTasks[0]             | must be an array
            [{'onStateChange': {'onStart': [{'payload': 1}]}}]                      | [0].onStateChange.onStart[0].payload | must be an object
            [{'taskDefinition': {'retryCount': -1}}]                                | [0].taskDefinition.retryCount | >= 0
            [{'taskDefinition': {'retryLogic': 'X'}}]                               | [0].taskDefinition.retryLogic | FIXED, LINEAR_BACKOFF
            [{'taskDefinition': {'timeoutSeconds': 5, 'responseTimeoutSeconds': 6}}] | [0].taskDefinition.responseTimeoutSeconds | less than or equal
            [{'type': 'SWITCH', 'evaluatorType': 'value-param', 'expression': 'x', 'decisionCases': {'a': [{'taskReferenceName': 'b'}]}}] | [0].decisionCases.a[0].name | cannot be empty
            [{'type': 'SWITCH', 'evaluatorType': 'value-param', 'expression': 'x', 'decisionCases': {'a.b': [{'taskReferenceName': 'b'}]}}] | [0].decisionCases['a.b'][0].name | cannot be empty
            [{'type': 'SWITCH', 'expression': 'x', 'decisionCases': {'a': []}}]     | [0].evaluatorType            | evaluatorType is required
            [{'type': 'SWITCH', 'evaluatorType': 'perl', 'expression': 'x', 'decisionCases': {'a': []}}] | [0].evaluatorType | must be one of
            [{'type': 'SWITCH', 'evaluatorType': 'javascript', 'decisionCases': {'a': []}}] | [0].expression       | expression is required
            [{'type': 'SWITCH', 'evaluatorType': 'javascript', 'expression': 'x'}]  | [0].decisionCases            | at least one task
            [{'type': 'DECISION', 'decisionCases': {'a': []}}]                      | [0].caseValueParam           | caseValueParam or caseExpression
            [{'type': 'DECISION', 'caseValueParam': 'x', 'decisionCases': {}}]      | [0].decisionCases            | at least one task
            [{'type': 'FORK_JOIN', 'forkTasks': [[]]}]                              | [0].type                     | must be followed by a JOIN
            [{'type': 'FORK_JOIN', 'forkTasks': [[]]}, {}]                          | [0].type                     | must be followed by a JOIN
            [{'type': 'FORK_JOIN'}, {'type': 'JOIN'}]                               | [0].forkTasks                | at least one task
            [{'type': 'FORK_JOIN', 'forkTasks': [[{'name': 'x', 'taskReferenceName': 'r0'}]]}, {'type': 'JOIN'}] | [0].forkTasks[0][0].taskReferenceName | should be unique
            [{'type': 'JOIN', 'joinOn': ['nobody']}]                                | [0].joinOn[0]                | no such task
            [{'type': 'JOIN', 'evaluatorType': 'python', 'expression': 'x'}]        | [0].evaluatorType            | must be one of
            [{'type': 'EXCLUSIVE_JOIN', 'joinOn': ['nobody']}]                      | [0].joinOn[0]                | no such task
            [{'type': 'FORK_JOIN_DYNAMIC'}, {'type': 'JOIN'}]                       | [0].dynamicForkTasksParam    | is required
            [{'type': 'FORK_JOIN_DYNAMIC', 'dynamicForkTasksParam': 'a'}, {'type': 'JOIN'}] | [0].dynamicForkTasksInputParamName | is required
            [{'type': 'FORK_JOIN_DYNAMIC', 'dynamicForkTasksParam': 'a', 'dynamicForkJoinTasksParam': 'b'}, {'type': 'JOIN'}] | [0].dynamicForkJoinTasksParam | cannot both
            [{'type': 'FORK_JOIN_DYNAMIC', 'dynamicForkJoinTasksParam': 'b'}]       | [0].type                     | must be followed by a JOIN
            [{'type': 'DYNAMIC'}]                                                   | [0].dynamicTaskNameParam     | is required
            [{'type': 'DO_WHILE', 'loopCondition': 'x'}]                            | [0].loopOver                 | at least one task
            [{'type': 'DO_WHILE', 'loopOver': [{'name': 'x', 'taskReferenceName': 'x'}]}] | [0].loopCondition      | loopCondition or items
            [{'type': 'DO_WHILE', 'loopCondition': 'x', 'loopOver': [{'name': 'x'}]}] | [0].loopOver[0].taskReferenceName | cannot be empty
            [{'type': 'SUB_WORKFLOW'}]                                              | [0].subWorkflowParam         | is required
            [{'type': 'SUB_WORKFLOW', 'subWorkflowParam': {}}]                      | [0].subWorkflowParam.name    | is required
            [{'type': 'SUB_WORKFLOW', 'subWorkflowParam': {'name': 'x', 'version': 'x'}}] | [0].subWorkflowParam.version | whole number
            [{'type': 'SUB_WORKFLOW', 'subWorkflowParam': {'name': 'x', 'priority': 100}}] | [0].subWorkflowParam.priority | <= 99
            [{'type': 'SUB_WORKFLOW', 'subWorkflowParam': {'name': 'x', 'idempotencyStrategy': 'X'}}] | [0].subWorkflowParam.idempotencyStrategy | RETURN_EXISTING
            [{'type': 'SUB_WORKFLOW', 'subWorkflowParam': {'workflowDefinition': 'x'}}] | [0].subWorkflowParam.workflowDefinition | must be an object
            [{'type': 'EVENT'}]                                                     | [0].sink                     | is required
            [{'type': 'HTTP'}]                                                      | [0].inputParameters.http_request | http_request or uri
            [{'type': 'HTTP', 'name': 'templated'}, {'type': 'HTTP_POLL'}]          | [1].inputParameters.http_request | is required
            [{'type': 'KAFKA_PUBLISH'}]                                             | [0].inputParameters.kafka_request | is required
            [{'type': 'LLM_TEXT_COMPLETE', 'inputParameters': {'llmProvider': 'claude', 'model': 'm'}}] | [0].inputParameters.prompt | is required
            [{'type': 'LLM_CHAT_COMPLETE', 'inputParameters': {'llmProvider': 'claude'}}] | [0].inputParameters.model | is required
            [{'type': 'LLM_CHAT_COMPLETE', 'inputParameters': {'model': 'm'}}]        | [0].inputParameters.llmProvider | is required
            [{'type': 'LLM_GENERATE_EMBEDDINGS', 'inputParameters': {'llmProvider': 'openai', 'model': 'm'}}] | [0].inputParameters.text | is required
            [{'type': 'LIST_MCP_TOOLS'}]                                            | [0].inputParameters.mcpServer | is required
            [{'type': 'CALL_MCP_TOOL', 'inputParameters': {'mcpServer': 'u'}}]      | [0].inputParameters.method   | is required
            [{'type': 'TERMINATE'}]                                                 | [0].inputParameters.terminationStatus | is required
            [{'type': 'TERMINATE', 'inputParameters': {'terminationStatus': 'OVER'}}] | [0].inputParameters.terminationStatus | COMPLETED, FAILED
            [{'type': 'TERMINATE', 'optional': true, 'inputParameters': {'terminationStatus': '${workflow.input.s}'}}] | [0].optional | cannot be optional
            [{'type': 'INLINE'}]                                                    | [0].inputParameters.expression | is required
            [{'type': 'INLINE', 'inputParameters': {'evaluatorType': 'perl', 'expression': 'x'}}] | [0].inputParameters.evaluatorType | must be one of
            [{'type': 'LAMBDA'}]                                                    | [0].inputParameters.scriptExpression | is required
            [{'type': 'JSON_JQ_TRANSFORM'}]                                         | [0].inputParameters.queryExpression | is required
            [{'type': 'START_WORKFLOW'}]                                            | [0].inputParameters.startWorkflow | is required
            [{'type': 'WAIT', 'inputParameters': {'duration': '1s', 'until': '2030-01-01'}}] | [0].inputParameters.until | either
            [{'type': 'WAIT', 'inputParameters': {'duration': 'soon'}}]               | [0].inputParameters.duration | is no duration
            [{'type': 'WAIT', 'inputParameters': {'until': 'soon'}}]                  | [0].inputParameters.until    | is no moment
            [{'inputParameters': {'a': {'b': ['x ${nobody.output.x}']}}}]           | [0].inputParameters.a.b[0]   | 'nobody'
            [{'inputParameters': {'a': '${workflow.input.a[${nobody.output}]}'}}]   | [0].inputParameters.a        | 'nobody'
            [{'inputParameters': {'a': '${nobody[0]}'}}]                            | [0].inputParameters.a        | 'nobody'
            """)
    void aTasksFaultIsFound(String tasks, String path, String message) {
        assertThat(validate(workflow(tasks))).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("tasks" + path);
            assertThat(fault.message()).contains(message);
        });
    }

    @Test
    void referencesBelowTheTopLevelAreLetThrough() {
        assertThat(validate(workflow("""
                        [{'type': 'DO_WHILE', 'loopCondition': 'x', 'loopOver': [
                          {'name': 'x', 'taskReferenceName': 'x', 'inputParameters': {'a': '${nobody.output}'}}]}]
                        """))).isEmpty();
    }

    @Test
    void aTopLevelTaskMayReferToOneAtAnyDepth() {
        assertThat(validate(workflow("""
                        [{'inputParameters': {'a': '${deep.output}'}}, {'type': 'DO_WHILE', 'loopCondition': 'x',
                          'loopOver': [{'name': 'x', 'taskReferenceName': 'deep'}]}]
                        """))).isEmpty();
    }

    @Test
    void allFaultsAreFoundAtOnceInTheOrderOfTheDocument() {
        assertThat(validate(json("""
                        {'schemaVersion': 1, 'name': 'w', 'tasks': [{'name': '', 'taskReferenceName': 'a', 'type': 'EVENT'},
                          {'name': 'b', 'taskReferenceName': 'a', 'optional': 'x'}], 'timeoutSeconds': -1}
                        """)))
                .extracting(Violation::path)
                .containsExactly(
                        "schemaVersion",
                        "tasks[0].sink",
                        "tasks[0].name",
                        "tasks[1].taskReferenceName",
                        "tasks[1].optional",
                        "timeoutSeconds");
    }

    /** Rows: an address, and whether it will do. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            null         | false
            ''           | false
            'nobody'     | false
            'a@b@c'      | false
            'a b@c'      | false
            'a@b.example' | true
            """, quoteCharacter = '§')
    void theOwnersAddressIsAskedForWhereItIsMandatory(String address, boolean enough) {
        JsonNode workflow = json(
                "{'name': 'w', 'ownerEmail': " + address + ", 'tasks': [{'name': 't', 'taskReferenceName': 't'}]}");
        assertThat(validate(workflow)).isEmpty();
        assertThat(new ConductorWorkflowValidator(ConductorLimits.DEFAULT, true)
                        .validate(workflow, name -> Optional.empty()))
                .extracting(Violation::path)
                .isEqualTo(enough ? List.of() : List.of("ownerEmail"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void thereAreLimits(int limit) {
        ConductorLimits limits =
                new ConductorLimits(new DefinitionLimits(limit, limit, 100_000, 100, Limits.DEFAULT), 10);
        StringBuilder nested = new StringBuilder();
        for (int i = 0; i <= limit; i++) {
            nested.append("[{'name': 'n', 'taskReferenceName': 'r")
                    .append(i)
                    .append("', 'type': 'DO_WHILE',")
                    .append(" 'loopCondition': 'x', 'loopOver': ");
        }
        nested.append("[{'name': 'n', 'taskReferenceName': 'last'}]").append("}]".repeat(limit + 1));
        List<Violation> faults = new ConductorWorkflowValidator(limits, false)
                .validate(workflow(nested.toString()), name -> Optional.empty());
        assertThat(faults).extracting(Violation::message).anyMatch(message -> message.contains("at most " + limit));
        ConductorLimits deep = new ConductorLimits(new DefinitionLimits(99, limit, 100_000, 100, Limits.DEFAULT), 10);
        assertThat(new ConductorWorkflowValidator(deep, false)
                        .validate(workflow(nested.toString()), name -> Optional.empty()))
                .extracting(Violation::message)
                .containsExactly("tasks are nested deeper than " + limit + " levels");
    }

    @Test
    void aDocumentThatIsTooLargeHasOneFault() {
        ConductorLimits small = new ConductorLimits(new DefinitionLimits(9, 9, 100, 9, Limits.DEFAULT), 10);
        assertThat(new ConductorWorkflowValidator(small, false)
                        .validate(ConductorDocuments.everything(), name -> Optional.empty()))
                .containsExactly(
                        new Violation("", "the document is larger than 100 characters", NullNode.getInstance()));
    }

    @Test
    void aLongNameIsShownShort() {
        String name = "n".repeat(300);
        assertThat(validate(workflow("[{'name': '" + name + "'}]")))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.message()).contains("at most 255");
                    assertThat(fault.invalidValue().textValue()).hasSize(201);
                });
    }

    @Test
    void tasksThatAForkMakesAreCheckedAlone() {
        JsonNode made = json("""
                [{'name': 'a', 'taskReferenceName': 'a', 'inputParameters': {'x': '${anything.y}'}},
                 {'name': 'b', 'taskReferenceName': 'a'}, {'name': 'c', 'taskReferenceName': 'taken'},
                 {'name': 'd', 'taskReferenceName': 'd', 'type': 'EVENT'}, 5]
                """);
        assertThat(VALIDATOR.validateBranches(made, Set.of("taken"), name -> Optional.empty()))
                .extracting(Violation::path)
                .containsExactly("[1].taskReferenceName", "[2].taskReferenceName", "[3].sink", "[4]");
    }
}
