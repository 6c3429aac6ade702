package dev.continuo.worker.connector.http;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ConnectorFixture http = new ConnectorFixture();

    @BeforeEach
    void open() {
        use(ExchangeSettings.DEFAULTS);
    }

    @AfterEach
    void close() {
        http.close();
    }

    private void use(ExchangeSettings settings) {
        Receiving receiving = new Receiving(settings.maxReceivingBytes());
        http.use(() -> new HttpConnector(HttpTools.of(http.vertx, settings, receiving, () -> NOW)));
    }

    private ConnectorResult call(String uri, String request) {
        return http.execute(input(uri, request));
    }

    private static ObjectNode input(String uri, String request) {
        ObjectNode input = json("{}");
        input.set("http_request", json(request).put("uri", uri));
        return input;
    }

    private static JsonNode response(ConnectorResult result) {
        return completed(result).output().path("response");
    }

    private void assertFails(ConnectorResult result, String reason) {
        assertThat(failed(result).reason()).contains(reason);
        assertThat(failed(result).retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    /** An upstream that keeps what it was asked. */
    private String recording(List<String> seen, String... headers) {
        return http.upstream(request -> request.bodyHandler(body -> {
            StringBuilder line = new StringBuilder(request.method() + " " + request.uri());
            for (String header : headers) {
                line.append(' ').append(request.getHeader(header));
            }
            seen.add(line + (body.length() == 0 ? "" : " " + body));
            request.response().end();
        }));
    }

    @Test
    void aResponseIsKeptWithStatusReasonHeadersAndParsedBody() {
        String url = http.upstream(request -> {
            request.response().headers().add("X-Twice", "a").add("X-Twice", "b");
            request.response()
                    .setStatusCode(201)
                    .putHeader("Content-Type", "application/json")
                    .end("{\"id\":7,\"big\":123456789012345678901234567890,\"price\":1.10,\"list\":[1,2.0]}");
        });
        JsonNode response = response(call(url, "{}"));
        assertThat(response.path("statusCode").asInt()).isEqualTo(201);
        assertThat(response.path("reasonPhrase").asText()).isEqualTo("Created");
        assertThat(response.at("/headers/X-Twice"))
                .isEqualTo(json("{'x':['a','b']}").path("x"));
        assertThat(response.at("/headers/Content-Type/0").asText()).isEqualTo("application/json");
        assertThat(response.path("body").toString())
                .isEqualTo("{\"id\":7,\"big\":123456789012345678901234567890,\"price\":1.10,\"list\":[1,2.0]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain | {\"a\":1} | {\"a\":1}",
                "'' | [1] | [1]",
                "text/html | <p>1</p> | \"<p>1</p>\"",
                "application/json | {broken | \"{broken\"",
                "text/plain | 12 | 12",
                "application/json | '' | null",
            })
    void aBodyIsJsonWhereItCanBe(String type, String body, String expected) {
        String url = http.upstream(request -> {
            if (!type.isEmpty()) {
                request.response().putHeader("content-type", type);
            }
            request.response().end(body);
        });
        assertThat(response(call(url, "{}")).path("body").toString()).isEqualTo(expected);
    }

    @Test
    void noContentIsASuccessWithoutABody() {
        String url =
                http.upstream(request -> request.response().setStatusCode(204).end());
        JsonNode response = response(call(url, "{'method':'delete'}"));
        assertThat(response.path("statusCode").asInt()).isEqualTo(204);
        assertThat(response.path("body").isNull()).isTrue();
    }

    @Test
    void aRequestMayStandInTheInputItself() {
        List<String> seen = new CopyOnWriteArrayList<>();
        String url = recording(seen, "accept", "content-type");
        response(http.execute(json("{'method':'POST','body':{'n':1}}").put("uri", url + "/flat")));
        assertThat(seen).containsExactly("POST /flat application/json application/json {\"n\":1}");
    }

    @Test
    void methodHeadersBodyAndTypesAreSent() {
        List<String> seen = new CopyOnWriteArrayList<>();
        String url = recording(seen, "accept", "content-type", "x-a", "content-length");
        response(call(
                url,
                "{'method':'PUT','accept':'text/plain','contentType':'text/csv','body':'1;2',"
                        + "'headers':{'X-A':5,'Content-Length':'999','Connection':'close'}}"));
        response(call(
                url,
                "{'method':'POST','contentType':'application/x-www-form-urlencoded','body':{'a':'x y','b':[1,2]}}"));
        response(
                call(url, "{'headers':{'Content-Type':'text/xml','Accept':'text/xml'},'body':'<a/>','method':'POST'}"));
        assertThat(seen)
                .containsExactly(
                        "PUT / text/plain text/csv 5 3 1;2",
                        "POST / application/json application/x-www-form-urlencoded null 15 a=x%20y&b=1&b=2",
                        "POST / text/xml text/xml null 4 <a/>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/a b?q=x y&z={1} ; /a%20b?q=x%20y&z=%7B1%7D",
                "/done%20already?p=%2F ; /done%20already?p=%2F",
                "/100%?é=ü ; /100%25?%C3%A9=%C3%BC",
                "/x|y[0]?a[]=1 ; /x%7Cy%5B0%5D?a%5B%5D=1",
            })
    void anAddressIsEncodedOnce(String path, String sent) {
        List<String> seen = new CopyOnWriteArrayList<>();
        String url = recording(seen);
        response(call(url + path, "{}"));
        assertThat(seen).containsExactly("GET " + sent);
    }

    @Test
    void anAddressIsSentAsItIsWhenEncodingIsOff() {
        assertFails(call("http://127.0.0.1/a b", "{'encode':false}"), "uri is not a valid URL");
    }

    @Test
    void aCompressedBodyIsOpened() {
        int port = ConnectorFixture.await(http.vertx
                        .createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                        .requestHandler(request -> request.response().end("[\"" + "a".repeat(10_000) + "\"]"))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        JsonNode response = response(call("http://127.0.0.1:" + port, "{'headers':{'Accept-Encoding':'gzip'}}"));
        assertThat(response.at("/body/0").asText()).hasSize(10_000);
    }

    @Test
    void aRedirectIsFollowed() {
        String url = http.upstream(request -> {
            if (request.path().equals("/a")) {
                request.response()
                        .setStatusCode(302)
                        .putHeader("location", "/b")
                        .end();
            } else {
                request.response().end("there");
            }
        });
        assertThat(response(call(url + "/a", "{}")).path("body").asText()).isEqualTo("there");
    }

    @ParameterizedTest
    @ValueSource(ints = {304, 400, 401, 404, 409, 500, 502})
    void anotherStatusFailsByPolicyAndKeepsTheWholeResponse(int status) {
        String url = http.upstream(request -> request.response()
                .setStatusCode(status)
                .putHeader("X-Id", "r1")
                .putHeader("content-type", "application/json")
                .end(status == 304 ? "" : "{\"error\":{\"code\":17}}"));
        ConnectorResult result = call(url, "{}");
        assertFails(result, "HTTP " + status);
        JsonNode response = failed(result).output().path("response");
        assertThat(response.path("statusCode").asInt()).isEqualTo(status);
        assertThat(response.at("/headers/X-Id/0").asText()).isEqualTo("r1");
        assertThat(response.at("/body/error/code").asInt()).isEqualTo(status == 304 ? 0 : 17);
    }

    @ParameterizedTest
    @CsvSource({
        "429, 7, 7",
        "503, 'Thu, 01 Jan 2026 00:01:30 GMT', 90",
        "429, 999999999, 3600",
        "400, 7, 0",
        "503, soon, 0"
    })
    void retryAfterDelaysTheNextAttempt(int status, String header, long seconds) {
        String url = http.upstream(request -> request.response()
                .setStatusCode(status)
                .putHeader("retry-after", header)
                .end());
        assertThat(failed(call(url, "{}")).retry())
                .isEqualTo(
                        seconds == 0 ? new RetryWish.ByPolicy() : new RetryWish.NotBefore(Duration.ofSeconds(seconds)));
    }

    @Test
    void anAsyncTaskStaysOpenAfterASuccessAndFailsOtherwise() {
        String url = http.upstream(request -> request.response()
                .setStatusCode(request.path().equals("/ok") ? 202 : 500)
                .end("{}"));
        ObjectNode input = input(url + "/ok", "{}").put("asyncComplete", true);
        assertThat(http.execute(input)).isInstanceOfSatisfying(ConnectorResult.Waiting.class, waiting -> assertThat(
                        waiting.output().at("/response/statusCode").asInt())
                .isEqualTo(202));
        assertFails(call(url + "/bad", "{'asyncComplete':'true'}"), "HTTP 500");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | uri is missing",
                "{'http_request':{'method':'GET'}} | uri is missing",
                "{'http_request':{'uri':'ftp://h/'}} | uri must begin with http:// or https://",
                "{'http_request':{'uri':'http://h/','method':'G E T'}} | method is not an HTTP method",
                "{'http_request':{'uri':'http://h/','headers':[1]}} | headers must be an object",
                "{'http_request':{'uri':'http://h/','headers':{'a':{'b':1}}}} | headers.a must be a string",
                "{'http_request':{'uri':'http://h/','readTimeOut':'soon'}} | readTimeOut must be a number",
                "{'http_request':{'uri':'http://u:p@h/'}} | uri must not carry a user name or password",
            })
    void anInputThatIsNoRequestFailsWithAReason(String input, String reason) {
        assertFails(http.execute(json(input)), reason);
    }

    @Test
    void aRefusedConnectionFails() throws IOException {
        int port = ConnectorFixture.freePort();
        assertFails(call("http://127.0.0.1:" + port, "{}"), "the connection to 127.0.0.1:" + port + " was refused");
    }

    @Test
    void anUpstreamThatHangsIsCutOffAtTheReadTimeout() {
        AtomicBoolean gone = new AtomicBoolean();
        String url = http.upstream(request -> request.connection().closeHandler(v -> gone.set(true)));
        assertFails(call(url, "{'readTimeOut':200}"), "no complete response within 0.2 s");
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    @Test
    void aSlowConnectionIsCutOffAtTheConnectionTimeout() {
        // Connects, but never answers the TLS handshake.
        String url = http.rawUpstream("", socket -> {}).replace("http:", "https:");
        assertFails(call(url, "{'connectionTimeOut':'200','readTimeOut':20000}"), "in time");
    }

    @Test
    void anUpstreamThatCutsTheBodyFails() {
        String url = http.rawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", NetSocket::close);
        assertFails(call(url, "{}"), "was closed before the response was complete");
    }

    @Test
    void aConnectionThatClosesWithoutAnAnswerFails() {
        assertFails(call(http.rawUpstream("", NetSocket::close), "{}"), "was closed before the response was complete");
    }

    @Test
    void anEndlessBodyIsCutOffAtTheSizeLimit() {
        use(ExchangeSettings.DEFAULTS.withMaxResponseBytes(1 << 20));
        AtomicBoolean gone = new AtomicBoolean();
        AtomicLong sent = new AtomicLong();
        String url = http.upstream(request -> {
            request.connection().closeHandler(v -> gone.set(true));
            request.response().setChunked(true);
            pour(request, sent, gone);
        });
        assertFails(
                call(url, "{}"), "the response is longer than the limit of " + (1 << 20) + " bytes; it was cut off");
        Await.until("the connection is closed", LIMIT, gone::get);
        assertThat(sent.get()).isLessThan(64L << 20);
    }

    private static void pour(HttpServerRequest request, AtomicLong sent, AtomicBoolean gone) {
        String chunk = "a".repeat(64 << 10);
        request.response().write(chunk).onSuccess(v -> {
            sent.addAndGet(chunk.length());
            if (!gone.get()) {
                pour(request, sent, gone);
            }
        });
    }

    @Test
    void aSecretHeaderIsMaskedInTheReason() {
        String url = http.upstream(
                request -> request.response().setStatusCode(403).end("bad " + request.getHeader("authorization")));
        assertThat(failed(call(url, "{'headers':{'Authorization':'Bearer t0ps3cret'}}"))
                        .reason())
                .contains("bad ***")
                .doesNotContain("t0ps3cret");
    }

    @Test
    void aCancelledExecutionEndsAndCutsItsConnection() {
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean gone = new AtomicBoolean();
        String url = http.upstream(request -> {
            asked.set(true);
            request.connection().closeHandler(v -> gone.set(true));
        });
        Future<ConnectorResult> running = http.on(() -> Future.succeededFuture(http.start(input(url, "{}"))));
        Await.until("the request is there", LIMIT, asked::get);
        http.on(() -> {
            http.cancellation.cancel();
            return Future.succeededFuture();
        });
        failed(ConnectorFixture.await(running));
        Await.until("the connection is closed", LIMIT, gone::get);
    }
}
