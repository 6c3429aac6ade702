package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonFormatValidator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The schema of a person's answer: a map of field name to JSON Schema fragment (workflowsvc: user-input page), read as
 * draft 7.
 *
 * <p>An answer has at least one field, and none that is not declared: it would be a misspelt one. One that is declared may
 * be left out unless its fragment says {@code "required": true}, as the original does not tell.
 * Fragments cannot refer to other schemas. Immutable, safe for any thread.
 */
public final class UserInputSchema {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_VALUES = 1_000;
    private static final String PATTERN_FORMAT = "pattern:";
    private static final Set<String> REFUSED =
            Set.of("$ref", "$id", "$schema", "$anchor", "$dynamicRef", "$recursiveRef", "patternProperties");
    private static final List<String> ONE = List.of(
            "items",
            "additionalItems",
            "additionalProperties",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames");
    private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf", "items");
    private static final List<String> MAPS = List.of("properties", "definitions");
    private static final JsonSchemaCheck META = meta();

    private final Set<String> declared;
    private final JsonSchemaCheck check;

    private UserInputSchema(Set<String> declared, JsonSchemaCheck check) {
        this.declared = declared;
        this.check = check;
    }

    /**
     * @throws IllegalArgumentException when {@link #faults} finds any
     */
    public static UserInputSchema of(JsonNode userInput) {
        List<Fault> faults = faults(userInput);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("No schema of a user input: " + faults);
        }
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (Map.Entry<String, JsonNode> field : userInput.properties()) {
            properties.set(field.getKey(), guarded(withoutRequired(field.getValue()), field.getKey()));
            if (field.getValue().path("required").asBoolean()) {
                required.add(field.getKey());
            }
        }
        Set<String> declared = new LinkedHashSet<>();
        userInput.fieldNames().forEachRemaining(declared::add);
        return new UserInputSchema(
                Collections.unmodifiableSet(declared),
                JsonSchemaCheck.of(schema, Draft.DRAFT7, UserInputSchema::format));
    }

    /** What keeps a map of fragments from being a schema; pointers are into the map. */
    public static List<Fault> faults(JsonNode userInput) {
        List<Fault> faults = new ArrayList<>();
        if (!userInput.isObject() || userInput.isEmpty()) {
            faults.add(new Fault("", "must be an object with a JSON Schema for each field"));
        }
        for (Map.Entry<String, JsonNode> field : userInput.properties()) {
            String at = "/" + token(field.getKey());
            JsonNode fragment = field.getValue();
            if (!fragment.isObject()) {
                faults.add(new Fault(at, field.getKey() + " must be a JSON Schema, such as {\"type\": \"string\"}"));
                continue;
            }
            int before = faults.size();
            restricted(fragment, at, 0, faults);
            if (faults.size() == before) {
                for (Fault fault : META.check(withoutRequired(fragment))) {
                    faults.add(new Fault(at + fault.pointer(), fault.message()));
                }
            }
        }
        return faults;
    }

    /** What is wrong with an answer; pointers are into it. An answer has at most 1,000 values, so that this is quick. */
    public List<Fault> check(JsonNode answer) {
        if (values(answer, 0) > MAX_VALUES) {
            return List.of(new Fault("", "an answer has at most " + MAX_VALUES + " values"));
        }
        if (answer.isObject() && answer.isEmpty()) {
            return List.of(new Fault("", "_userInput must not be empty"));
        }
        List<Fault> faults = new ArrayList<>(check.check(answer));
        answer.fieldNames().forEachRemaining(name -> {
            if (!declared.contains(name)) {
                String message = name + " is not a field of this task; its fields are " + String.join(", ", declared);
                faults.add(new Fault("/" + token(name), message));
            }
        });
        return List.copyOf(faults);
    }

    private static int values(JsonNode node, int counted) {
        int count = counted + 1;
        for (JsonNode child : node) {
            if (count > MAX_VALUES) {
                return count;
            }
            count = values(child, count);
        }
        return count;
    }

    private static JsonNode withoutRequired(JsonNode fragment) {
        return fragment.path("required").isBoolean()
                ? ((ObjectNode) fragment).deepCopy().without("required")
                : fragment;
    }

    private static void restricted(JsonNode schema, String at, int depth, List<Fault> faults) {
        if (depth > MAX_DEPTH) {
            faults.add(new Fault(at, "nested deeper than " + MAX_DEPTH + " schemas"));
            return;
        }
        for (String keyword : REFUSED) {
            if (schema.has(keyword)) {
                faults.add(new Fault(at + "/" + keyword, keyword + " is not supported in the schema of a user input"));
            }
        }
        pattern(schema.path("pattern"), at + "/pattern", faults);
        for (String keyword : ONE) {
            if (schema.path(keyword).isObject()) {
                restricted(schema.get(keyword), at + "/" + keyword, depth + 1, faults);
            }
        }
        for (String keyword : LISTS) {
            JsonNode list = schema.path(keyword);
            for (int i = 0; list.isArray() && i < list.size(); i++) {
                restricted(list.get(i), at + "/" + keyword + "/" + i, depth + 1, faults);
            }
        }
        for (String keyword : MAPS) {
            for (Map.Entry<String, JsonNode> entry : schema.path(keyword).properties()) {
                restricted(entry.getValue(), at + "/" + keyword + "/" + token(entry.getKey()), depth + 1, faults);
            }
        }
    }

    private static void pattern(JsonNode pattern, String at, List<Fault> faults) {
        if (!pattern.isTextual()) {
            return;
        }
        if (pattern.textValue().length() > BudgetedPattern.MAX_CHARS) {
            faults.add(new Fault(at, "pattern must have at most " + BudgetedPattern.MAX_CHARS + " characters"));
            return;
        }
        try {
            Pattern.compile(pattern.textValue());
        } catch (PatternSyntaxException e) {
            faults.add(new Fault(at, "pattern is not a regular expression: " + e.getDescription()));
        }
    }

    /** The same schema with every pattern in the care of {@link BudgetedPattern}, by way of a format of our own. */
    private static JsonNode guarded(JsonNode schema, String name) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode copy = ((ObjectNode) schema).deepCopy();
        for (String keyword : ONE) {
            if (copy.path(keyword).isObject()) {
                copy.set(keyword, guarded(copy.get(keyword), name));
            }
        }
        for (String keyword : LISTS) {
            if (copy.path(keyword).isArray()) {
                ArrayNode list = copy.putArray(keyword);
                schema.get(keyword).forEach(alternative -> list.add(guarded(alternative, name)));
            }
        }
        for (String keyword : MAPS) {
            if (copy.path(keyword).isObject()) {
                ObjectNode map = (ObjectNode) copy.get(keyword);
                schema.get(keyword)
                        .properties()
                        .forEach(entry -> map.set(entry.getKey(), guarded(entry.getValue(), entry.getKey())));
            }
        }
        if (copy.path("pattern").isTextual()) {
            String pattern = copy.remove("pattern").textValue();
            ArrayNode all = copy.path("allOf").isArray() ? (ArrayNode) copy.get("allOf") : copy.putArray("allOf");
            all.addObject()
                    .put("format", PATTERN_FORMAT + pattern)
                    .put("errorMessage", name + " must match the pattern " + pattern);
        }
        return copy;
    }

    private static String format(String instanceType, String format, Object instance) {
        if (format == null || !format.startsWith(PATTERN_FORMAT)) {
            return JsonFormatValidator.DEFAULT_VALIDATOR.validateFormat(instanceType, format, instance);
        }
        if (!(instance instanceof String text)) {
            return null;
        }
        Pattern pattern = Pattern.compile(format.substring(PATTERN_FORMAT.length()));
        return new BudgetedPattern(pattern).find(text) ? null : "no match";
    }

    private static JsonSchemaCheck meta() {
        String name = "json-schema.org/draft-07/schema";
        try (InputStream in = Draft.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("vertx-json-schema does not bring " + name);
            }
            return JsonSchemaCheck.of(
                    JsonMapper.builder().build().readTree(in), Draft.DRAFT7, JsonFormatValidator.DEFAULT_VALIDATOR);
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + name + " cannot be read", e);
        }
    }

    private static String token(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
