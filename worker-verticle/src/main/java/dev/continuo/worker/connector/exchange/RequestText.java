package dev.continuo.worker.connector.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** The parts of a request from JSON values. All throw {@link InvalidInput}, which names the place. */
public final class RequestText {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> FRAMING =
            Set.of("content-length", "transfer-encoding", "connection", "upgrade", "keep-alive", "te", "trailer");

    private RequestText() {}

    public static HttpMethod method(String name, String where) {
        String method = name.toUpperCase(Locale.ROOT);
        if (!TOKEN.matcher(method).matches() || method.equals("CONNECT")) {
            throw new InvalidInput(where + " is not an HTTP method");
        }
        return HttpMethod.valueOf(method);
    }

    /** Whether HTTP itself needs the header for its framing, so that it cannot be set by hand. */
    public static boolean isFraming(String header) {
        return FRAMING.contains(header.toLowerCase(Locale.ROOT));
    }

    /** Sets a header in place of any of that name; an array sets it several times, null removes it. */
    public static void setHeader(MultiMap headers, String place, String name, JsonNode value) {
        if (!TOKEN.matcher(name).matches()) {
            throw new InvalidInput(place + " has a member that is no header name");
        }
        if (isFraming(name)) {
            throw new InvalidInput(place + " must not set " + name);
        }
        headers.remove(name);
        for (String text : texts(value, place + "." + name)) {
            if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f || c > 0xff)) {
                throw new InvalidInput(place + "." + name + " has a character that a header cannot carry");
            }
            headers.add(name, text);
        }
    }

    /** Name-value pairs, percent-encoded. */
    public static String pairs(JsonNode members, String where) {
        StringJoiner encoded = new StringJoiner("&");
        members.properties().forEach(member -> {
            for (String text : texts(member.getValue(), where + "." + member.getKey())) {
                encoded.add(encode(member.getKey()) + "=" + encode(text));
            }
        });
        return encoded.toString();
    }

    /** A text as it is, an object as a form where the content type says so, everything else as JSON. */
    public static Buffer body(JsonNode body, String contentType, String where) {
        boolean form = contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
        String text =
                body.isTextual() ? body.textValue() : form && body.isObject() ? pairs(body, where) : body.toString();
        return Buffer.buffer(text);
    }

    /** A scalar is one text, an array as many as it has elements, null none. */
    private static List<String> texts(JsonNode value, String where) {
        if (value.isNull()) {
            return List.of();
        }
        if (value.isValueNode()) {
            return List.of(value.asText());
        }
        List<String> texts = value.valueStream()
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .toList();
        if (!value.isArray() || texts.size() != value.size()) {
            throw new InvalidInput(where + " must be a string, number, boolean, or an array of those");
        }
        return texts;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
