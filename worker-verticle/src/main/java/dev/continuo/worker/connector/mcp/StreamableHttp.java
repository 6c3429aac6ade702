package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.exchange.Complaint;
import dev.continuo.worker.connector.exchange.EventExchange;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ResponseBody;
import dev.continuo.worker.connector.exchange.RetryAfter;
import dev.continuo.worker.connector.exchange.Statuses;
import dev.continuo.worker.connector.exchange.Target;
import dev.continuo.worker.connector.exchange.Trouble;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * One session with a server over streamable HTTP (mcp 2025-06-18: Transports), for the library to speak through. Each
 * message is a POST; its answer is JSON or a stream of events. The stream that a client may open for what a server has to
 * say by itself is not opened, and a stream that broke is not resumed: the attempt is repeated instead.
 *
 * <p>What the server says unasked is answered when it is a request, and dropped when it is not: a notification that tools
 * have changed would have the library list them again. Confined to one event loop.
 */
final class StreamableHttp implements McpClientTransport {

    /** What the sessions of a worker share. */
    record Parts(Vertx vertx, Exchange.Via via, McpSettings settings, InstantSource clock) {}

    /** From the oldest on; the library offers the last one. */
    private static final List<String> VERSIONS = List.of("2025-03-26", "2025-06-18");

    private static final String SESSION_ID = "mcp-session-id";
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,1024}");
    private static final int MAX_REDIRECTS = 5;
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /** Only the whole time is limited: a tool may take long, and say nothing meanwhile. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final McpJson JSON = new McpJson();

    private final Parts parts;
    private final McpServer server;
    private final Context context;
    private final Set<EventExchange> open = new HashSet<>();
    private Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> receiver = Function.identity();
    private Optional<String> sessionId = Optional.empty();
    private Optional<String> version = Optional.empty();
    private Optional<Throwable> over = Optional.empty();
    private long room;

    StreamableHttp(Parts parts, McpServer server) {
        this.parts = parts;
        this.server = server;
        this.context = parts.vertx.getOrCreateContext();
        allow();
    }

    /** From now on as many bytes may come as one operation may bring. */
    void allow() {
        room = parts.settings.maxBytes();
    }

    /** Ends what is under way with this failure, and whatever else would be sent. */
    void end(McpFailure cause) {
        if (over.isPresent()) {
            return;
        }
        over = Optional.of(cause);
        List.copyOf(open).forEach(exchange -> exchange.cut(cause));
        sessionId.ifPresent(id -> {
            Exchange.Request farewell = request(HttpMethod.DELETE, Optional.empty());
            // A server that does not take it forgets the session by itself.
            Future.succeededFuture()
                    .compose(now -> exchange(farewell, FAREWELL, event -> {}).reply());
        });
    }

    @Override
    public List<String> protocolVersions() {
        return VERSIONS;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> receiver = handler);
    }

    /** Completes when the message is answered: for a request, when the library has its response. */
    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.create(sink -> context.runOnContext(v -> Future.succeededFuture()
                .compose(now -> send(message))
                .onComplete(answered -> sink.success(), failure -> sink.error(failure))));
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return JSON.convertValue(data, type);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> context.runOnContext(v -> end(McpFailure.forNow("The session was closed"))));
    }

    private Future<Void> send(JSONRPCMessage message) {
        Buffer body;
        try {
            body = Buffer.buffer(JSON.writeValueAsBytes(message));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        Optional<JSONRPCRequest> asked =
                message instanceof JSONRPCRequest request ? Optional.of(request) : Optional.empty();
        Duration limit = asked.filter(request -> request.method().equals(McpSchema.METHOD_TOOLS_CALL))
                .map(call -> parts.settings.call())
                .orElse(parts.settings.answer());
        return hop(request(HttpMethod.POST, Optional.of(body)), new Errand(asked, limit), 0);
    }

    /**
     * @param asked what an answer is awaited for; empty for a message that has none
     */
    private record Errand(Optional<JSONRPCRequest> asked, Duration limit) {}

    private Future<Void> hop(Exchange.Request request, Errand errand, int redirects) {
        if (over.isPresent()) {
            return Future.failedFuture(over.get());
        }
        Answer answer = new Answer(JSON, server.target().shown(), errand.asked.map(JSONRPCRequest::id), this::handOver);
        EventExchange exchange = exchange(request, errand.limit, answer::event);
        answer.onAnswered(exchange::enough);
        open.add(exchange);
        return exchange.reply()
                .onComplete(done -> open.remove(exchange))
                .compose(
                        reply -> {
                            room -= reply.body().length();
                            Optional<Exchange.Request> next =
                                    redirects < MAX_REDIRECTS ? redirected(request, reply) : Optional.empty();
                            if (next.isPresent()) {
                                return hop(next.get(), errand, redirects + 1);
                            }
                            if (reply.status() / 100 != 2) {
                                return Future.failedFuture(failure(request.target(), reply));
                            }
                            return received(errand, answer, reply);
                        },
                        failure -> Future.failedFuture(trouble(request.target(), failure)));
    }

    /** The limit is of the whole exchange; what the events hold is taken off the room for further ones. */
    private EventExchange exchange(Exchange.Request request, Duration limit, Consumer<String> messages) {
        EventExchange exchange = EventExchange.send(
                parts.vertx,
                parts.via,
                request,
                new EventExchange.Limits((int) Math.max(0, room), parts.settings.connect(), limit.plus(SILENCE)),
                event -> {
                    room -= event.data().length();
                    if (event.type().equals("message")) {
                        messages.accept(event.data());
                    }
                });
        long timer = parts.vertx.setTimer(Math.max(1, limit.toMillis()), id -> exchange.cut(new Trouble.TimeUp(limit)));
        exchange.reply().onComplete(over -> parts.vertx.cancelTimer(timer));
        return exchange;
    }

    private static McpFailure trouble(Target asked, Throwable failure) {
        return failure instanceof McpFailure known
                ? known
                : McpFailure.forNow("The MCP server " + asked.shown() + ": " + Trouble.describe(failure, asked));
    }

    private Future<Void> received(Errand errand, Answer answer, Exchange.Reply reply) {
        if (errand.asked.isPresent() && errand.asked.get().method().equals(McpSchema.METHOD_INITIALIZE)) {
            sessionId = Optional.ofNullable(reply.headers().get(SESSION_ID))
                    .filter(id -> VISIBLE.matcher(id).matches());
        }
        try {
            answer.end(reply);
        } catch (McpFailure e) {
            return Future.failedFuture(e);
        }
        return Future.succeededFuture();
    }

    private void handOver(JSONRPCMessage message) {
        if (message instanceof JSONRPCResponse response && version.isEmpty()) {
            // The first response is that to initialize; from then on each request tells what was agreed on.
            version = Optional.of(JSON.tree(response.result()).path("protocolVersion"))
                    .filter(JsonNode::isTextual)
                    .map(JsonNode::textValue)
                    .filter(text -> VISIBLE.matcher(text).matches());
        }
        receiver.apply(Mono.just(message)).subscribe();
    }

    private Exchange.Request request(HttpMethod method, Optional<Buffer> body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(server.headers());
        headers.set("accept", "application/json, text/event-stream");
        headers.set("user-agent", "continuo");
        headers.remove(SESSION_ID);
        headers.remove("mcp-protocol-version");
        body.ifPresent(bytes -> headers.set("content-type", "application/json"));
        sessionId.ifPresent(id -> headers.set(SESSION_ID, id));
        version.ifPresent(agreed -> headers.set("mcp-protocol-version", agreed));
        return new Exchange.Request(method, server.target(), headers, body);
    }

    /** Only the redirects that keep the method: a message is no GET. Another origin gets nothing that was configured. */
    private Optional<Exchange.Request> redirected(Exchange.Request request, Exchange.Reply reply) {
        String location = reply.headers().get("location");
        if (reply.status() != 307 && reply.status() != 308 || location == null) {
            return Optional.empty();
        }
        return request.target().redirectedTo(location).map(target -> {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
            if (!target.sameOrigin(request.target())) {
                server.headers().names().forEach(headers::remove);
                headers.remove("host");
                headers.set("accept", "application/json, text/event-stream").set("content-type", "application/json");
            }
            return new Exchange.Request(request.method(), target, headers, request.body());
        });
    }

    private McpFailure failure(Target asked, Exchange.Reply reply) {
        JsonNode body = ResponseBody.decode(reply.body(), reply.contentType()).value();
        String elsewhere = asked.sameOrigin(server.target())
                ? ""
                : " (redirected to another origin, which is not sent the headers)";
        String what =
                "The MCP server: " + Complaint.about(reply, HttpMethod.POST, asked, body, server::masked) + elsewhere;
        if (reply.status() == 404 && sessionId.isPresent()) {
            return McpFailure.sessionGone(what);
        }
        boolean mayPass = Statuses.mayPass(reply.status()) || reply.status() == 409;
        RetryWish wish = RetryAfter.of(reply, parts.clock.instant(), parts.settings.longestRetryAfter())
                .<RetryWish>map(RetryWish.NotBefore::new)
                .orElseGet(RetryWish.ByPolicy::new);
        return McpFailure.trouble(what, mayPass ? wish : new RetryWish.Never());
    }
}
