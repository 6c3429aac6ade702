package dev.continuo.definition.workflowsvc;

import static dev.continuo.definition.TestTypes.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Builds workflowsvc documents for tests; sequence numbers are those of the order. */
final class Documents {
    private Documents() {}

    static ObjectNode of(ObjectNode... tasks) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("_name", "w");
        document.set("_taskDefs", list(List.of(tasks)));
        return document;
    }

    /** A definition of one task, which stays as it is. */
    static ObjectNode ofOne(ObjectNode task) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("_name", "w");
        document.putArray("_taskDefs").add(task);
        return document;
    }

    static ObjectNode task(String name) {
        return task(name, "SCRIPT_EXECUTION");
    }

    static ObjectNode task(String name, String type) {
        ObjectNode task = JsonNodeFactory.instance.objectNode();
        task.put("_name", name).put("_type", type).put("_sequenceno", 1);
        task.putObject("_inputParams");
        return task;
    }

    static ObjectNode choice(String name, String value, ObjectNode... tasks) {
        return choice(name, List.of(value), List.of(List.of(tasks)));
    }

    static ObjectNode choice(String name, List<String> values, List<List<ObjectNode>> cases) {
        ObjectNode task = task(name, "SWITCH");
        task.withObject("/_inputParams").put("_switchCaseValue", "x");
        ObjectNode decisions = task.putObject("_decisionCases");
        for (int i = 0; i < values.size(); i++) {
            decisions.set(values.get(i), list(cases.get(i)));
        }
        return task;
    }

    @SafeVarargs
    static ObjectNode fork(String name, List<ObjectNode>... branches) {
        ObjectNode task = task(name, "FORK_JOIN");
        ArrayNode lists = task.putArray("_forkTasks");
        for (List<ObjectNode> branch : branches) {
            lists.add(list(branch));
        }
        return task;
    }

    static ObjectNode loop(String name, ObjectNode... body) {
        ObjectNode task = task(name, "DO_WHILE");
        task.put("_loopCondition", "$." + name + ".iteration < 2");
        task.set("_loopOver", list(List.of(body)));
        return task;
    }

    /** A chain of containers such as {@code f(l(s(a)))}: forks, loops and switches, each with one list of one task. */
    static ObjectNode shape(String shape) {
        return shape(shape, 0);
    }

    private static ObjectNode shape(String shape, int depth) {
        if (shape.length() == 1) {
            return task(shape);
        }
        ObjectNode inner = shape(shape.substring(2, shape.length() - 1), depth + 1);
        String name = shape.charAt(0) + String.valueOf(depth);
        return switch (shape.charAt(0)) {
            case 'f' -> fork(name, List.of(inner));
            case 'l' -> loop(name, inner);
            case 's' -> choice(name, "x", inner);
            default -> throw new IllegalArgumentException(shape);
        };
    }

    /** Gives a task, wherever it is, one more input parameter; returns the parameter's pointer. */
    static String refer(JsonNode document, String name, String text) {
        String at = find(document, name, "");
        ((ObjectNode) document.at(at + "/_inputParams")).put("ref", text);
        return at + "/_inputParams/ref";
    }

    private static String find(JsonNode node, String name, String at) {
        if (node.path("_name").asText().equals(name) && node.has("_type")) {
            return at;
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String found = find(member.getValue(), name, at + "/" + member.getKey());
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            String found = find(node.get(i), name, at + "/" + i);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    static ArrayNode list(List<ObjectNode> tasks) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < tasks.size(); i++) {
            list.add(tasks.get(i).put("_sequenceno", i + 1));
        }
        return list;
    }

    /** A definition with every type that the tests know. */
    static JsonNode everyType() {
        return json("""
                {'_name': 'every_type', '_timeoutSeconds': 20, '_timeoutPolicy': 'TIMED_OUT_WF', '_taskDefs': [
                  {'_name': 'ask', '_type': 'USER_INPUT', '_sequenceno': 1, '_sendNotification': 'yes',
                   '_notificationId': '12345', '_userInputPermissions': [{'_userType': 'user', '_id': 'u'}],
                   '_timeoutSeconds': 30, '_timeoutPolicy': 'RETRY', '_retryCount': 1,
                   '_inputParams': {'title': 'Well?', '_userInput': {'userChoice': {'type': 'string', 'enum': ['approved']}}}},
                  {'_name': 'choose', '_type': 'SWITCH', '_sequenceno': 2,
                   '_inputParams': {'_switchCaseValue': '${ask._output._userInput.userChoice}'},
                   '_decisionCases': {
                     'approved': [
                       {'_name': 'fork', '_type': 'FORK_JOIN', '_sequenceno': 1, '_inputParams': {}, '_forkTasks': [
                         [{'_name': 'call', '_type': 'REST_CONNECTOR', '_sequenceno': 1, '_retryCount': 5,
                           '_retryLogic': 'LINEAR BACK', '_retryDelaySeconds': 2, '_backoffRate': 3,
                           '_timeoutSeconds': 9, '_timeoutPolicy': 'ALERT_ONLY', '_responseTimeoutSeconds': 40,
                           '_inputParams': {'_url': 'https://example.org/${workflow._inputParams.id}',
                             '_auth': {'_type': 'Bearer', '_params': {'_token': 'hunter2'}}, '_to': 'file',
                             '_args': {'_timeoutSeconds': 5, 'headers': {'x': '${ask._status}'}}}}],
                         [],
                         [{'_name': 'inner', '_type': 'SWITCH', '_sequenceno': 1,
                           '_inputParams': {'_switchCaseValue': 5}, '_decisionCases': {
                             '5': [{'_name': 'five', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}]}}]]}],
                     'rejected': [],
                     'defaultCase': [
                       {'_name': 'other', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}]}},
                  {'_name': 'repeat', '_type': 'DO_WHILE', '_sequenceno': 3, '_inputParams': {'value': 2},
                   '_loopCondition': '$.repeat.iteration <= $.value', '_loopOver': [
                     {'_name': 'second', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 2,
                      '_inputParams': {'n': '${repeat.output.iteration}', 'before': '${first.output.result}'}},
                     {'_name': 'first', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}]},
                  {'_name': 'last', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 4, '_retryCount': 0,
                   '_inputParams': {'got': '${call._output._body}', 'literal': {'a': 1}, 'price': '$${5}'}}]}
                """);
    }
}
