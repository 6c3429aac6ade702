package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.testing.Await;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server-sent events over real sockets. */
class EventStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MOST = 3;
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<EventSink> begun = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private PrometheusMeterRegistry registry;
    private String deployment;
    private int port;

    private final class Streams implements DialectApi {
        @Override
        public String name() {
            return "streams";
        }

        @Override
        public String root() {
            return "/streams";
        }

        @Override
        public String openApi() {
            return "{}";
        }

        @Override
        public List<Endpoint> endpoints(Vertx of) {
            return List.of(
                    Endpoint.get("/streams/all", call -> new Answer.Stream(begun::add)
                            .with("X-More", "yes")
                            .now()),
                    Endpoint.get("/streams/broken", call -> new Answer.Stream(sink -> {
                                throw new IllegalStateException("expected by this test");
                            })
                            .now()));
        }
    }

    /** What a client reads of a stream. */
    private record Reader(Socket socket, BufferedReader lines) {
        List<String> head() throws IOException {
            List<String> head = new ArrayList<>();
            for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
                head.add(line);
            }
            return head;
        }

        /** The next lines that are neither empty nor the size of a chunk. */
        List<String> next(int count) throws IOException {
            List<String> next = new ArrayList<>();
            while (next.size() < count) {
                String line = lines.readLine();
                if (line == null) {
                    throw new AssertionError("The stream ended after " + next);
                }
                if (!line.isEmpty() && !line.matches("[0-9a-f]+")) {
                    next.add(line);
                }
            }
            return next;
        }

        /** How the stream ends: all that is still to be read. */
        String rest() throws IOException {
            StringBuilder rest = new StringBuilder();
            try {
                for (int letter = lines.read(); letter >= 0; letter = lines.read()) {
                    rest.append((char) letter);
                }
            } catch (SocketException reset) {
                rest.append("(reset)");
            }
            return rest.toString();
        }
    }

    private void serve(EventStreams.Times times) throws Exception {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ApiVerticle verticle = new ApiVerticle(
                new ApiSettings("127.0.0.1", 0, 1_000),
                new Operations(List.of(), registry, MOST, times),
                List.of(new Streams()));
        deployment = vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
        port = verticle.port();
    }

    @BeforeEach
    void start() throws Exception {
        serve(new EventStreams.Times(LONG, LONG, LONG));
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private Reader ask(String method, String path) throws IOException {
        Socket socket = new Socket();
        // Small, so that a client that does not read is noticed early.
        socket.setReceiveBufferSize(8 << 10);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        sockets.add(socket);
        socket.setSoTimeout((int) LIMIT.toMillis());
        String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new Reader(
                socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
    }

    private EventSink sink() throws InterruptedException {
        EventSink sink = begun.poll(30, TimeUnit.SECONDS);
        assertThat(sink).as("the stream begins").isNotNull();
        return sink;
    }

    private double open() {
        return registry.get("continuo.http.streams").gauge().value();
    }

    private static JsonNode number(int number) {
        return JsonNodeFactory.instance.objectNode().put("n", number);
    }

    private static void send(EventSink sink, int number) {
        sink.send(Optional.empty(), Optional.empty(), number(number));
    }

    @Test
    void eventsArriveInOrderAndTheEndAfterThem() throws Exception {
        Reader reader = ask("GET", "/streams/all");
        EventSink sink = sink();
        assertThat(reader.head()).first().asString().isEqualTo("HTTP/1.1 200 OK");
        assertThat(reader.next(1)).containsExactly(":");
        sink.send(
                Optional.of("7"),
                Optional.of("log"),
                JsonNodeFactory.instance.objectNode().put("line", "a\nb ä"));
        assertThat(reader.next(3)).containsExactly("id: 7", "event: log", "data: {\"line\":\"a\\nb ä\"}");
        for (int i = 0; i < 1_000; i++) {
            send(sink, i);
        }
        sink.end();
        send(sink, 1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(reader.next(1)).containsExactly("data: {\"n\":" + i + "}");
        }
        assertThat(reader.lines().readLine()).isEmpty();
        assertThat(reader.lines().readLine()).isEmpty();
        assertThat(reader.lines().readLine()).as("the last chunk").isEqualTo("0");
        sink.closed().await(30, TimeUnit.SECONDS);
        assertThat(open()).isZero();
    }

    @Test
    void theHeadTellsEverybodyToPassEventsOnAtOnce() throws Exception {
        assertThat(ask("GET", "/streams/all").head())
                .contains(
                        "HTTP/1.1 200 OK",
                        "content-type: text/event-stream",
                        "cache-control: no-cache",
                        "X-Accel-Buffering: no",
                        "X-More: yes",
                        "transfer-encoding: chunked");
        assertThat(ask("HEAD", "/streams/all").head()).contains("content-type: text/event-stream");
        sink();
        assertThat(begun).as("streams for a HEAD").isEmpty();
    }

    @Test
    void aClientThatGoesIsNoticed() throws Exception {
        Reader reader = ask("GET", "/streams/all");
        EventSink sink = sink();
        assertThat(open()).isEqualTo(1);
        reader.socket().close();
        sink.closed().await(30, TimeUnit.SECONDS);
        send(sink, 1);
        Await.until("the stream counts no more", LIMIT, () -> open() == 0);
    }

    @Test
    void aClientThatReadsTooLittleIsCutOff() throws Exception {
        Reader reader = ask("GET", "/streams/all");
        EventSink sink = sink();
        JsonNode data = JsonNodeFactory.instance.textNode("x".repeat(10_000));
        Await.until("the stream is cut", LIMIT, () -> {
            for (int i = 0; i < 100; i++) {
                sink.send(Optional.empty(), Optional.empty(), data);
            }
            return sink.closed().isComplete();
        });
        assertThat(open()).isZero();
        assertThat(reader.rest()).doesNotEndWith(LAST_CHUNK);
    }

    @Test
    void aClientThatReadsLateGetsEverythingThatFits() throws Exception {
        Reader reader = ask("GET", "/streams/all");
        EventSink sink = sink();
        String much = "x".repeat(4 << 20);
        sink.send(Optional.empty(), Optional.empty(), JsonNodeFactory.instance.textNode(much));
        send(sink, 1);
        send(sink, 2);
        sink.end();
        String all = reader.rest();
        assertThat(all).contains("data: {\"n\":1}").contains("data: {\"n\":2}");
    }

    @Test
    void moreStreamsThanMayBeAreRefusedUntilOneEnds() throws Exception {
        for (int i = 0; i < MOST; i++) {
            ask("GET", "/streams/all").head();
        }
        List<String> refused = ask("GET", "/streams/all").head();
        assertThat(refused).contains("HTTP/1.1 503 Service Unavailable", "retry-after: 5");
        EventSink first = sink();
        first.end();
        first.closed().await(30, TimeUnit.SECONDS);
        assertThat(ask("GET", "/streams/all").head()).contains("HTTP/1.1 200 OK");
    }

    @Test
    void aStreamThatCannotBeginIsCut() throws Exception {
        Reader reader = ask("GET", "/streams/broken");
        assertThat(reader.rest()).doesNotEndWith(LAST_CHUNK);
        Await.until("the stream counts no more", LIMIT, () -> open() == 0);
    }

    @Test
    void streamsEndWithTheServerAlsoThatOfAClientThatDoesNotRead() throws Exception {
        Reader reading = ask("GET", "/streams/all");
        sink();
        ask("GET", "/streams/all");
        EventSink stuck = sink();
        stuck.send(Optional.empty(), Optional.empty(), JsonNodeFactory.instance.textNode("x".repeat(8 << 20)));
        send(stuck, 1);
        vertx.undeploy(deployment).await(5, TimeUnit.SECONDS);
        assertThat(reading.rest()).endsWith(LAST_CHUNK);
        assertThat(open()).isZero();
    }

    @Test
    void theNameOfAnEventCannotForgeAnother() throws Exception {
        ask("GET", "/streams/all");
        EventSink sink = sink();
        assertThatThrownBy(() -> sink.send(Optional.of("1\ndata: x"), Optional.empty(), number(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sink.send(Optional.empty(), Optional.of("a\rb"), number(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aQuietStreamIsKeptAlive() throws Exception {
        serve(new EventStreams.Times(Duration.ofMillis(20), LONG, LONG));
        Reader reader = ask("GET", "/streams/all");
        reader.head();
        assertThat(reader.next(4)).containsExactly(":", ":", ":", ":");
    }

    @Test
    void aStreamEndsInGoodOrderAfterItsLife() throws Exception {
        serve(new EventStreams.Times(Duration.ofMillis(20), LONG, Duration.ofMillis(100)));
        assertThat(ask("GET", "/streams/all").rest()).endsWith(LAST_CHUNK);
    }

    @Test
    void aClientThatStopsReadingIsCutOff() throws Exception {
        serve(new EventStreams.Times(Duration.ofMillis(20), Duration.ofMillis(100), LONG));
        Reader reader = ask("GET", "/streams/all");
        EventSink sink = sink();
        sink.send(Optional.empty(), Optional.empty(), JsonNodeFactory.instance.textNode("x".repeat(8 << 20)));
        send(sink, 1);
        sink.closed().await(30, TimeUnit.SECONDS);
        assertThat(open()).isZero();
        assertThat(reader.rest()).doesNotEndWith(LAST_CHUNK);
    }
}
