package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.exchange.RequestText;
import dev.continuo.worker.connector.exchange.Target;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a server is, and what it is sent besides the messages.
 *
 * @param headers for this origin only
 */
public record McpServer(Target target, MultiMap headers) {
    private static final int MAX_HEADERS = 50;

    /**
     * @param headers an object of scalars; absent for none
     * @param where the name of the member that holds the URL, for messages
     * @throws InvalidInput when it is no server that can be reached over HTTP
     */
    public static McpServer of(String url, JsonNode headers, String where) {
        if (url.strip().toLowerCase(Locale.ROOT).startsWith("stdio:")) {
            throw new InvalidInput(where + ": servers over stdio are not supported; the server must be reachable over"
                    + " streamable HTTP");
        }
        Target target = Target.parse(url, where);
        MultiMap sent = MultiMap.caseInsensitiveMultiMap();
        if (!LooseValues.isAbsent(headers)) {
            if (!headers.isObject()) {
                throw new InvalidInput("headers must be an object");
            }
            if (headers.size() > MAX_HEADERS) {
                throw new InvalidInput("there are more than " + MAX_HEADERS + " headers");
            }
            // Copied from another call's headers, as they often are, these would contradict what is sent.
            headers.properties().stream()
                    .filter(header -> !RequestText.isFraming(header.getKey()))
                    .forEach(header -> RequestText.setHeader(sent, "headers", header.getKey(), header.getValue()));
        }
        return new McpServer(target, sent);
    }

    /** Masks the headers that sound like secrets. */
    public void hideSecrets(TaskLog log) {
        secrets().forEach(log::hide);
    }

    /** A text of the server's, with none of those headers in it. */
    String masked(String text) {
        String masked = text;
        for (String secret : secrets()) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }

    private List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        headers.forEach((name, value) -> {
            if (Target.soundsSecret(name) && !value.isBlank()) {
                secrets.add(value);
                // "Bearer abc": what comes after the scheme is secret on its own.
                secrets.add(value.substring(value.indexOf(' ') + 1));
            }
        });
        return secrets;
    }

    /** Without the headers. */
    @Override
    public String toString() {
        return "McpServer[" + target.shown() + "]";
    }
}
