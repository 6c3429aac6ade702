package dev.continuo.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that workflows call. Below `/echo/` it answers with its path and query parameters at once, below `/hold/`
 * when it is told to, and elsewhere it does what a test says.
 */
final class Upstream implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Map<String, Handler<HttpServerRequest>> handlers = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Queue<HttpServerRequest> held = new ArrayDeque<>();
    private boolean holding = true;

    Upstream() {
        server = vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(4096))
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.actualPort() + path;
    }

    /** What to do with requests to exactly this path. */
    void on(String path, Handler<HttpServerRequest> handler) {
        handlers.put(path, handler);
    }

    /** How often a path was asked for. */
    int calls(String path) {
        return calls.getOrDefault(path, new AtomicInteger()).get();
    }

    /** How often all paths with the prefix were asked for. */
    int callsBelow(String prefix) {
        return calls.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToInt(entry -> entry.getValue().get())
                .sum();
    }

    synchronized int held() {
        return held.size();
    }

    /** Answers everything that is held, and from now on at once. */
    void release() {
        List<HttpServerRequest> waiting;
        synchronized (this) {
            holding = false;
            waiting = new ArrayList<>(held);
            held.clear();
        }
        waiting.forEach(Upstream::echo);
    }

    /** Holds again. */
    synchronized void hold() {
        holding = true;
    }

    private void handle(HttpServerRequest request) {
        calls.computeIfAbsent(request.path(), path -> new AtomicInteger()).incrementAndGet();
        if (request.path().startsWith("/hold/") && held(request)) {
            return;
        }
        handlers.getOrDefault(request.path(), Upstream::echo).handle(request);
    }

    private synchronized boolean held(HttpServerRequest request) {
        if (holding) {
            held.add(request);
        }
        return holding;
    }

    static void echo(HttpServerRequest request) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("path", request.path());
        request.params().forEach((name, value) -> answer.put(name, value));
        request.response().putHeader("content-type", "application/json").end(answer.toString());
    }

    /** A server that answers each connection's first bytes with the given text and closes it. */
    String broken(String answer) {
        NetServer raw = vertx.createNetServer()
                .connectHandler(
                        socket -> socket.handler(request -> socket.write(answer).onComplete(done -> socket.close())))
                .listen(0, "127.0.0.1")
                .await();
        return "http://127.0.0.1:" + raw.actualPort() + "/";
    }

    /** An address that nobody listens on. */
    String refusing() {
        HttpServer gone = vertx.createHttpServer()
                .requestHandler(Upstream::echo)
                .listen(0, "127.0.0.1")
                .await();
        int port = gone.actualPort();
        gone.close().await();
        return "http://127.0.0.1:" + port + "/";
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
