package dev.continuo.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** An MCP server over streamable HTTP whose one tool counts words, for those who have its key (mcp: Transports). */
final class ToolServer {
    static final String TOOL = "count_words";

    private static final String PATH = "/mcp";

    private final Upstream upstream;
    private final String key;

    ToolServer(Upstream upstream, String key) {
        this.upstream = upstream;
        this.key = key;
        upstream.on(PATH, this::handle);
    }

    String url() {
        return upstream.url(PATH);
    }

    private void handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.POST) {
            request.response().setStatusCode(405).end();
        } else if (!("Bearer " + key).equals(request.getHeader("authorization"))) {
            request.response().setStatusCode(401).end();
        } else {
            request.bodyHandler(body -> answer(request, Docs.read(body.toString())));
        }
    }

    private static void answer(HttpServerRequest request, JsonNode message) {
        if (!message.has("id")) {
            request.response().setStatusCode(202).end();
            return;
        }
        ObjectNode answer = Docs.object("{jsonrpc: '2.0'}");
        answer.set("id", message.get("id"));
        answer.set("result", result(message));
        request.response().putHeader("content-type", "application/json").end(answer.toString());
    }

    private static ObjectNode result(JsonNode message) {
        return switch (message.path("method").asText()) {
            case "initialize" -> {
                ObjectNode result =
                        Docs.object("{capabilities: {tools: {}}, serverInfo: {name: 'tools', version: '1'}}");
                result.set("protocolVersion", message.at("/params/protocolVersion"));
                yield result;
            }
            case "tools/list" ->
                Docs.object("{tools: [{name: '" + TOOL + "', description: 'Counts words', inputSchema:"
                        + " {type: 'object', properties: {text: {type: 'string'}}}}]}");
            case "tools/call" -> {
                int words = message.at("/params/arguments/text").asText().split(" ").length;
                yield Docs.object("{content: [{type: 'text', text: '" + words + "'}]}");
            }
            default -> Docs.object("{}");
        };
    }
}
