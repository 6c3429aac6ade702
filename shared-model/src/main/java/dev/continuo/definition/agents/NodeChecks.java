package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Pointer;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks the nodes of an agent, one after the other: a text may mention what the nodes before its own bring forth. */
final class NodeChecks {
    private static final List<String> LLMS = List.of("claude", "replicate", "openai");

    private final AgentKeys keys;
    private final FaultList faults;
    private final Set<String> earlier = new HashSet<>();

    NodeChecks(AgentKeys keys, FaultList faults) {
        this.keys = keys;
        this.faults = faults;
    }

    void check(JsonNode node, Pointer at) {
        if (!node.isObject()) {
            faults.add(at, "must be an object");
            return;
        }
        JsonNode type = node.path("type");
        AgentNodeType.of(type.asText())
                .ifPresentOrElse(known -> check(node, at, known), () -> faults.add(at.child("type"), unknown(type)));
    }

    private static String unknown(JsonNode type) {
        String given = type.isMissingNode() || type.isNull() ? "" : ", not " + shown(type);
        return "must be one of " + AgentNodeType.words() + given;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private void check(JsonNode node, Pointer at, AgentNodeType type) {
        JsonNode name = node.path("name");
        if (!name.isTextual() || !AgentLimits.fitting(name.textValue())) {
            faults.add(
                    at.child("name"), "is required: a string of 1 to 255 characters, none of them a control character");
        }
        switch (type) {
            case PROMPT -> prompt(node, at);
            case MCP -> mcp(node, at);
            case RETURN -> returned(node.path("output"), at.child("output"));
        }
    }

    private void prompt(JsonNode node, Pointer at) {
        if (node.hasNonNull("system")) {
            text(node, "system", at);
        }
        requiredText(node, "user", at);
        if (!LLMS.contains(node.path("llm").asText())) {
            faults.add(at.child("llm"), "must be one of " + String.join(", ", LLMS));
        }
        requiredText(node, "model", at);
        apikey(node, at);
        if (node.hasNonNull("temperature") && !node.path("temperature").isNumber()) {
            faults.add(at.child("temperature"), "must be a number");
        }
        String maxTokens = node.hasNonNull("maxTokens") ? "maxTokens" : "maxToken";
        wholeNumber(node, maxTokens, at, Integer.MAX_VALUE);
        output(node.path("output"), at.child("output"));
    }

    private void mcp(JsonNode node, Pointer at) {
        new McpConfigCheck(faults, (text, place) -> late(text, place, "a config"))
                .check(node.path("config"), at.child("config"));
        requiredText(node, "user", at);
        if (node.hasNonNull("model")) {
            requiredText(node, "model", at);
        }
        apikey(node, at);
        wholeNumber(node, "maxSteps", at, AgentLimits.MAX_STEPS);
        output(node.path("output"), at.child("output"));
    }

    private void requiredText(JsonNode node, String member, Pointer at) {
        JsonNode text = node.path(member);
        if (text.isMissingNode()
                || text.isNull()
                || text.isTextual() && text.asText().isBlank()) {
            faults.add(at.child(member), "is required and must not be blank");
        } else {
            text(node, member, at);
        }
    }

    /** A text that a provider gets to read: nothing secret may be in it. */
    private void text(JsonNode node, String member, Pointer at) {
        for (String key : mentioned(node.path(member), at.child(member))) {
            if (keys.secret().contains(key)) {
                faults.add(
                        at.child(member),
                        "mentions {" + key + "}, which is secret because an apikey or a config uses it: nothing secret"
                                + " may get into a prompt");
            } else if (!keys.variables().contains(key) && !earlier.contains(key)) {
                faults.add(at.child(member), unknown(key, " or the output of an earlier node"));
            }
        }
    }

    private void apikey(JsonNode node, Pointer at) {
        String member = node.hasNonNull("apikey") ? "apikey" : "apiKey";
        if (node.hasNonNull(member)) {
            late(node.path(member), at.child(member), "an apikey");
        }
    }

    /** A text that is filled in when its node is executed, from variables alone, which are sealed until then. */
    private void late(JsonNode text, Pointer at, String what) {
        for (String key : mentioned(text, at)) {
            if (keys.outputs().contains(key)) {
                faults.add(at, "mentions {" + key + "}, the output of a node: " + what + " takes variables alone");
            } else if (!keys.variables().contains(key)) {
                faults.add(at, unknown(key, ""));
            }
        }
    }

    private static String unknown(String key, String orElse) {
        return "mentions {" + key + "}, which is not a variable" + orElse
                + ": add it to variables, or write {{ and }} for braces";
    }

    private Set<String> mentioned(JsonNode text, Pointer at) {
        if (!text.isTextual()) {
            faults.add(at, "must be a string");
            return Set.of();
        }
        return switch (AgentText.of(text.textValue())) {
            case AgentText.Read(Set<String> mentioned) -> mentioned;
            case AgentText.Malformed(String message) -> {
                faults.add(at, "cannot be read: " + message);
                yield Set.of();
            }
        };
    }

    private void wholeNumber(JsonNode node, String member, Pointer at, int most) {
        if (node.hasNonNull(member) && !whole(node.path(member), most)) {
            faults.add(at.child(member), "must be a whole number from 1 to " + most);
        }
    }

    /** 2000.0 is a whole number in JSON. */
    private static boolean whole(JsonNode value, int most) {
        if (!value.isNumber()) {
            return false;
        }
        BigDecimal number = value.decimalValue();
        return number.compareTo(BigDecimal.ONE) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0
                && number.stripTrailingZeros().scale() <= 0;
    }

    private void output(JsonNode output, Pointer at) {
        if (!output.isTextual() || !AgentLimits.fitting(output.textValue())) {
            faults.add(at, "is required: the key of the variable that takes the result, 1 to 255 characters");
        } else {
            earlier.add(output.textValue());
        }
    }

    /** Whether the keys exist is left to the run, which may bring any. */
    private void returned(JsonNode output, Pointer at) {
        if (output.isTextual()) {
            returnedKey(output, at);
        } else if (output.isArray() && output.size() <= AgentLimits.MAX_VARIABLES) {
            for (int i = 0; i < output.size(); i++) {
                returnedKey(output.get(i), at.child(i));
            }
        } else {
            faults.add(at, "is required: the key of a variable, or an array of keys");
        }
    }

    private void returnedKey(JsonNode key, Pointer at) {
        if (!key.isTextual() || !AgentLimits.fitting(key.textValue())) {
            faults.add(at, "must be the key of a variable: a string of 1 to 255 characters");
        } else if (keys.secret().contains(key.textValue())) {
            faults.add(
                    at,
                    "returns " + key.textValue() + ", which is secret because an apikey or a config uses it: nothing"
                            + " secret may get into an output");
        }
    }
}
