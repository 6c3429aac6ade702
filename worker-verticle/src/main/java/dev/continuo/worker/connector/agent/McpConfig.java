package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.mcp.McpServer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The servers of an mcp node: {@code "https://…"}, or {@code {url, headers}}, or {@code {mcpServers: {name: …}}} with
 * either of them by names, which is how other clients of MCP are configured.
 *
 * @param servers by name, in the order of the configuration; the one without a name has the empty one
 */
record McpConfig(Map<String, McpServer> servers) {
    private static final int MAX_SERVERS = 16;
    private static final Set<String> TRANSPORTS =
            Set.of("http", "streamable-http", "streamablehttp", "streamable_http");

    /** @throws InvalidInput when it is none of these */
    static McpConfig of(JsonNode config) {
        JsonNode named = config.path("mcpServers");
        if (LooseValues.isAbsent(named)) {
            return new McpConfig(Map.of("", server(config, "config")));
        }
        if (!named.isObject() || named.isEmpty()) {
            throw new InvalidInput("config.mcpServers must be an object with at least one server");
        }
        if (named.size() > MAX_SERVERS) {
            throw new InvalidInput("config.mcpServers has more than " + MAX_SERVERS + " servers");
        }
        Map<String, McpServer> servers = new LinkedHashMap<>();
        named.properties()
                .forEach(one -> servers.put(one.getKey(), server(one.getValue(), "config.mcpServers." + one.getKey())));
        return new McpConfig(servers);
    }

    private static McpServer server(JsonNode server, String where) {
        if (server.isTextual()) {
            return McpServer.of(server.textValue(), MissingNode.getInstance(), where);
        }
        if (!server.isObject()) {
            throw new InvalidInput(where + " must be the URL of an MCP server, or an object with a url");
        }
        String type = server.path("type").asText("http").toLowerCase(Locale.ROOT);
        if (server.has("command") || type.equals("stdio")) {
            throw new InvalidInput(where + ": servers over stdio are not supported; the server must be reachable over"
                    + " streamable HTTP");
        }
        if (!TRANSPORTS.contains(type)) {
            throw new InvalidInput(where + ".type must be http, which is streamable HTTP");
        }
        if (!server.path("url").isTextual()) {
            throw new InvalidInput(where + ".url is missing");
        }
        return McpServer.of(server.path("url").textValue(), server.path("headers"), where + ".url");
    }
}
