package dev.continuo.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
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

/**
 * JSON in and out of HTTP messages: bytes to tree and tree to bytes, once each. Numbers keep the digits that they came
 * with.
 */
final class JsonBody {
    /** Deeper documents are refused: everything that walks a tree may recurse. */
    private static final int MAX_DEPTH = 200;

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

    sealed interface Parsed {
        record Ok(ObjectNode body) implements Parsed {}

        record Bad(Problem problem) implements Parsed {}
    }

    static Parsed parse(Optional<String> contentType, Buffer bytes) {
        if (!contentType.map(JsonBody::isJson).orElse(true)) {
            return new Parsed.Bad(Problem.of(415, "The body must be application/json"));
        }
        if (bytes == null || bytes.length() == 0) {
            return new Parsed.Bad(Problem.badRequest("The body is empty; a JSON object is expected"));
        }
        try {
            JsonNode tree = MAPPER.readTree(bytes.getBytes());
            return tree instanceof ObjectNode object
                    ? new Parsed.Ok(object)
                    : new Parsed.Bad(Problem.badRequest("The body must be a JSON object"));
        } catch (JsonProcessingException e) {
            return new Parsed.Bad(Problem.badRequest(malformed(e)));
        } catch (IOException e) {
            return new Parsed.Bad(Problem.badRequest("The body is not UTF-8 text: " + e.getMessage()));
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

    private static String malformed(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return "The body is not valid JSON" + where + ": " + e.getOriginalMessage();
    }
}
