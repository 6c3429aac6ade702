package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonFormatValidator;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.Validator;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * A compiled JSON Schema whose verdicts are {@link Fault}s: one for each place, with a message that names the field and
 * what is allowed, and never the value that was found (it may be a secret).
 *
 * <p>A schema may say it in its own words: the keyword {@code errorMessage} beside the failing keyword is the message.
 */
public final class JsonSchemaCheck {

    /** Keywords that fail because something below them did, which is reported by itself. */
    private static final Set<String> OUTER = Set.of(
            "properties",
            "patternProperties",
            "additionalProperties",
            "unevaluatedProperties",
            "items",
            "prefixItems",
            "additionalItems",
            "unevaluatedItems",
            "allOf",
            "if",
            "then",
            "else",
            "dependentSchemas",
            "$ref",
            "$dynamicRef");

    /** Keywords for which one fault says enough, whatever the alternatives below them found. */
    private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf", "not", "contains", "propertyNames");

    /** More than anybody reads; a document of nothing but mistakes must not become a list of its own size. */
    private static final int MAX_FAULTS = 1_000;

    private final JsonNode schema;
    private final Validator validator;

    private JsonSchemaCheck(JsonNode schema, Validator validator) {
        this.schema = schema;
        this.validator = validator;
    }

    /**
     * @param schema JSON Schema, draft 2020-12
     * @throws IllegalArgumentException when it cannot be compiled
     */
    public static JsonSchemaCheck of(JsonNode schema) {
        return of(schema, Draft.DRAFT202012, JsonFormatValidator.DEFAULT_VALIDATOR);
    }

    static JsonSchemaCheck of(JsonNode schema, Draft draft, JsonFormatValidator formats) {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(draft)
                .setBaseUri("https://continuo.dev/")
                .setOutputFormat(OutputFormat.Basic);
        try {
            return new JsonSchemaCheck(
                    schema, Validator.create(JsonSchema.of(VertxJson.object(schema)), options, formats));
        } catch (SchemaException | UnsupportedOperationException | ClassCastException e) {
            throw new IllegalArgumentException("The JSON Schema cannot be compiled: " + e.getMessage(), e);
        }
    }

    /** What is wrong with the value, in the order of the schema; empty when nothing is. */
    public List<Fault> check(JsonNode value) {
        return check(value, Set.of());
    }

    /**
     * @param open pointers of values that only a run will know: what is wrong with them now does not count
     */
    public List<Fault> check(JsonNode value, Set<String> open) {
        OutputUnit verdict = validator.validate(VertxJson.of(value));
        if (verdict.getValid()) {
            return List.of();
        }
        Map<String, Fault> byPlace = new LinkedHashMap<>();
        Set<String> settled = new HashSet<>();
        for (OutputUnit error : verdict.getErrors()) {
            if (byPlace.size() == MAX_FAULTS) {
                break;
            }
            if (settled.stream().anyMatch(error.getKeywordLocation()::startsWith)) {
                continue;
            }
            boolean alternatives = ALTERNATIVES.contains(keyword(error));
            if (alternatives) {
                settled.add(error.getKeywordLocation() + "/");
            }
            if (tells(error)) {
                Fault fault = fault(error);
                if (!open.contains(fault.pointer()) && !(alternatives && holdsOpen(fault.pointer(), open))) {
                    byPlace.putIfAbsent(fault.pointer(), fault);
                }
            }
        }
        return List.copyOf(byPlace.values());
    }

    private static boolean holdsOpen(String pointer, Set<String> open) {
        return open.stream().anyMatch(place -> place.startsWith(pointer + "/"));
    }

    private boolean tells(OutputUnit error) {
        String keyword = keyword(error);
        if (!OUTER.contains(keyword)) {
            return true;
        }
        if (!at(error).isBoolean()) {
            return false;
        }
        // A false additionalProperties also blames members that are declared and wrong: those are reported already.
        List<String> place = tokens(error.getInstanceLocation());
        return !keyword.equals("additionalProperties")
                || place.isEmpty()
                || !parent(error).path("properties").has(place.getLast());
    }

    private Fault fault(OutputUnit error) {
        List<String> place = new ArrayList<>(tokens(error.getInstanceLocation()));
        String keyword = keyword(error);
        JsonNode allowed = at(error);
        if (keyword.equals("required")) {
            place.add(quotedName(error.getError()));
        }
        String field = place.isEmpty() ? "the value" : place.getLast();
        JsonNode own = parent(error).path("errorMessage");
        String message = own.isTextual() && !keyword.equals("required")
                ? own.textValue()
                : field + " " + words(keyword, allowed);
        return new Fault(pointer(place), message);
    }

    private static String words(String keyword, JsonNode allowed) {
        return switch (keyword) {
            case "required" -> "is required";
            case "type" -> "must be " + (allowed.isArray() ? joined(allowed, " or ") : article(allowed.asText()));
            case "enum" -> "must be one of " + joined(allowed, ", ");
            case "const" -> "must be " + allowed;
            case "minimum" -> "must be at least " + allowed;
            case "exclusiveMinimum" -> "must be greater than " + allowed;
            case "maximum" -> "must be at most " + allowed;
            case "exclusiveMaximum" -> "must be less than " + allowed;
            case "multipleOf" -> "must be a multiple of " + allowed;
            case "minLength" ->
                allowed.asInt() == 1 ? "must not be empty" : "must have at least " + allowed + " characters";
            case "maxLength" -> "must have at most " + allowed + " characters";
            case "minItems" ->
                allowed.asInt() == 1 ? "must not be empty" : "must have at least " + allowed + " elements";
            case "maxItems" -> "must have at most " + allowed + " elements";
            case "minProperties" ->
                allowed.asInt() == 1 ? "must not be empty" : "must have at least " + allowed + " members";
            case "maxProperties" -> "must have at most " + allowed + " members";
            case "uniqueItems" -> "must not hold the same element twice";
            case "pattern" -> "must match the pattern " + allowed.asText();
            case "format" -> "must have the format " + allowed.asText();
            case "anyOf", "oneOf" -> "has none of the forms that are allowed";
            case "additionalProperties", "unevaluatedProperties" -> "is not allowed here";
            default -> "does not satisfy the schema's " + keyword;
        };
    }

    private static String joined(JsonNode values, String separator) {
        StringJoiner joiner = new StringJoiner(separator);
        for (JsonNode value : values) {
            // Null is tolerated where a field is optional; it is no advice.
            if (!value.asText().equals("null")) {
                joiner.add(value.asText());
            }
        }
        return joiner.toString();
    }

    private static String article(String type) {
        return switch (type) {
            case "null" -> "null";
            case "object", "array", "integer" -> "an " + type;
            default -> "a " + type;
        };
    }

    private static String keyword(OutputUnit error) {
        String location = error.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private JsonNode at(OutputUnit error) {
        return follow(tokens(error.getKeywordLocation()));
    }

    private JsonNode parent(OutputUnit error) {
        List<String> tokens = tokens(error.getKeywordLocation());
        return follow(tokens.subList(0, Math.max(0, tokens.size() - 1)));
    }

    private JsonNode follow(List<String> tokens) {
        JsonNode node = schema;
        for (String token : tokens) {
            String target = node.path("$ref").asText();
            if (token.equals("$ref") && target.startsWith("#")) {
                node = schema.at(target.substring(1));
            } else {
                node = node.isArray() ? element(node, token) : node.path(token);
            }
        }
        return node;
    }

    private static JsonNode element(JsonNode array, String token) {
        boolean index = !token.isEmpty() && token.length() < 10 && token.chars().allMatch(Character::isDigit);
        return index ? array.path(Integer.parseInt(token)) : MissingNode.getInstance();
    }

    /** The validator's places are URI fragments: escaped as a JSON Pointer, then as a URI. */
    private static List<String> tokens(String fragment) {
        List<String> tokens = new ArrayList<>();
        String[] parts = fragment.split("/", -1);
        for (int i = 1; i < parts.length; i++) {
            String decoded = URLDecoder.decode(parts[i].replace("+", "%2B"), StandardCharsets.UTF_8);
            tokens.add(decoded.replace("~1", "/").replace("~0", "~"));
        }
        return tokens;
    }

    private static String pointer(List<String> tokens) {
        StringBuilder pointer = new StringBuilder();
        tokens.forEach(
                token -> pointer.append('/').append(token.replace("~", "~0").replace("/", "~1")));
        return pointer.toString();
    }

    private static String quotedName(String error) {
        int from = error.indexOf('"');
        int to = error.lastIndexOf('"');
        return from < 0 || to <= from ? "a member" : error.substring(from + 1, to);
    }
}
