package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A server that speaks as Anthropic ({@code /v1/messages}), OpenAI ({@code /v1/chat/completions}, {@code
 * /v1/embeddings}) and Replicate ({@code /v1/models/o/n/predictions}, {@code /v1/predictions}) do. Its URL is the base URL
 * of Anthropic and Replicate; OpenAI's has {@code /v1} behind it.
 */
public final class SampleProvider implements AutoCloseable {
    private static final int REMEMBERED = 1_000;
    private static final int MAX_BODY_BYTES = 16 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ConcurrentLinkedDeque<SampleQuestion> questions = new ConcurrentLinkedDeque<>();
    private final Function<SampleQuestion, SampleAnswer> answers;
    private final Duration pace;
    private final Predictions predictions;

    private SampleProvider(Function<SampleQuestion, SampleAnswer> answers, Duration pace, boolean streams)
            throws IOException {
        this.answers = answers;
        this.pace = pace;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.predictions = new Predictions(url(), streams);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    /** Serves on any free port of the loopback interface. */
    public static SampleProvider start(Function<SampleQuestion, SampleAnswer> answers) throws IOException {
        return start(answers, Duration.ZERO, true);
    }

    /**
     * @param answers what to make of a request; called on any thread
     * @param pace between two pieces of an answer
     * @param streams whether predictions have a stream
     */
    public static SampleProvider start(Function<SampleQuestion, SampleAnswer> answers, Duration pace, boolean streams)
            throws IOException {
        SampleProvider provider = new SampleProvider(answers, pace, streams);
        provider.server.start();
        return provider;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What was asked, the newest last; the last thousand. */
    public List<SampleQuestion> questions() {
        return List.copyOf(questions);
    }

    /** Whether this prediction was cancelled. */
    public boolean canceled(String prediction) {
        return predictions.canceled(prediction);
    }

    private void handle(HttpExchange exchange) throws IOException {
        SampleQuestion question = question(exchange);
        questions.add(question);
        if (questions.size() > REMEMBERED) {
            questions.poll();
        }
        switch (question.method() + " " + kind(question.path())) {
            case "POST messages", "POST completions" -> answered(exchange, question);
            case "POST embeddings" -> {
                if (answers.apply(question) instanceof SampleAnswer.Status status) {
                    status(exchange, status);
                } else {
                    json(exchange, 200, OpenAiWire.embeddings(question).toString());
                }
            }
            case "POST predictions" -> {
                SampleAnswer answer = answers.apply(question);
                if (answer instanceof SampleAnswer.Status status) {
                    status(exchange, status);
                } else {
                    json(exchange, 201, predictions.create(question, answer).toString());
                }
            }
            case "POST cancel" -> prediction(exchange, predictions.cancel(segment(question.path(), 3)));
            case "GET prediction" -> prediction(exchange, predictions.look(segment(question.path(), 3)));
            case "GET stream" -> predictions.stream(segment(question.path(), 3), stream(exchange));
            default -> json(exchange, 404, "{\"error\":{\"message\":\"there is no such page\"}}");
        }
    }

    private static String kind(String path) {
        if (path.endsWith("/cancel")) {
            return "cancel";
        }
        if (path.startsWith("/v1/predictions/")) {
            return "prediction";
        }
        return path.startsWith("/v1/streams/") ? "stream" : path.substring(path.lastIndexOf('/') + 1);
    }

    private static String segment(String path, int index) {
        return path.split("/")[index];
    }

    private void answered(HttpExchange exchange, SampleQuestion question) throws IOException {
        SampleAnswer answer = answers.apply(question);
        if (answer instanceof SampleAnswer.Status status) {
            status(exchange, status);
        } else if (question.path().endsWith("/messages")) {
            new AnthropicWire(stream(exchange)).answer(question, answer);
        } else {
            new OpenAiWire(stream(exchange), question).answer(answer);
        }
    }

    private EventStream stream(HttpExchange exchange) throws IOException {
        return new EventStream(exchange, pace, closing);
    }

    private static void prediction(HttpExchange exchange, Optional<? extends JsonNode> found) throws IOException {
        json(
                exchange,
                found.isPresent() ? 200 : 404,
                found.map(JsonNode::toString).orElse("{\"detail\":\"not found\"}"));
    }

    private static void status(HttpExchange exchange, SampleAnswer.Status status) throws IOException {
        status.headers().forEach(exchange.getResponseHeaders()::set);
        json(exchange, status.status(), status.body());
    }

    private static void json(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static SampleQuestion question(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
        JsonNode body = bytes.length == 0 ? NullNode.getInstance() : JSON.readTree(bytes);
        Map<String, String> headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> header.getValue().getFirst(),
                        (first, second) -> first));
        return new SampleQuestion(
                exchange.getRequestMethod(), exchange.getRequestURI().getPath(), headers, body);
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
