package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.DocumentOrder;
import dev.continuo.definition.DocumentSize;
import dev.continuo.definition.Fault;
import dev.continuo.expression.Pointer;
import dev.continuo.secret.SealedTexts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds everything that is wrong with a submitted agent (agents: Agent, Nodes). */
public final class AgentValidator {
    /** What a creation must bring; an update has its id in its path. */
    public static final List<String> REQUIRED = List.of("id", "name", "description", "workflow");

    private static final String SEALED = "is refused: " + SealedTexts.REFUSAL;
    private static final Pattern LINE_BREAKS = Pattern.compile("[\\t\\n\\r]");

    private final FaultList faults = new FaultList();

    private AgentValidator() {}

    /** Which of the members are missing. An empty text counts as none; an empty list is something else that is wrong. */
    public static List<String> missing(ObjectNode body, List<String> required) {
        return required.stream()
                .filter(member -> {
                    JsonNode value = body.path(member);
                    return value.isMissingNode()
                            || value.isNull()
                            || value.isTextual() && value.asText().isBlank();
                })
                .toList();
    }

    /**
     * @param body with all that is {@link #REQUIRED}
     * @return in the order of the document, none of them naming its place; each message goes on where the place ends: "must
     *     be a string"
     */
    public static List<Fault> faults(ObjectNode body) {
        Optional<Fault> tooLarge = DocumentSize.check(body, DefinitionLimits.DEFAULT);
        if (tooLarge.isPresent()) {
            return List.of(tooLarge.get());
        }
        AgentValidator validator = new AgentValidator();
        validator.head(body);
        validator.variables(body.path("variables"));
        validator.workflow(body);
        SealedTexts.in(body).forEach(pointer -> validator.faults.add(pointer, SEALED));
        return DocumentOrder.sorted(validator.faults.list(), body, Fault::pointer);
    }

    private void head(ObjectNode body) {
        JsonNode id = body.path("id");
        if (!id.isTextual() || !AgentLimits.ID.matcher(id.textValue()).matches()) {
            faults.add(
                    "/id",
                    "must have 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or a digit");
        }
        JsonNode name = body.path("name");
        if (!name.isTextual() || !AgentLimits.fitting(name.textValue())) {
            faults.add("/name", "must be a string of 1 to 255 characters, none of them a control character");
        }
        JsonNode description = body.path("description");
        if (!description.isTextual() || !describes(description.textValue())) {
            faults.add(
                    "/description",
                    "must be a string of at most " + AgentLimits.MAX_DESCRIPTION
                            + " characters, without control characters other than tabs and line breaks");
        }
        JsonNode fields = body.path("fields");
        if (!fields.isMissingNode() && !fields.isNull() && !fields.isArray()) {
            faults.add("/fields", "must be an array");
        }
    }

    private static boolean describes(String text) {
        return text.length() <= AgentLimits.MAX_DESCRIPTION
                && LINE_BREAKS.matcher(text).replaceAll("").chars().noneMatch(Character::isISOControl);
    }

    /** An empty array is what clients send that know no empty object. */
    private void variables(JsonNode variables) {
        if (variables.isMissingNode() || variables.isNull() || variables.isArray() && variables.isEmpty()) {
            return;
        }
        if (!variables.isObject()) {
            faults.add("/variables", "must be an object of strings");
        } else if (variables.size() > AgentLimits.MAX_VARIABLES) {
            faults.add("/variables", "must have at most " + AgentLimits.MAX_VARIABLES + " members");
        } else {
            for (Map.Entry<String, JsonNode> each : variables.properties()) {
                Pointer at = Pointer.ROOT.child("variables").child(each.getKey());
                if (!AgentLimits.fitting(each.getKey())) {
                    faults.add(at, "must have a name of 1 to 255 characters, none of them a control character");
                } else if (each.getValue().isContainerNode()) {
                    faults.add(at, "must be a string: write an object or an array as JSON text");
                }
            }
        }
    }

    private void workflow(ObjectNode body) {
        JsonNode workflow = body.path("workflow");
        if (!workflow.isArray() || workflow.isEmpty()) {
            faults.add("/workflow", "must be an array of at least one node");
        } else if (workflow.size() > AgentLimits.MAX_NODES) {
            faults.add("/workflow", "must have at most " + AgentLimits.MAX_NODES + " nodes");
        } else {
            NodeChecks checks = new NodeChecks(AgentKeys.of(body), faults);
            for (int i = 0; i < workflow.size(); i++) {
                checks.check(workflow.get(i), Pointer.ROOT.child("workflow").child(i));
            }
        }
    }
}
