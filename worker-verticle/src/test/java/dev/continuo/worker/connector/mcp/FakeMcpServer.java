package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * An MCP server over streamable HTTP, strict about what a client must send (mcp 2025-06-18: Transports). Faults take the
 * place of the next answers to a method.
 */
public final class FakeMcpServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SESSION_ID = "mcp-session-id";

    /** What a client sent; the method is that of HTTP where there is no message. */
    public record Seen(String method, MultiMap headers, JsonNode message) {}

    private record Tool(ObjectNode description, Function<JsonNode, ObjectNode> behaviour) {}

    public final List<Seen> seen = new CopyOnWriteArrayList<>();
    public final String url;
    private final Map<String, Tool> tools = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Deque<BiConsumer<HttpServerRequest, JsonNode>>> faults = new ConcurrentHashMap<>();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private volatile boolean events;
    private volatile boolean withSessions = true;
    private volatile boolean lingering;
    private volatile int pageSize = 100;

    /** @param upstream serves a handler over HTTP, and tells the URL without a path */
    public FakeMcpServer(Function<Handler<HttpServerRequest>, String> upstream) {
        url = upstream.apply(this::handle) + "/mcp";
    }

    /** Answers are streams of events from now on. */
    public FakeMcpServer withEvents() {
        events = true;
        return this;
    }

    /** Streams stay open behind their answers. */
    public FakeMcpServer lingering() {
        lingering = true;
        return withEvents();
    }

    public FakeMcpServer withoutSessions() {
        withSessions = false;
        return this;
    }

    public FakeMcpServer pagesOf(int tools) {
        pageSize = tools;
        return this;
    }

    /** @param behaviour makes the result of the arguments */
    public FakeMcpServer tool(String name, Function<JsonNode, ObjectNode> behaviour) {
        ObjectNode description = JSON.createObjectNode().put("name", name).put("description", "Does " + name);
        description.putObject("inputSchema").put("type", "object").putObject("properties");
        tools.put(name, new Tool(description, behaviour));
        return this;
    }

    /** A tool that always says the same. */
    public FakeMcpServer tool(String name, String text) {
        return tool(name, arguments -> text(text));
    }

    /** Instead of the next answer to a method, in the order in which they are given. */
    public FakeMcpServer fault(String method, BiConsumer<HttpServerRequest, JsonNode> fault) {
        faults.computeIfAbsent(method, key -> new ConcurrentLinkedDeque<>()).add(fault);
        return this;
    }

    public void forgetSessions() {
        sessions.clear();
    }

    /** Streams that stayed open and that the client has closed. */
    public int left() {
        return left.get();
    }

    public int openSessions() {
        return sessions.size();
    }

    public List<String> methods() {
        return seen.stream().map(Seen::method).toList();
    }

    public List<Seen> seen(String method) {
        return seen.stream().filter(one -> one.method.equals(method)).toList();
    }

    public static ObjectNode text(String text) {
        ObjectNode result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    public static BiConsumer<HttpServerRequest, JsonNode> status(int status, String body) {
        return (request, message) -> request.response().setStatusCode(status).end(body);
    }

    public static BiConsumer<HttpServerRequest, JsonNode> body(String type, String body) {
        return (request, message) ->
                request.response().putHeader("content-type", type).end(body);
    }

    private void handle(HttpServerRequest request) {
        if (request.method() == HttpMethod.DELETE) {
            seen.add(new Seen("DELETE", request.headers(), JSON.nullNode()));
            sessions.remove(request.getHeader(SESSION_ID));
            request.response().end();
        } else if (request.method() == HttpMethod.POST) {
            request.bodyHandler(body -> message(request, read(body.toString())));
        } else {
            seen.add(new Seen(request.method().name(), request.headers(), JSON.nullNode()));
            request.response().setStatusCode(405).end();
        }
    }

    private void message(HttpServerRequest request, JsonNode message) {
        String method = message.path("method").asText("response");
        seen.add(new Seen(method, request.headers(), message));
        Optional<BiConsumer<HttpServerRequest, JsonNode>> fault =
                Optional.ofNullable(faults.get(method)).map(Deque::poll);
        if (fault.isPresent()) {
            fault.get().accept(request, message);
            return;
        }
        Optional<String> complaint = complaint(request, message, method);
        if (complaint.isPresent()) {
            request.response().setStatusCode(400).end(complaint.get());
        } else if (withSessions && !method.equals("initialize") && !sessions.contains(request.getHeader(SESSION_ID))) {
            request.response().setStatusCode(404).end("no such session");
        } else if (!message.has("id") || !message.has("method")) {
            request.response().setStatusCode(202).end();
        } else {
            result(request, message, method);
        }
    }

    private Optional<String> complaint(HttpServerRequest request, JsonNode message, String method) {
        String accept = String.valueOf(request.getHeader("accept"));
        if (!accept.contains("application/json") || !accept.contains("text/event-stream")) {
            return Optional.of("both types must be accepted");
        }
        if (!"application/json".equals(request.getHeader("content-type"))
                || !message.path("jsonrpc").asText().equals("2.0")) {
            return Optional.of("no JSON-RPC message");
        }
        boolean first = method.equals("initialize");
        if (first == (request.getHeader("mcp-protocol-version") != null)) {
            return Optional.of("the protocol version belongs to every message but the first");
        }
        if (withSessions && first == (request.getHeader(SESSION_ID) != null)) {
            return Optional.of("the session belongs to every message but the first");
        }
        return Optional.empty();
    }

    private void result(HttpServerRequest request, JsonNode message, String method) {
        ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        switch (method) {
            case "initialize" -> answer.set("result", initialized(request, message));
            case "tools/list" ->
                answer.set("result", page(message.at("/params/cursor").asText("0")));
            case "tools/call" -> called(answer, message.path("params"));
            default -> error(answer, -32601, "Method not found");
        }
        send(request.response(), answer);
    }

    private ObjectNode initialized(HttpServerRequest request, JsonNode message) {
        if (withSessions) {
            String id = "session-" + numbers.incrementAndGet();
            sessions.add(id);
            request.response().putHeader("Mcp-Session-Id", id);
        }
        ObjectNode result = JSON.createObjectNode();
        result.set("protocolVersion", message.at("/params/protocolVersion"));
        result.putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "fake").put("version", "1");
        return result;
    }

    private ObjectNode page(String cursor) {
        List<Tool> all = new ArrayList<>(tools.values());
        int from = Integer.parseInt(cursor);
        int to = Math.min(all.size(), from + pageSize);
        ObjectNode result = JSON.createObjectNode();
        ArrayNode list = result.putArray("tools");
        all.subList(from, to).forEach(tool -> list.add(tool.description));
        if (to < all.size()) {
            result.put("nextCursor", Integer.toString(to));
        }
        return result;
    }

    private void called(ObjectNode answer, JsonNode params) {
        Tool tool = tools.get(params.path("name").asText());
        if (tool == null) {
            error(answer, -32602, "Unknown tool: " + params.path("name").asText());
        } else {
            answer.set("result", tool.behaviour.apply(params.path("arguments")));
        }
    }

    private static void error(ObjectNode answer, int code, String message) {
        answer.putObject("error").put("code", code).put("message", message);
    }

    private void send(HttpServerResponse response, JsonNode answer) {
        if (!events) {
            response.putHeader("content-type", "application/json; charset=utf-8")
                    .end(answer.toString());
            return;
        }
        response.setChunked(true).putHeader("content-type", "text/event-stream");
        response.write("id: 1\ndata:\n\n: a comment\r\n");
        response.write("event: message\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\r\n"
                + "data: \"params\":{\"level\":\"info\",\"data\":\"x\"}}\r\n\r\n");
        response.write("data: {\"jsonrpc\":\"2.0\",\"id\":\"p1\",\"method\":\"ping\"}\n\n");
        String whole = "data: " + answer + "\n\n";
        response.write(whole.substring(0, 10));
        response.write(whole.substring(10));
        if (lingering) {
            response.closeHandler(v -> left.incrementAndGet());
        } else {
            response.end();
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("The client sent no JSON: " + text, e);
        }
    }
}
