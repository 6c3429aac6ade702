package dev.continuo.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON in and out of HTTP messages: bytes to tree and tree to bytes, once each. Numbers keep the digits that they came
 * with.
 */
final class JsonBody {
    /** Deeper documents are refused: everything that walks a tree may recurse. */
    private static final int MAX_DEPTH = 200;

    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> UTF_8_NAMES = Set.of("utf-8", "utf8");
    private static final Pattern DUPLICATE =
            Pattern.compile("^Duplicate field '(.{0,100}?)(?:' for `|$)", Pattern.DOTALL);

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonBody() {}

    /** What a body may be. */
    enum Kind {
        OBJECT("a JSON object"),
        ANY("JSON");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        boolean accepts(JsonNode body) {
            return switch (this) {
                case OBJECT -> body instanceof ObjectNode;
                case ANY -> !body.isMissingNode();
            };
        }
    }

    sealed interface Parsed {
        record Ok(JsonNode body) implements Parsed {}

        record Bad(Problem problem) implements Parsed {}
    }

    static Parsed parse(Optional<String> contentType, Buffer bytes, Kind kind) {
        if (!contentType.map(JsonBody::isJson).orElse(true)) {
            return new Parsed.Bad(Problem.of(415, "The body must be application/json"));
        }
        if (!contentType.map(JsonBody::isUtf8).orElse(true)) {
            return new Parsed.Bad(Problem.of(415, "The body must be in UTF-8"));
        }
        if (bytes == null || bytes.length() == 0) {
            return new Parsed.Bad(Problem.badRequest("The body is empty; " + kind.words + " is expected"));
        }
        try (JsonParser parser = MAPPER.createParser(bytes.getBytes())) {
            return read(parser, kind);
        } catch (IOException e) {
            return new Parsed.Bad(Problem.badRequest("The body is not UTF-8 text: " + e.getMessage()));
        }
    }

    private static Parsed read(JsonParser parser, Kind kind) throws IOException {
        try {
            JsonNode body = MAPPER.readTree(parser);
            return body != null && kind.accepts(body)
                    ? new Parsed.Ok(body)
                    : new Parsed.Bad(Problem.badRequest("The body must be " + kind.words));
        } catch (JsonProcessingException e) {
            JsonLocation at = Optional.ofNullable(e.getLocation()).orElseGet(parser::currentLocation);
            return new Parsed.Bad(Problem.badRequest("The body is not valid JSON at line " + at.getLineNr()
                    + ", column " + at.getColumnNr() + ": " + words(e.getOriginalMessage())));
        } catch (NumberFormatException e) {
            return new Parsed.Bad(Problem.badRequest("The body holds a number whose exponent is out of range"));
        }
    }

    static Buffer bytes(JsonNode body) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree cannot be written", e);
        }
    }

    private static boolean isJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals("application/json") || (type.startsWith("application/") && type.endsWith("+json"));
    }

    private static boolean isUtf8(String contentType) {
        Matcher charset = CHARSET.matcher(contentType);
        return !charset.find() || UTF_8_NAMES.contains(charset.group(1).toLowerCase(Locale.ROOT));
    }

    /** The parser's own words name its switches, which say nothing to a client. */
    private static String words(String original) {
        Matcher duplicate = DUPLICATE.matcher(original);
        if (duplicate.find()) {
            return "the member '" + duplicate.group(1) + "' is there twice";
        }
        if (original.contains("nesting depth")) {
            return "it is nested deeper than " + MAX_DEPTH + " levels";
        }
        if (original.startsWith("Non-standard token")) {
            return "NaN and Infinity are no JSON numbers";
        }
        if (original.startsWith("Trailing token")) {
            return "something follows the object";
        }
        return original;
    }
}
