package dev.continuo.worker.connector.mcp;

import dev.continuo.worker.connector.exchange.Exchange;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What comes back to one message: the response that is awaited, and before it, on a stream, requests of the server's.
 * Throws {@link McpFailure}.
 */
final class Answer {
    private static final int MAX_EVENTS = 10_000;
    /** Each of them costs a message back. */
    private static final int MAX_REQUESTS = 20;

    private final McpJson json;
    private final String server;
    private final Optional<Object> awaited;
    private final Consumer<JSONRPCMessage> receiver;
    private Runnable onAnswered = () -> {};
    private boolean answered;
    private int events;
    private int requests;

    /**
     * @param server for people
     * @param awaited the id of the request; empty for a message that no response comes to
     */
    Answer(McpJson json, String server, Optional<Object> awaited, Consumer<JSONRPCMessage> receiver) {
        this.json = json;
        this.server = server;
        this.awaited = awaited;
        this.receiver = receiver;
    }

    void onAnswered(Runnable action) {
        onAnswered = action;
    }

    /** One event of a stream. */
    void event(String data) {
        events++;
        if (events > MAX_EVENTS) {
            throw McpFailure.forNow(
                    "The MCP server " + server + " sent more than " + MAX_EVENTS + " messages in one answer");
        }
        take(data);
    }

    /** The end of a successful reply; a stream's body is empty. */
    void end(Exchange.Reply reply) {
        if (awaited.isEmpty() || answered) {
            return;
        }
        String type = reply.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals("text/event-stream")) {
            throw McpFailure.forNow("The MCP server " + server + " ended its stream before it had answered");
        }
        if (reply.body().length() == 0) {
            throw McpFailure.forNow("The MCP server " + server + " accepted a request, but did not answer it ("
                    + reply.shownStatus() + ")");
        }
        if (!type.equals("application/json")) {
            throw McpFailure.forGood(
                    "The MCP server " + server + " answered with " + (type.isEmpty() ? "no content type" : type)
                            + " in place of JSON or events: it may be no MCP server over streamable HTTP");
        }
        take(reply.body().toString(StandardCharsets.UTF_8));
        if (!answered) {
            throw McpFailure.forNow("The MCP server " + server + " answered another request than it was asked");
        }
    }

    private void take(String text) {
        JSONRPCMessage message = message(text);
        if (message instanceof JSONRPCResponse response
                && !answered
                && awaited.filter(id -> id.equals(response.id())).isPresent()) {
            answered = true;
            receiver.accept(message);
            onAnswered.run();
        } else if (message instanceof JSONRPCRequest) {
            requests++;
            if (requests > MAX_REQUESTS) {
                throw McpFailure.forNow("The MCP server " + server + " made more than " + MAX_REQUESTS
                        + " requests of its own in one answer");
            }
            receiver.accept(message);
        }
    }

    private JSONRPCMessage message(String text) {
        try {
            return McpSchema.deserializeJsonRpcMessage(json, text);
        } catch (IOException | IllegalArgumentException e) {
            throw McpFailure.forNow("The MCP server " + server + " sent something that is no JSON-RPC message");
        }
    }
}
