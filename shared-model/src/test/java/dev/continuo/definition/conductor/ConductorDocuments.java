package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Documents for tests. */
final class ConductorDocuments {
    private ConductorDocuments() {}

    /** A valid workflow with every task type and every member of the shapes. */
    static ObjectNode everything() {
        ObjectNode workflow = (ObjectNode) json("""
                {'name': 'orders / daily', 'version': 3, 'description': 'd', 'schemaVersion': 2, 'ownerEmail': 'a@b.c',
                 'ownerApp': 'app', 'createTime': 1700000000000, 'updateTime': 0, 'createdBy': 'x', 'updatedBy': 'y',
                 'inputParameters': ['a', {'b': 1}], 'outputParameters': {'x': '${last.output}'},
                 'failureWorkflow': 'cleanup', 'failureWorkflowVersion': 1, 'restartable': false,
                 'workflowStatusListenerEnabled': true, 'workflowStatusListenerSink': 'kafka:x',
                 'timeoutPolicy': 'TIME_OUT_WF', 'timeoutSeconds': 60, 'variables': {'v': 1}, 'inputTemplate': {'a': 2},
                 'rateLimitConfig': {'rateLimitKey': '${workflow.input.k}', 'concurrentExecLimit': 2, 'policy': 'REJECT'},
                 'inputSchema': {'name': 's', 'version': 1, 'type': 'JSON', 'data': {'type': 'object'}},
                 'outputSchema': {'name': 's', 'version': 2, 'type': 'AVRO', 'externalRef': 'x'}, 'enforceSchema': false,
                 'metadata': {'m': 1}, 'cacheConfig': {'key': '${workflow.input.a}', 'ttlInSecond': 60},
                 'maskedFields': ['password'], 'tasks': []}
                """);
        ArrayNode tasks = (ArrayNode) workflow.path("tasks");
        tasks.addAll((ArrayNode) containers());
        tasks.addAll((ArrayNode) work());
        tasks.addAll((ArrayNode) rest());
        return workflow;
    }

    private static JsonNode containers() {
        return json("""
                [{'name': 'worker', 'taskReferenceName': 'first', 'description': 'd', 'startDelay': 1, 'retryCount': 2,
                  'rateLimited': true, 'optional': true, 'permissive': true, 'asyncComplete': true, 'metadata': {},
                  'cacheConfig': {'key': '${a}', 'ttlInSecond': 5},
                  'onStateChange': {'onStart': [{'type': 'started', 'payload': {'a': 1}}]},
                  'taskDefinition': {'name': 'worker', 'retryCount': 1, 'timeoutSeconds': 9, 'responseTimeoutSeconds': 9},
                  'inputParameters': {'a': '${workflow.input.a}', 'b': ['$${none.x}', {'c': '${CPEWF_TASK_ID}'}],
                    'd': '${in_loop.output.a[${in_case.output.i}]}', 'e': '${workflow.secrets.KEY}'}},
                 {'name': 'sw', 'taskReferenceName': 'sw', 'type': 'SWITCH', 'evaluatorType': 'value-param',
                  'expression': 'x', 'inputParameters': {'x': '${first.output.x}'},
                  'decisionCases': {'a': [{'name': 'worker', 'taskReferenceName': 'in_case'}], 'b.c': []},
                  'defaultCase': [{'name': 'worker', 'taskReferenceName': 'in_default'}]},
                 {'name': 'fork', 'taskReferenceName': 'fork', 'type': 'FORK_JOIN', 'forkTasks': [
                   [{'name': 'worker', 'taskReferenceName': 'in_fork'}], []]},
                 {'name': 'join', 'taskReferenceName': 'join', 'type': 'JOIN', 'joinOn': ['in_fork'], 'joinMode': 'SYNC',
                  'evaluatorType': 'js', 'expression': '$.joinOn.length > 0'},
                 {'name': 'loop', 'taskReferenceName': 'loop', 'type': 'DO_WHILE', 'loopCondition': '$.loop.iteration < 3',
                  'loopOver': [{'name': 'worker', 'taskReferenceName': 'in_loop'},
                    {'name': 'each', 'taskReferenceName': 'each', 'type': 'DO_WHILE', 'items': '${workflow.input.list}',
                     'loopOver': [{'name': 'worker', 'taskReferenceName': 'in_each'}]}]},
                 {'name': 'listed', 'taskReferenceName': 'listed', 'type': 'DO_WHILE', 'inputParameters': {'_items': [1]},
                  'loopOver': [{'name': 'worker', 'taskReferenceName': 'in_listed'}]},
                 {'name': 'old', 'taskReferenceName': 'old', 'type': 'DECISION', 'caseValueParam': 'x',
                  'decisionCases': {'a': []}},
                 {'name': 'older', 'taskReferenceName': 'older', 'type': 'DECISION', 'caseExpression': '$.x',
                  'decisionCases': {'a': []}},
                 {'name': 'df', 'taskReferenceName': 'df', 'type': 'FORK_JOIN_DYNAMIC', 'dynamicForkTasksParam': 't',
                  'dynamicForkTasksInputParamName': 'i'},
                 {'name': 'j2', 'taskReferenceName': 'j2', 'type': 'JOIN', 'joinOn': ['known_at_run_time']},
                 {'name': 'df2', 'taskReferenceName': 'df2', 'type': 'FORK_JOIN_DYNAMIC',
                  'dynamicForkJoinTasksParam': 't'},
                 {'name': 'j3', 'taskReferenceName': 'j3', 'type': 'JOIN'},
                 {'name': 'df3', 'taskReferenceName': 'df3', 'type': 'FORK_JOIN_DYNAMIC',
                  'inputParameters': {'forkTaskName': 'worker', 'forkTaskInputs': []}},
                 {'name': 'j4', 'taskReferenceName': 'j4', 'type': 'JOIN', 'joinOn': null},
                 {'name': 'ej', 'taskReferenceName': 'ej', 'type': 'EXCLUSIVE_JOIN', 'joinOn': ['in_case'],
                  'defaultExclusiveJoinTask': ['in_default']},
                 {'name': 'dyn', 'taskReferenceName': 'dyn', 'type': 'DYNAMIC', 'dynamicTaskNameParam': 'n'}]
                """);
    }

    private static JsonNode work() {
        return json("""
                [{'name': 'sub', 'taskReferenceName': 'sub', 'type': 'SUB_WORKFLOW', 'subWorkflowParam': {'name': 'child',
                  'version': '${workflow.input.v}', 'taskToDomain': {'*': 'd'}, 'priority': 99, 'idempotencyKey': 'k',
                  'idempotencyStrategy': 'RETURN_EXISTING'}},
                 {'name': 'sub2', 'taskReferenceName': 'sub2', 'type': 'SUB_WORKFLOW', 'subWorkflowParam': {
                  'workflowDefinition': {'name': 'inline', 'tasks': []}, 'version': 0}},
                 {'name': 'sub3', 'taskReferenceName': 'sub3', 'type': 'SUB_WORKFLOW', 'subWorkflowParam': {
                  'workflowDefinition': '${first.output.def}', 'priority': '${workflow.input.p}'}},
                 {'name': 'ev', 'taskReferenceName': 'ev', 'type': 'EVENT', 'sink': 'kafka:topic'},
                 {'name': 'h', 'taskReferenceName': 'h', 'type': 'HTTP', 'inputParameters': {'http_request': {'uri': 'u'}}},
                 {'name': 'h2', 'taskReferenceName': 'h2', 'type': 'HTTP', 'inputParameters': {'uri': 'u'}},
                 {'name': 'templated', 'taskReferenceName': 'h3', 'type': 'HTTP'},
                 {'name': 'h4', 'taskReferenceName': 'h4', 'type': 'HTTP_POLL', 'taskDefinition': {
                  'inputTemplate': {'uri': 'u'}}},
                 {'name': 'k', 'taskReferenceName': 'k', 'type': 'KAFKA_PUBLISH', 'inputParameters': {
                  'kafka_request': {'topic': 't'}}},
                 {'name': 'lm', 'taskReferenceName': 'lm', 'type': 'LIST_MCP_TOOLS', 'inputParameters': {
                  'mcpServer': 'u'}},
                 {'name': 'cm', 'taskReferenceName': 'cm', 'type': 'CALL_MCP_TOOL', 'inputParameters': {
                  'mcpServer': 'u', 'method': 'm'}},
                 {'name': 'st', 'taskReferenceName': 'st', 'type': 'START_WORKFLOW', 'inputParameters': {
                  'startWorkflow': {'name': 'x'}}},
                 {'name': 'ut', 'taskReferenceName': 'ut', 'type': 'UPDATE_TASK'},
                 {'name': 'gw', 'taskReferenceName': 'gw', 'type': 'GET_WORKFLOW'},
                 {'name': 'tw', 'taskReferenceName': 'tw', 'type': 'TERMINATE_WORKFLOW'},
                 {'name': 'pm', 'taskReferenceName': 'pm', 'type': 'PULL_WORKFLOW_MESSAGES'}]
                """);
    }

    private static JsonNode rest() {
        return json("""
                [{'name': 'in', 'taskReferenceName': 'in', 'type': 'INLINE', 'inputParameters': {
                  'evaluatorType': 'graaljs', 'expression': '1'}},
                 {'name': 'la', 'taskReferenceName': 'la', 'type': 'LAMBDA', 'inputParameters': {'scriptExpression': '1'}},
                 {'name': 'jq', 'taskReferenceName': 'jq', 'type': 'JSON_JQ_TRANSFORM', 'inputParameters': {
                  'queryExpression': '.a'}},
                 {'name': 'w1', 'taskReferenceName': 'w1', 'type': 'WAIT', 'inputParameters': {'duration': '1s'}},
                 {'name': 'w2', 'taskReferenceName': 'w2', 'type': 'WAIT', 'inputParameters': {'until': '2030-01-01'}},
                 {'name': 'w3', 'taskReferenceName': 'w3', 'type': 'WAIT'},
                 {'name': 'hu', 'taskReferenceName': 'hu', 'type': 'HUMAN'},
                 {'name': 'sv', 'taskReferenceName': 'sv', 'type': 'SET_VARIABLE', 'inputParameters': {'v': 2}},
                 {'name': 'no', 'taskReferenceName': 'no', 'type': 'NOOP'},
                 {'name': 'yi', 'taskReferenceName': 'yi', 'type': 'YIELD'},
                 {'name': 'own', 'taskReferenceName': 'own', 'type': 'MY_TYPE'},
                 {'name': 'last', 'taskReferenceName': 'last', 'type': 'TERMINATE', 'inputParameters': {
                  'terminationStatus': 'COMPLETED', 'terminationReason': 'done'}}]
                """);
    }
}
