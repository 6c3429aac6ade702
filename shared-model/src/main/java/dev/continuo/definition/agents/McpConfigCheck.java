package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Pointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Checks the {@code config} of an mcp node: MCP servers that are reached over HTTP. */
final class McpConfigCheck {
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,255}");
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Set<String> OTHER_TRANSPORTS = Set.of("stdio", "sse", "websocket", "ws");
    private static final String FORMS =
            "must be the address of an MCP server, {\"url\", \"headers\"}, or {\"mcpServers\": {name: {\"url\","
                    + " \"headers\"}}}";

    private final FaultList faults;
    private final BiConsumer<JsonNode, Pointer> texts;

    /** @param texts checks a text that may mention variables */
    McpConfigCheck(FaultList faults, BiConsumer<JsonNode, Pointer> texts) {
        this.faults = faults;
        this.texts = texts;
    }

    void check(JsonNode config, Pointer at) {
        boolean several = config.hasNonNull(McpServers.SEVERAL);
        JsonNode servers = config.path(McpServers.SEVERAL);
        if (config.isMissingNode() || config.isNull()) {
            faults.add(at, "is required: it " + FORMS);
        } else if (!config.isTextual() && !config.isObject()) {
            faults.add(at, FORMS);
        } else if (several && (!servers.isObject() || servers.isEmpty() || servers.size() > AgentLimits.MAX_SERVERS)) {
            faults.add(
                    at.child(McpServers.SEVERAL), "must be an object of 1 to " + AgentLimits.MAX_SERVERS + " servers");
        } else {
            McpServers.eachServer(config, at, this::server);
        }
    }

    private void server(McpServers.Place place) {
        JsonNode server = place.value();
        if (server.isTextual()) {
            url(server, place.at());
        } else if (!server.isObject()) {
            faults.add(place.at(), "must be a server: an address, or {\"url\", \"headers\"}");
        } else if (server.hasNonNull("command")) {
            faults.add(
                    place.at().child("command"),
                    "is refused: programs are not started here; give the url of a server that speaks streamable HTTP");
        } else if (otherTransport(server)) {
            faults.add(place.at(), "must be a server that speaks streamable HTTP");
        } else {
            url(server.path("url"), place.at().child("url"));
            headers(server.path("headers"), place.at().child("headers"));
        }
    }

    private static boolean otherTransport(JsonNode server) {
        return OTHER_TRANSPORTS.contains(server.path("type").asText())
                || OTHER_TRANSPORTS.contains(server.path("transport").asText());
    }

    private void url(JsonNode url, Pointer at) {
        if (!url.isTextual() || url.textValue().isBlank()) {
            faults.add(at, "is required: the address of an MCP server");
            return;
        }
        texts.accept(url, at);
        // What variables complete is known only when the node is executed.
        if (url.textValue().indexOf('{') < 0 && !address(url.textValue())) {
            faults.add(at, "must be an http or https address with a host, without a user or a fragment");
        }
    }

    private static boolean address(String text) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void headers(JsonNode headers, Pointer at) {
        if (headers.isMissingNode() || headers.isNull()) {
            return;
        }
        if (!headers.isObject() || headers.size() > AgentLimits.MAX_HEADERS) {
            faults.add(at, "must be an object of at most " + AgentLimits.MAX_HEADERS + " strings");
            return;
        }
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            Pointer place = at.child(header.getKey());
            if (!HEADER.matcher(header.getKey()).matches()) {
                faults.add(place, "must have the name of a header");
            } else if (header.getValue().isTextual()
                    && header.getValue().textValue().chars().anyMatch(Character::isISOControl)) {
                faults.add(place, "must not have control characters");
            } else {
                texts.accept(header.getValue(), place);
            }
        }
    }
}
