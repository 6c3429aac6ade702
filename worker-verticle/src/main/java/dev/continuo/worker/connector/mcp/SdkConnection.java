package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.modelcontextprotocol.spec.McpSchema.ListToolsResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A conversation that the library leads. */
final class SdkConnection implements McpConnection {
    private static final McpJson JSON = new McpJson();
    private static final McpSchema.Implementation CLIENT =
            McpSchema.Implementation.builder("continuo", "0.1.0").build();
    /** The library's own limits begin only after those of the transport, which know what went wrong. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final int MAX_MESSAGE_CHARS = 500;

    private record Session(StreamableHttp transport, McpAsyncClient client) {}

    private final StreamableHttp.Parts parts;
    private final McpServer server;
    private final Context context;
    private Session session;
    private boolean closed;

    SdkConnection(StreamableHttp.Parts parts, McpServer server) {
        this.parts = parts;
        this.server = server;
        this.context = parts.vertx().getOrCreateContext();
        this.session = begin();
    }

    @Override
    public Future<List<McpTool>> tools() {
        return perform("tools/list", client -> pages(client, new Listing()));
    }

    @Override
    public Future<McpResult> call(String name, ObjectNode arguments) {
        CallToolRequest request =
                CallToolRequest.builder(name).arguments(JSON.members(arguments)).build();
        return perform("tools/call", client -> future(client.callTool(request)).map(SdkConnection::result));
    }

    @Override
    public void close() {
        closed = true;
        session.transport.end(McpFailure.forNow("The execution was ended"));
    }

    /** A session that the server has forgotten begins again once: the request was not handled. */
    private <T> Future<T> perform(String method, Function<McpAsyncClient, Future<T>> action) {
        return once(method, action).recover(failure -> {
            if (!(failure instanceof McpFailure known) || !known.isSessionGone() || closed) {
                return Future.failedFuture(failure);
            }
            session = begin();
            return once(method, action);
        });
    }

    private <T> Future<T> once(String method, Function<McpAsyncClient, Future<T>> action) {
        session.transport.allow();
        Future<T> result;
        try {
            result = action.apply(session.client);
        } catch (RuntimeException e) {
            result = Future.failedFuture(e);
        }
        return result.recover(failure -> Future.failedFuture(explained(method, failure)));
    }

    private Session begin() {
        StreamableHttp transport = new StreamableHttp(parts, server);
        Duration limit = parts.settings().answer().plus(parts.settings().call()).plus(GRACE);
        McpAsyncClient client = McpClient.async(transport)
                .clientInfo(CLIENT)
                .requestTimeout(limit)
                .initializationTimeout(limit)
                .jsonSchemaValidator(new Unchecked())
                .build();
        return new Session(transport, client);
    }

    /** What a tool returns is for who asked for it to check; the library would look for a validator otherwise. */
    private static final class Unchecked implements JsonSchemaValidator {
        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object content) {
            return ValidationResponse.asValid(null);
        }
    }

    private <T> Future<T> future(Mono<T> mono) {
        return Future.fromCompletionStage(mono.toFuture(), context);
    }

    /** What has been listed so far. */
    private static final class Listing {
        private final List<McpTool> tools = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private Optional<String> cursor = Optional.empty();
        private int pages;
    }

    private Future<List<McpTool>> pages(McpAsyncClient client, Listing listing) {
        return future(client.listTools(listing.cursor.orElse(McpSchema.FIRST_PAGE)))
                .compose(page -> {
                    add(page, listing);
                    return listing.cursor.isEmpty()
                            ? Future.succeededFuture(List.copyOf(listing.tools))
                            : pages(client, listing);
                });
    }

    private void add(ListToolsResult page, Listing listing) {
        listing.pages++;
        page.tools().stream()
                .filter(tool -> listing.names.add(tool.name()))
                .map(SdkConnection::tool)
                .forEach(listing.tools::add);
        listing.cursor = Optional.ofNullable(page.nextCursor()).filter(cursor -> !cursor.isEmpty());
        boolean tooMany = listing.tools.size() > parts.settings().maxTools();
        if (tooMany || listing.pages >= parts.settings().maxPages() && listing.cursor.isPresent()) {
            throw McpFailure.forGood("The MCP server " + server.target().shown() + " lists more than "
                    + (tooMany
                            ? parts.settings().maxTools() + " tools"
                            : parts.settings().maxPages() + " pages of tools"));
        }
    }

    private static McpTool tool(McpSchema.Tool tool) {
        JsonNode schema = tool.inputSchema() == null
                ? JsonNodeFactory.instance.objectNode().put("type", "object")
                : JSON.tree(tool.inputSchema());
        return new McpTool(tool.name(), Optional.ofNullable(tool.description()).orElse(""), schema);
    }

    private static McpResult result(CallToolResult result) {
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        Optional.ofNullable(result.content()).orElse(List.of()).forEach(part -> content.add(JSON.tree(part)));
        JsonNode structured =
                result.structuredContent() == null ? MissingNode.getInstance() : JSON.tree(result.structuredContent());
        return new McpResult(content, structured, Boolean.TRUE.equals(result.isError()));
    }

    private McpFailure explained(String method, Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < 10 && cause != null; depth++) {
            if (cause instanceof McpFailure known) {
                return known;
            }
            if (cause instanceof McpError error && error.getJsonRpcError() != null) {
                return refused(method, error.getJsonRpcError());
            }
            cause = cause.getCause();
        }
        String name = "The MCP server " + server.target().shown();
        boolean toolless = failure instanceof IllegalStateException
                && String.valueOf(failure.getMessage()).contains("tools capability");
        return toolless
                ? McpFailure.forGood(name + " offers no tools")
                : McpFailure.forNow(name + ": the answer to " + method + " cannot be understood");
    }

    /** Errors of JSON-RPC itself come again with the same request, others may not (JSON-RPC 2.0: Error object). */
    private McpFailure refused(String method, JSONRPCError error) {
        int code = error.code() == null ? 0 : error.code();
        String message = server.masked(String.valueOf(error.message()))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        String shown = message.length() > MAX_MESSAGE_CHARS ? message.substring(0, MAX_MESSAGE_CHARS) + "…" : message;
        boolean lasting = code == -32700 || code <= -32600 && code >= -32602;
        return McpFailure.refusal(
                "The MCP server " + server.target().shown() + " answered " + method + " with error " + code + ": "
                        + shown,
                lasting ? new RetryWish.Never() : new RetryWish.ByPolicy());
    }
}
