package dev.continuo.worker.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.testing.Await;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.CallbackUrl;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a receiver can do to an attempt, and where an attempt goes. */
class TransmissionTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private NameServer names;

    /** As the sender does, away from the event loop. */
    @BeforeAll
    static void readWhatTheMachineIsConfiguredFor() {
        assertThat(new DnsNameResolverBuilder()).isNotNull();
    }

    @BeforeEach
    void open() throws TimeoutException {
        names = new NameServer(vertx);
    }

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within " + LIMIT, e);
        }
    }

    private int receiver(Handler<HttpServerRequest> behaviour) {
        return receiver(new HttpServerOptions(), behaviour);
    }

    private int receiver(HttpServerOptions options, Handler<HttpServerRequest> behaviour) {
        return await(vertx.createHttpServer(options)
                        .requestHandler(request -> {
                            requests.add(request);
                            behaviour.handle(request);
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static SenderSettings settings(boolean privateAllowed, Duration attempt) {
        SenderSettings usual = SenderSettings.DEFAULTS;
        return new SenderSettings(
                privateAllowed,
                4,
                4,
                4,
                1 << 20,
                attempt,
                attempt.plusSeconds(10),
                usual.look(),
                usual.schedule(),
                "Continuo/test");
    }

    private Attempted send(String url) {
        return send(url, settings(true, LONG), UnaryOperator.identity(), 0);
    }

    private Attempted send(String url, SenderSettings settings, UnaryOperator<HttpClientOptions> client, int attempt) {
        CallbackUrl parsed = ((CallbackUrl.Valid) CallbackUrl.check(url, true)).url();
        return await(begin(parsed, settings, client, attempt).compose(Transmission::attempted));
    }

    private Future<Transmission> begin(
            CallbackUrl url, SenderSettings settings, UnaryOperator<HttpClientOptions> client, int attempt) {
        Promise<Transmission> begun = Promise.promise();
        context.runOnContext(nothing -> {
            Transmission.Via via = new Transmission.Via(
                    vertx,
                    vertx.createHttpClient(
                            client.apply(Transmission.Via.options(settings)), Transmission.Via.pool(settings)),
                    DnsHosts.open(vertx, names::asked),
                    settings);
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x-test", "yes");
            begun.complete(Transmission.begin(
                    via, new Transmission.Letter(url, attempt, () -> headers, Buffer.buffer("{}"), () -> true)));
        });
        return begun.future();
    }

    private static String reason(Attempted attempted) {
        return ((Attempted.Failed) attempted).reason();
    }

    @Test
    void aMessageIsPostedWithItsHeadersToTheWholeUrl() {
        int port = receiver(request -> request.response().setStatusCode(202).end("thanks"));

        assertThat(send("http://127.0.0.1:" + port + "/hook/a%20b?x=1&y=%2F#part"))
                .isEqualTo(new Attempted.Taken(202));
        HttpServerRequest request = requests.getFirst();
        assertThat(request.method().name()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/hook/a%20b?x=1&y=%2F");
        assertThat(request.getHeader("x-test")).isEqualTo("yes");
        assertThat(request.getHeader("host")).isEqualTo("127.0.0.1:" + port);
        assertThat(request.getHeader("accept-encoding")).isNull();
    }

    @Test
    void aNameIsAskedAtItsAddressUnderItsName() {
        names.put("hooks.test", "127.0.0.1");
        int port = receiver(request -> request.response().end());

        assertThat(send("http://hooks.test:" + port + "/")).isEqualTo(new Attempted.Taken(200));
        assertThat(requests.getFirst().getHeader("host")).isEqualTo("hooks.test:" + port);
    }

    @Test
    void aNameThatLeadsToAPrivateAddressIsNotAsked() {
        names.put("rebound.test", "127.0.0.1", "10.0.0.1", "169.254.169.254");
        int port = receiver(request -> request.response().end());

        Attempted attempted =
                send("http://rebound.test:" + port + "/", settings(false, LONG), UnaryOperator.identity(), 0);
        assertThat(reason(attempted)).isEqualTo("the host rebound.test has no public address");
        assertThat(requests).isEmpty();
    }

    @Test
    void whatNobodyMayReachIsNotAskedThoughPrivateAddressesAreAllowed() {
        names.put("metadata.test", "169.254.169.254");

        assertThat(reason(send("http://metadata.test/"))).isEqualTo("the host metadata.test has no public address");
    }

    @Test
    void aHostWithSeveralAddressesIsAskedAtAnotherOneEachTime() {
        names.put("many.test", "127.0.0.2", "127.0.0.1");
        int port = receiver(request -> request.response().end());
        String url = "http://many.test:" + port + "/";

        long taken = IntStream.range(0, 2)
                .mapToObj(attempt -> send(url, settings(true, LONG), UnaryOperator.identity(), attempt))
                .filter(Attempted.Taken.class::isInstance)
                .count();
        assertThat(taken).isEqualTo(1);
    }

    @Test
    void anUnknownNameIsAFailure() {
        assertThat(reason(send("http://nowhere.test/"))).isEqualTo("the host name nowhere.test cannot be resolved");
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void aRedirectionIsNotFollowed(int status) {
        int target = receiver(request -> request.response().end());
        int port = receiver(request -> request.response()
                .setStatusCode(status)
                .putHeader("location", "http://127.0.0.1:" + target + "/")
                .end());

        Attempted attempted = send("http://127.0.0.1:" + port + "/");
        assertThat(attempted)
                .isEqualTo(new Attempted.Failed(
                        OptionalInt.of(status),
                        "HTTP " + status + ": redirections are not followed",
                        Optional.empty()));
        assertThat(requests).hasSize(1);
    }

    @Test
    void aReceiverMayAskToBeLeftAlone() {
        int port = receiver(request -> request.response()
                .setStatusCode(429)
                .putHeader("retry-after", "120")
                .end());

        assertThat(send("http://127.0.0.1:" + port + "/"))
                .isEqualTo(new Attempted.Failed(OptionalInt.of(429), "HTTP 429", Optional.of(Duration.ofSeconds(120))));
    }

    @Test
    void anEndlessAnswerIsCutOffAndItsStatusCounts() {
        AtomicBoolean gone = new AtomicBoolean();
        int port = receiver(request -> flood(request, gone));

        assertThat(send("http://127.0.0.1:" + port + "/")).isEqualTo(new Attempted.Taken(200));
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    private void flood(HttpServerRequest request, AtomicBoolean gone) {
        HttpServerResponse response = request.response().setChunked(true);
        long timer = vertx.setPeriodic(1, id -> {
            if (!response.writeQueueFull()) {
                response.write(Buffer.buffer(new byte[8192]));
            }
        });
        response.closeHandler(closed -> {
            vertx.cancelTimer(timer);
            gone.set(true);
        });
    }

    @Test
    void aReceiverThatHangsIsLeftAtTheTimeLimit() {
        AtomicBoolean gone = new AtomicBoolean();
        int port = receiver(request -> request.connection().closeHandler(closed -> gone.set(true)));

        Attempted attempted =
                send("http://127.0.0.1:" + port + "/", settings(true, SHORT), UnaryOperator.identity(), 0);
        assertThat(reason(attempted)).isEqualTo("no complete response within 0.4 s");
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    @Test
    void anAnswerThatDripsForEverIsLeftAtTheTimeLimit() {
        AtomicInteger drips = new AtomicInteger();
        int port = receiver(request -> {
            HttpServerResponse response = request.response().setStatusCode(500).setChunked(true);
            long timer = vertx.setPeriodic(10, id -> response.write("." + drips.incrementAndGet()));
            response.closeHandler(closed -> vertx.cancelTimer(timer));
        });
        Instant begin = Instant.now();

        Attempted attempted =
                send("http://127.0.0.1:" + port + "/", settings(true, SHORT), UnaryOperator.identity(), 0);
        assertThat(reason(attempted)).isEqualTo("HTTP 500");
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void endlessHeadersAreAFailure() {
        int port = await(vertx.createNetServer()
                        .connectHandler(socket -> {
                            socket.write("HTTP/1.1 200 OK\r\n");
                            long timer = vertx.setPeriodic(1, id -> socket.write("x-a: " + "a".repeat(1000) + "\r\n"));
                            socket.closeHandler(closed -> vertx.cancelTimer(timer));
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();

        assertThat(reason(send("http://127.0.0.1:" + port + "/"))).isEqualTo("the response's headers are too long");
    }

    @Test
    void aReceiverThatHangsUpIsAFailure() {
        int port = receiver(request -> request.connection().close());

        assertThat(reason(send("http://127.0.0.1:" + port + "/"))).contains("was closed before");
    }

    @Test
    void tlsIsCheckedAgainstTheNameThoughTheAddressIsAsked(@TempDir Path dir) throws Exception {
        Path store = dir.resolve("hooks.p12");
        certificate(store, "hooks.test");
        names.put("hooks.test", "127.0.0.1");
        names.put("other.test", "127.0.0.1");
        PfxOptions keys = new PfxOptions().setPath(store.toString()).setPassword("secret");
        List<String> asked = new CopyOnWriteArrayList<>();
        int port = receiver(new HttpServerOptions().setSsl(true).setSni(true).setKeyCertOptions(keys), request -> {
            asked.add(request.connection().indicatedServerName());
            request.response().end();
        });
        UnaryOperator<HttpClientOptions> trusting = options -> options.setTrustOptions(keys);

        assertThat(send("https://hooks.test:" + port + "/", settings(true, LONG), trusting, 0))
                .isEqualTo(new Attempted.Taken(200));
        assertThat(asked).containsExactly("hooks.test");
        assertThat(reason(send("https://other.test:" + port + "/", settings(true, LONG), trusting, 0)))
                .contains("TLS with other.test")
                .contains("other.test");
        assertThat(reason(send("https://hooks.test:" + port + "/"))).contains("TLS with hooks.test");
    }

    private static void certificate(Path store, String name) throws Exception {
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "secret",
                        "-storetype",
                        "PKCS12",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
    }
}
