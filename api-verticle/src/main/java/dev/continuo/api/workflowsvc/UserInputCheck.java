package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem.Flaw;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Checks an answer against the fields that the task asks for: {@code _inputParams._userInput}, a map of field name to
 * JSON Schema (workflowsvc: User input). A field may be left out unless it says {@code "required": true}; a field that
 * was not asked for is refused, unless the task asks for none.
 */
final class UserInputCheck {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("https://continuo.invalid/")
            .setOutputFormat(OutputFormat.Basic);

    private UserInputCheck() {}

    static List<Flaw> flaws(JsonNode fields, JsonNode answer) {
        if (!answer.isObject()) {
            return List.of(new Flaw.InBody("/_userInput", "_userInput is required and must be an object"));
        }
        if (!fields.isObject() || fields.isEmpty()) {
            return List.of();
        }
        List<Flaw> flaws = new ArrayList<>();
        answer.fieldNames().forEachRemaining(name -> {
            if (!fields.has(name)) {
                flaws.add(flaw(name, "'" + name + "' was not asked for; the fields are " + names(fields)));
            }
        });
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            JsonNode value = answer.path(field.getKey());
            JsonNode required = field.getValue().path("required");
            if (!value.isMissingNode()) {
                check(field.getKey(), field.getValue(), value, flaws);
            } else if (required.isBoolean() && required.booleanValue()) {
                flaws.add(flaw(field.getKey(), "'" + field.getKey() + "' is required"));
            }
        }
        return flaws;
    }

    private static void check(String name, JsonNode fragment, JsonNode value, List<Flaw> flaws) {
        if (!(fragment instanceof ObjectNode object)) {
            return;
        }
        ObjectNode schema = object.deepCopy();
        if (schema.path("required").isBoolean()) {
            schema.remove("required");
        }
        try {
            // The value goes in as a member, because the validator takes no bare scalars.
            JsonObject document = new JsonObject().put("value", vertxValue(value));
            JsonObject whole = new JsonObject()
                    .put("properties", new JsonObject().put("value", new JsonObject(schema.toString())));
            OutputUnit result = Validator.create(JsonSchema.of(whole), OPTIONS).validate(document);
            if (!result.getValid()) {
                flaws.add(flaw(name, "'" + name + "' is not allowed: " + reason(result)));
            }
        } catch (SchemaException e) {
            flaws.add(flaw(name, "The definition's schema of '" + name + "' cannot be applied: " + e.getMessage()));
        }
    }

    /** The deepest complaint is the one that says what is wrong. */
    private static String reason(OutputUnit result) {
        List<OutputUnit> errors = result.getErrors();
        return errors == null || errors.isEmpty() ? "it does not fit its schema" : errors.getLast().getError();
    }

    private static Object vertxValue(JsonNode value) {
        return new JsonObject("{\"value\":" + value + "}").getValue("value");
    }

    private static Flaw flaw(String name, String message) {
        return new Flaw.InBody("/_userInput/" + name.replace("~", "~0").replace("/", "~1"), message);
    }

    private static String names(JsonNode fields) {
        return fields.properties().stream().map(Map.Entry::getKey).collect(Collectors.joining(", "));
    }
}
