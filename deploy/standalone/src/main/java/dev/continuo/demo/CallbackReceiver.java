package dev.continuo.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A server that is called back, on the loopback interface. It takes what is signed, and refuses the rest with a 401. */
public final class CallbackReceiver implements AutoCloseable {
    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final int REMEMBERED = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Consumer<Callback> listener;
    private final Deque<Callback> received = new ArrayDeque<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private Optional<SignatureCheck> trusted = Optional.empty();

    private CallbackReceiver(HttpServer server, Consumer<Callback> listener) {
        this.server = server;
        this.listener = listener;
    }

    /**
     * @param port 0 for any free one
     * @param listener hears each call, one after the other, before it is answered
     */
    public static CallbackReceiver start(int port, Consumer<Callback> listener) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        CallbackReceiver receiver = new CallbackReceiver(server, listener);
        server.setExecutor(receiver.threads);
        server.createContext("/", receiver::handle);
        server.start();
        return receiver;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/callbacks";
    }

    /** @param secret of those whose messages are to be taken from now on, {@code whsec_…} */
    public synchronized void trust(String secret) {
        trusted = Optional.of(new SignatureCheck(secret));
    }

    /** All calls in their order; the last thousand. */
    public synchronized List<Callback> received() {
        return List.copyOf(received);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            Callback callback = received(exchange, body);
            exchange.sendResponseHeaders(callback.verified() ? 204 : 401, -1);
        }
    }

    private synchronized Callback received(HttpExchange exchange, byte[] body) {
        String id = header(exchange, "webhook-id");
        String time = header(exchange, "webhook-timestamp");
        String signatures = header(exchange, "webhook-signature");
        boolean verified = trusted.filter(check -> check.holds(id, time, signatures, body, Instant.now()))
                .isPresent();
        int number = numbers.computeIfAbsent(id, unknown -> numbers.size() + 1);
        Callback callback = new Callback(number, id, verified, json(body));
        if (received.size() == REMEMBERED) {
            received.removeFirst();
        }
        received.add(callback);
        listener.accept(callback);
        return callback;
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** Whoever calls afterwards finds nobody. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
