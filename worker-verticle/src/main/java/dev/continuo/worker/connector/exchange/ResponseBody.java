package dev.continuo.worker.connector.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A response's body as a value: parsed where it is JSON, numbers digit by digit; a string where it is text; and where
 * it is neither, an object with the bytes as {@code _base64} and their {@code _contentType}. An empty body is null.
 *
 * @param warning something that the log should tell
 */
public record ResponseBody(JsonNode value, Optional<String> warning) {
    private static final ObjectReader JSON = new ObjectMapper()
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEXT =
            Pattern.compile("text/.*|.*[/+](xml|yaml|x-yaml|javascript|graphql|x-ndjson|ndjson"
                    + "|jsonl|toml|sql|x-www-form-urlencoded)");
    private static final Pattern JSON_TYPE = Pattern.compile("[^/]+/(.*\\+)?json");

    /** @param contentType the header; empty when there was none */
    public static ResponseBody decode(Buffer body, String contentType) {
        if (body.length() == 0) {
            return plain(NullNode.getInstance());
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            return json(body, contentType).map(ResponseBody::plain).orElseGet(() -> guessed(body));
        }
        if (JSON_TYPE.matcher(type).matches()) {
            return json(body, contentType)
                    .map(ResponseBody::plain)
                    .orElseGet(() -> new ResponseBody(
                            text(body, contentType),
                            Optional.of("The response says it is JSON, but cannot be read as such")));
        }
        return TEXT.matcher(type).matches() ? plain(text(body, contentType)) : plain(binary(body, type));
    }

    /** The same, but what can be read as JSON counts as JSON whatever the header says (conductor: HTTP). */
    public static ResponseBody decodeJsonFirst(Buffer body, String contentType) {
        return (body.length() == 0 ? Optional.<JsonNode>empty() : json(body, contentType))
                .map(ResponseBody::plain)
                .orElseGet(() -> decode(body, contentType));
    }

    private static ResponseBody plain(JsonNode value) {
        return new ResponseBody(value, Optional.empty());
    }

    private static Optional<JsonNode> json(Buffer body, String contentType) {
        try {
            return Optional.of(JSON.readTree(body.toString(charset(contentType))))
                    .filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static ResponseBody guessed(Buffer body) {
        try {
            return plain(TextNode.valueOf(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString()));
        } catch (CharacterCodingException e) {
            return plain(binary(body, "application/octet-stream"));
        }
    }

    private static JsonNode text(Buffer body, String contentType) {
        return TextNode.valueOf(body.toString(charset(contentType)));
    }

    private static JsonNode binary(Buffer body, String type) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("_base64", Base64.getEncoder().encodeToString(body.getBytes()))
                .put("_contentType", type);
    }

    private static Charset charset(String contentType) {
        Matcher named = CHARSET.matcher(contentType);
        if (!named.find()) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(named.group(1));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
