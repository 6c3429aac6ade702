package dev.continuo.worker.connector.rest;

import static dev.continuo.worker.connector.rest.RestFixture.completed;
import static dev.continuo.worker.connector.rest.RestFixture.failed;
import static dev.continuo.worker.connector.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command.RetryWish;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an upstream can do to us, and what becomes of it. */
class RestFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MIB = 1 << 20;

    private final RestFixture rest = new RestFixture();

    @AfterEach
    void close() {
        rest.close();
    }

    private void assertRetried(ConnectorResult result, String reason) {
        assertThat(failed(result).reason()).contains(reason);
        assertThat(failed(result).retry()).isEqualTo(new RetryWish.ByPolicy());
        assertThat(rest.log.text()).as("the engine writes it").doesNotContain(reason);
    }

    @Test
    void aRefusedConnectionIsRetried() throws IOException {
        int port = RestFixture.freePort();
        assertRetried(rest.get("http://127.0.0.1:" + port), "the connection to 127.0.0.1:" + port + " was refused");
    }

    @Test
    void anUnknownHostIsRetried() {
        assertRetried(rest.get("http://nowhere.invalid/"), "the host name nowhere.invalid cannot be resolved");
    }

    @Test
    void anUpstreamWithoutTlsIsRetried() {
        String url = rest.upstream(request -> request.response().end());
        assertRetried(rest.get(url.replace("http:", "https:")), "TLS with 127.0.0.1");
    }

    @Test
    void anUpstreamThatHangsIsCutOffAtTheTimeLimit() {
        AtomicBoolean gone = new AtomicBoolean();
        String url = rest.upstream(request -> request.connection().closeHandler(v -> gone.set(true)));
        assertRetried(rest.call(url, "{'_timeoutSeconds':0.2}"), "no complete response within 0.2 s");
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    @Test
    void anUpstreamThatDripsForEverIsCutOffAtTheTimeLimit() {
        AtomicBoolean gone = new AtomicBoolean();
        String url = rest.upstream(request -> {
            HttpServerResponse response = request.response().setChunked(true);
            long timer = rest.vertx.setPeriodic(10, id -> response.write("."));
            response.closeHandler(v -> {
                rest.vertx.cancelTimer(timer);
                gone.set(true);
            });
        });
        assertRetried(rest.call(url, "{'_timeoutSeconds':0.3}"), "no complete response within 0.3 s");
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    @Test
    void aConnectionThatClosesHalfwayIsRetried() {
        String url = rest.rawUpstream("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", NetSocket::close);
        assertRetried(rest.get(url), "was closed before the response was complete");
    }

    @Test
    void aConnectionThatClosesWithoutAnAnswerIsRetried() {
        assertRetried(rest.get(rest.rawUpstream("", NetSocket::close)), "was closed before the response was complete");
    }

    @ParameterizedTest
    @CsvSource({"'5\r\nhello\r\nzz\r\nrest'", "'5\r\nhelloXX'", "'-1\r\n'"})
    void aBrokenChunkedBodyIsRetried(String chunks) {
        String url =
                rest.rawUpstream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, NetSocket::close);
        assertRetried(rest.get(url), "the response is not valid HTTP");
    }

    @Test
    void anAnswerThatIsNotHttpIsRetried() {
        assertRetried(rest.get(rest.rawUpstream("garbage\r\n\r\n", socket -> {})), "not valid HTTP");
    }

    @Test
    void aGigabyteIsCutOffAtTheSizeLimitAndNeverHeldInMemory() {
        rest.use(ExchangeSettings.DEFAULTS.withMaxResponseBytes(MIB), Instant::now);
        AtomicLong sent = new AtomicLong();
        AtomicBoolean gone = new AtomicBoolean();
        String url = rest.upstream(request -> {
            request.response().putHeader("content-length", String.valueOf(1L << 30));
            request.connection().closeHandler(v -> gone.set(true));
            pour(request.response(), Buffer.buffer(new byte[64 << 10]), sent);
        });
        assertRetried(rest.get(url), "the response is longer than the limit of " + MIB + " bytes; it was cut off");
        Await.until("the connection is closed", LIMIT, gone::get);
        assertThat(sent.get()).isLessThan(64L * MIB);
    }

    private static void pour(HttpServerResponse response, Buffer chunk, AtomicLong sent) {
        if (sent.addAndGet(chunk.length()) >= 1L << 30) {
            return;
        }
        response.write(chunk).onSuccess(v -> pour(response, chunk, sent));
    }

    @Test
    void manyLargeResponsesAtOnceAreBoundedTogether() {
        rest.use(
                new ExchangeSettings(
                        MIB, 3L * MIB, 10, 10, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO, 1),
                Instant::now);
        List<HttpServerResponse> waiting = new CopyOnWriteArrayList<>();
        String url = rest.upstream(request -> {
            request.response().putHeader("content-length", String.valueOf(MIB)).write(Buffer.buffer(new byte[MIB - 1]));
            waiting.add(request.response());
        });
        var input = json("{'_auth':{'_type':'NoAuth'}}").put("_url", url);
        List<Future<ConnectorResult>> calls = new CopyOnWriteArrayList<>();
        rest.on(() -> {
            for (int i = 0; i < 5; i++) {
                calls.add(rest.start(input));
            }
            return Future.succeededFuture();
        });
        Await.until(
                "two are refused",
                LIMIT,
                () -> calls.stream().filter(Future::isComplete).count() == 2);
        waiting.forEach(response -> response.end(Buffer.buffer(new byte[1])));
        RestFixture.await(Future.join(List.copyOf(calls)));
        assertThat(calls.stream()
                        .filter(call -> call.result() instanceof ConnectorResult.Failed failed
                                && failed.reason().contains("larger than " + 3 * MIB + " bytes together"))
                        .count())
                .isEqualTo(2);
        assertThat(calls.stream()
                        .filter(call -> call.result() instanceof ConnectorResult.Completed)
                        .count())
                .isEqualTo(3);
        String small = rest.upstream(request -> request.response().end("a".repeat(MIB)));
        completed(rest.get(small));
        completed(rest.get(small));
        completed(rest.get(small));
        completed(rest.get(small));
    }

    @Test
    void aBodyOfExactlyTheLimitIsTaken() {
        rest.use(ExchangeSettings.DEFAULTS.withMaxResponseBytes(MIB), Instant::now);
        String url = rest.upstream(request ->
                request.response().putHeader("content-type", "text/plain").end("a".repeat(MIB)));
        assertThat(completed(rest.get(url)).output().path("_body").asText()).hasSize(MIB);
    }

    @ParameterizedTest
    @CsvSource({
        "400, false",
        "401, false",
        "403, false",
        "404, false",
        "408, true",
        "409, false",
        "418, false",
        "422, false",
        "425, true",
        "429, true",
        "500, true",
        "502, true",
        "503, true",
        "504, true",
        "304, false"
    })
    void theStatusDecidesWhetherAnotherAttemptIsMade(int status, boolean retried) {
        String url = rest.upstream(
                request -> request.response().setStatusCode(status).end());
        var failed = failed(rest.get(url));
        assertThat(failed.retry()).isEqualTo(retried ? new RetryWish.ByPolicy() : new RetryWish.Never());
        assertThat(failed.reason()).startsWith("HTTP " + status);
    }

    @Test
    void aClientErrorIsRetriedWhenTheDefinitionAsksForIt() {
        String url =
                rest.upstream(request -> request.response().setStatusCode(404).end());
        assertThat(failed(rest.call(url, "{'_retryOn':[409,404]}")).retry()).isEqualTo(new RetryWish.ByPolicy());
        assertThat(failed(rest.call(url, "{'_retryOn':[409]}")).retry()).isEqualTo(new RetryWish.Never());
    }

    @Test
    void aFailureKeepsStatusHeadersAndBodyAndItsReasonShowsTheBeginningOfTheBody() {
        String url = rest.upstream(request -> request.response()
                .setStatusCode(500)
                .putHeader("content-type", "application/json")
                .putHeader("x-request-id", "r1")
                .end("{\"error\":\"" + "é".repeat(2_000) + "\"}"));
        var failed = failed(rest.call(url + "/x", "{'_method':'POST'}"));
        assertThat(failed.output().path("_statusCode").asInt()).isEqualTo(500);
        assertThat(failed.output().at("/_headers/x-request-id").asText()).isEqualTo("r1");
        assertThat(failed.output().at("/_body/error").asText()).hasSize(2_000);
        assertThat(failed.reason())
                .startsWith("HTTP 500 Internal Server Error from POST " + url + "/x: {\"error\":\"é")
                .hasSizeLessThan(700);
    }

    @Test
    void aSecretThatTheUpstreamRepeatsIsMaskedInTheReason() {
        String url = rest.upstream(
                request -> request.response().setStatusCode(403).end("bad " + request.getHeader("authorization")));
        var failed = failed(rest.call(url, "{}", "{'_type':'Bearer','_params':{'_token':'t0ps3cret'}}"));
        assertThat(failed.reason()).contains("bad Bearer ***").doesNotContain("t0ps3cret");
    }

    @Test
    void aSecretThatIsCutOffWithTheReasonLeavesNothingOfItself() {
        String url = rest.upstream(request -> request.response()
                .setStatusCode(403)
                .end("x".repeat(490) + " " + request.getHeader("authorization").substring("Bearer ".length())));
        var failed = failed(rest.call(url, "{}", "{'_type':'Bearer','_params':{'_token':'t0ps3cret-and-long'}}"));
        assertThat(failed.reason()).contains("x ***").doesNotContain("t0ps");
    }

    @ParameterizedTest
    @CsvSource({
        "429, 7, 7",
        "503, '  120 ', 120",
        "429, 999999999, 3600",
        "429, 99999999999999999999999, 3600",
        "503, 'Thu, 01 Jan 2026 00:01:30 GMT', 90",
        "503, 'Wed, 31 Dec 2025 23:00:00 GMT', 0",
        "429, soon, 0",
        "429, -5, 0",
        "500, 3, 3"
    })
    void retryAfterDelaysTheNextAttempt(int status, String header, long seconds) {
        rest.use(ExchangeSettings.DEFAULTS, () -> Instant.parse("2026-01-01T00:00:00Z"));
        String url = rest.upstream(request -> request.response()
                .setStatusCode(status)
                .putHeader("retry-after", header)
                .end());
        RetryWish expected =
                seconds == 0 ? new RetryWish.ByPolicy() : new RetryWish.NotBefore(Duration.ofSeconds(seconds));
        assertThat(failed(rest.get(url)).retry()).isEqualTo(expected);
    }

    @Test
    void aRedirectIsFollowedAndKeepsTheMethodOnlyWhenItMay() {
        List<String> seen = new CopyOnWriteArrayList<>();
        String url = rest.upstream(request -> {
            seen.add(request.method() + " " + request.uri() + " " + request.getHeader("authorization"));
            switch (request.path()) {
                case "/a" ->
                    request.response()
                            .setStatusCode(307)
                            .putHeader("location", "b?x=1")
                            .end();
                case "/b" ->
                    request.response()
                            .setStatusCode(303)
                            .putHeader("location", "/c")
                            .end();
                default -> request.response().end("there");
            }
        });
        var done = completed(rest.call(
                url + "/a", "{'_method':'POST','_body':{'a':1}}", "{'_type':'Bearer','_params':{'_token':'t'}}"));
        assertThat(done.output().path("_body").asText()).isEqualTo("there");
        assertThat(seen).containsExactly("POST /a Bearer t", "POST /b?x=1 Bearer t", "GET /c Bearer t");
    }

    @Test
    void anotherHostDoesNotGetTheCredentials() {
        List<String> seen = new CopyOnWriteArrayList<>();
        String other = rest.upstream(request -> {
            seen.add(request.getHeader("authorization") + " " + request.getHeader("x-api-key") + " "
                    + request.getHeader("cookie") + " " + request.getHeader("x-plain"));
            request.response().end();
        });
        String url = rest.upstream(request -> request.response()
                .setStatusCode(302)
                .putHeader("location", other + "/")
                .end());
        completed(rest.call(
                url,
                "{'headers':{'X-Api-Key':'k','Cookie':'c','X-Plain':'p'}}",
                "{'_type':'Bearer','_params':{'_token':'t'}}"));
        assertThat(seen).containsExactly("null null null p");
    }

    @Test
    void redirectsInACircleEnd() {
        AtomicInteger requests = new AtomicInteger();
        String url = rest.upstream(request -> {
            requests.incrementAndGet();
            request.response().setStatusCode(302).putHeader("location", "/").end();
        });
        var failed = failed(rest.get(url));
        assertThat(requests).hasValue(6);
        assertThat(failed.reason()).startsWith("HTTP 302 Found (a redirect that was not followed)");
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
    }

    @Test
    void aRedirectToSomethingElseThanHttpIsNotFollowed() {
        String url = rest.upstream(request -> request.response()
                .setStatusCode(302)
                .putHeader("location", "file:///etc/passwd")
                .end());
        assertThat(failed(rest.get(url)).reason()).contains("a redirect that was not followed");
    }

    @Test
    void aKeptAliveConnectionThatTheUpstreamClosedIsNoFailure() {
        AtomicInteger onConnection = new AtomicInteger();
        int port = RestFixture.await(rest.vertx
                        .createNetServer()
                        .connectHandler(socket -> {
                            AtomicInteger requests = new AtomicInteger();
                            socket.handler(asked -> {
                                if (requests.incrementAndGet() == 1) {
                                    onConnection.incrementAndGet();
                                    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                                } else {
                                    socket.close();
                                }
                            });
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
        completed(rest.get("http://127.0.0.1:" + port));
        completed(rest.get("http://127.0.0.1:" + port));
        assertThat(onConnection).hasValue(2);
    }

    @Test
    void connectionsAreKeptAndUsedAgain() {
        AtomicInteger connections = new AtomicInteger();
        int port = RestFixture.await(rest.vertx
                        .createHttpServer()
                        .connectionHandler(connection -> connections.incrementAndGet())
                        .requestHandler(request -> request.response().end())
                        .listen(0, "127.0.0.1"))
                .actualPort();
        for (int i = 0; i < 5; i++) {
            completed(rest.get("http://127.0.0.1:" + port));
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void aCancelledExecutionEndsAndCutsItsConnection() {
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean gone = new AtomicBoolean();
        String url = rest.upstream(request -> {
            asked.set(true);
            request.connection().closeHandler(v -> gone.set(true));
        });
        var input = json("{'_auth':{'_type':'NoAuth'}}").put("_url", url);
        Future<ConnectorResult> running = rest.on(() -> Future.succeededFuture(rest.start(input)));
        Await.until("the request is there", LIMIT, asked::get);
        rest.on(() -> {
            rest.cancellation.cancel();
            return Future.succeededFuture();
        });
        failed(RestFixture.await(running));
        Await.until("the connection is closed", LIMIT, gone::get);
    }
}
