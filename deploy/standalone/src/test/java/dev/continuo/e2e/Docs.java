package dev.continuo.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Documents to be sent. Texts are JSON with single quotes and bare field names, which reads better in Java. */
public final class Docs {
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private Docs() {}

    public static ObjectNode object(String text) {
        return (ObjectNode) read(text);
    }

    public static JsonNode read(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** In the order of execution. */
    static ArrayNode list(ObjectNode... tasks) {
        ArrayNode list = LENIENT.createArrayNode();
        for (ObjectNode task : tasks) {
            list.add(task.put("_sequenceno", list.size() + 1));
        }
        return list;
    }

    static ObjectNode with(ObjectNode task, String fields) {
        return task.setAll(object(fields));
    }

    /** Tried again at once, twice. */
    static ObjectNode rest(String name, String url) {
        ObjectNode task = task(name, "REST_CONNECTOR", "{_auth: {_type: 'NoAuth'}}");
        task.withObject("_inputParams").put("_url", url);
        return with(task, "{_retryCount: 2, _retryDelaySeconds: 0}");
    }

    static ObjectNode script(String name, String script) {
        ObjectNode task = task(name, "SCRIPT_EXECUTION", "{_userType: 'e2e'}");
        task.withObject("_inputParams").put("_scriptName", script);
        return with(task, "{_retryCount: 0}");
    }

    static ObjectNode ask(String name, String fields) {
        ObjectNode task = task(name, "USER_INPUT", "{}");
        task.withObject("_inputParams").set("_userInput", object(fields));
        return with(task, "{_sendNotification: 'no', _notificationId: 'none'}");
    }

    static ObjectNode choice(String name, String value, ObjectNode cases) {
        ObjectNode task = task(name, "SWITCH", "{}");
        task.withObject("_inputParams").put("_switchCaseValue", value);
        task.set("_decisionCases", cases);
        return task;
    }

    static ObjectNode cases(String first, ArrayNode firstTasks, String second, ArrayNode secondTasks) {
        ObjectNode cases = LENIENT.createObjectNode();
        cases.set(first, firstTasks);
        cases.set(second, secondTasks);
        return cases;
    }

    static ObjectNode fork(String name, ArrayNode... branches) {
        ObjectNode task = task(name, "FORK_JOIN", "{}");
        ArrayNode all = task.putArray("_forkTasks");
        for (ArrayNode branch : branches) {
            all.add(branch);
        }
        return task;
    }

    static ObjectNode loop(String name, String input, String condition, ArrayNode body) {
        ObjectNode task = task(name, "DO_WHILE", input).put("_loopCondition", condition);
        task.set("_loopOver", body);
        return task;
    }

    private static ObjectNode task(String name, String type, String input) {
        ObjectNode task = LENIENT.createObjectNode().put("_name", name).put("_type", type);
        task.set("_inputParams", object(input));
        return task;
    }
}
