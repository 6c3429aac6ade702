package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.Pointer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The servers of an mcp node's {@code config}: an address; {@code {url, headers?}}; or {@code {mcpServers: {name: {url,
 * headers?}}}}.
 */
final class McpServers {
    static final String SEVERAL = "mcpServers";

    private static final List<String> KNOWN = List.of("url", "headers");

    private McpServers() {}

    /** A text of a config, and where it is. */
    record Place(Pointer at, JsonNode value) {}

    static void eachServer(JsonNode config, Pointer at, Consumer<Place> server) {
        if (config.path(SEVERAL).isObject()) {
            Pointer servers = at.child(SEVERAL);
            config.path(SEVERAL)
                    .properties()
                    .forEach(each -> server.accept(new Place(servers.child(each.getKey()), each.getValue())));
        } else if (!config.isMissingNode()) {
            server.accept(new Place(at, config));
        }
    }

    /** The addresses: of a server that is a text, the server itself. */
    static void eachUrl(JsonNode config, Pointer at, Consumer<Place> url) {
        eachServer(config, at, server -> {
            if (server.value().isObject()) {
                url.accept(new Place(server.at().child("url"), server.value().path("url")));
            } else {
                url.accept(server);
            }
        });
    }

    static void eachHeader(JsonNode config, Pointer at, Consumer<Place> header) {
        eachServer(config, at, server -> {
            Pointer headers = server.at().child("headers");
            for (Map.Entry<String, JsonNode> each :
                    server.value().path("headers").properties()) {
                header.accept(new Place(headers.child(each.getKey()), each.getValue()));
            }
        });
    }

    /** The config with what is known of it alone. */
    static JsonNode known(JsonNode config) {
        if (!config.isObject()) {
            return config;
        }
        ObjectNode known = ((ObjectNode) config).objectNode();
        if (config.path(SEVERAL).isObject()) {
            ObjectNode servers = known.putObject(SEVERAL);
            config.path(SEVERAL).properties().forEach(each -> servers.set(each.getKey(), known(each.getValue())));
            return known;
        }
        for (String member : KNOWN) {
            if (config.hasNonNull(member)) {
                known.set(member, config.get(member).deepCopy());
            }
        }
        return known;
    }
}
