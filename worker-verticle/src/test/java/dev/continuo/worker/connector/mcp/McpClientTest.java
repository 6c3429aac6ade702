package dev.continuo.worker.connector.mcp;

import static dev.continuo.worker.connector.ConnectorFixture.json;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.body;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.status;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class McpClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RetryWish NEVER = new RetryWish.Never();
    private static final RetryWish BY_POLICY = new RetryWish.ByPolicy();

    private final ConnectorFixture fixture = new ConnectorFixture();
    private final FakeMcpServer server = new FakeMcpServer(fixture::upstream);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static McpSettings settings(Duration answer, Duration call, int maxBytes, int maxTools) {
        return new McpSettings(Duration.ofSeconds(5), answer, call, maxBytes, maxTools, 5, Duration.ofHours(1));
    }

    private McpConnection open(String url, String headers) {
        return open(url, headers, McpSettings.DEFAULTS);
    }

    private McpConnection open(String url, String headers, McpSettings settings) {
        return fixture.on(() -> Future.succeededFuture(
                McpClients.of(fixture.vertx, settings, new Receiving(64L << 20), () -> Instant.EPOCH)
                        .open(McpServer.of(url, json(headers), "url"), fixture.cancellation)));
    }

    private McpConnection open() {
        return open(server.url, "{}");
    }

    private List<String> names(McpConnection connection) {
        return fixture.on(connection::tools).stream().map(McpTool::name).toList();
    }

    private McpResult call(McpConnection connection, String tool, String arguments) {
        return fixture.on(() -> connection.call(tool, json(arguments)));
    }

    private McpFailure failure(McpConnection connection) {
        return fixture.on(() -> connection
                .tools()
                .<McpFailure>map(tools -> {
                    throw new AssertionError("listed " + tools);
                })
                .recover(failure -> failure instanceof McpFailure known
                        ? Future.succeededFuture(known)
                        : Future.failedFuture(failure)));
    }

    private McpFailure callFailure(McpConnection connection, String tool) {
        return fixture.on(() -> connection
                .call(tool, json("{}"))
                .<McpFailure>map(result -> {
                    throw new AssertionError("called: " + result);
                })
                .recover(failure -> failure instanceof McpFailure known
                        ? Future.succeededFuture(known)
                        : Future.failedFuture(failure)));
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void toolsAreListedAndCalledInOneSession(boolean events, boolean stateless) {
        if (events) {
            server.withEvents();
        }
        if (stateless) {
            server.withoutSessions();
        }
        server.tool("echo", arguments -> text("got " + arguments));
        McpConnection connection = open();
        assertThat(fixture.on(connection::tools))
                .containsExactly(new McpTool("echo", "Does echo", json("{'type':'object','properties':{}}")));
        McpResult result = call(connection, "echo", "{'n':1.5,'big':123456789012345678901234567890,'list':[null]}");
        assertThat(result.isError()).isFalse();
        assertThat(result.text()).isEqualTo("got {\"n\":1.5,\"big\":123456789012345678901234567890,\"list\":[null]}");
        assertThat(server.methods().stream().filter(method -> !method.equals("response")))
                .containsExactly("initialize", "notifications/initialized", "tools/list", "tools/call");
        JsonNode params = server.seen("initialize").getFirst().message().path("params");
        assertThat(params.path("protocolVersion").asText()).isEqualTo("2025-06-18");
        assertThat(params.at("/clientInfo/name").asText()).isEqualTo("continuo");
    }

    @Test
    void resultsComeOnTheCallersEventLoop() {
        server.tool("echo", "x");
        McpConnection connection = open();
        String caller =
                fixture.on(() -> Future.succeededFuture(Thread.currentThread().getName()));
        String thread = fixture.on(() -> connection
                .tools()
                .compose(tools -> connection.call("echo", json("{}")))
                .map(result -> Thread.currentThread().getName()));
        assertThat(thread).isEqualTo(caller);
    }

    @Test
    void aRequestOfTheServersIsAnsweredOnTheWay() {
        server.withEvents().tool("echo", "x");
        names(open());
        Await.until(
                "the pings are answered", LIMIT, () -> server.seen("response").size() >= 2);
        JsonNode pong = server.seen("response").getFirst().message();
        assertThat(pong.path("id").asText()).isEqualTo("p1");
        assertThat(pong.path("result").isObject()).isTrue();
    }

    @Test
    void aStreamThatStaysOpenBehindTheAnswerIsLeft() {
        server.lingering().tool("echo", "x");
        assertThat(names(open())).containsExactly("echo");
        Await.until("the streams are left", LIMIT, () -> server.left() == 2);
    }

    @Test
    void allPagesAreFollowed() {
        for (int i = 0; i < 5; i++) {
            server.tool("t" + i, "x");
        }
        server.pagesOf(2);
        assertThat(names(open())).containsExactly("t0", "t1", "t2", "t3", "t4");
        assertThat(server.seen("tools/list")).hasSize(3);
    }

    @Test
    void tooManyToolsAreRefused() {
        for (int i = 0; i < 5; i++) {
            server.tool("t" + i, "x");
        }
        McpFailure failure = failure(open(server.url, "{}", settings(LIMIT, LIMIT, 1 << 20, 4)));
        assertThat(failure).hasMessageContaining("lists more than 4 tools");
        assertThat(failure.retry()).isEqualTo(NEVER);
    }

    @Test
    void pagesWithoutAnEndAreRefused() {
        for (int i = 0; i < 9; i++) {
            server.tool("t" + i, "x");
        }
        server.pagesOf(1);
        McpFailure failure = failure(open(server.url, "{}", settings(LIMIT, LIMIT, 1 << 20, 100)));
        assertThat(failure).hasMessageContaining("lists more than 5 pages of tools");
        assertThat(server.seen("tools/list")).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGiantAnswerIsCutOff(boolean events) {
        if (events) {
            server.withEvents();
        }
        server.tool("giant", "x".repeat(200_000));
        McpConnection connection = open(server.url, "{}", settings(LIMIT, LIMIT, 100_000, 10));
        assertThat(names(connection)).containsExactly("giant");
        McpFailure failure = callFailure(connection, "giant");
        assertThat(failure).hasMessageContaining("longer than the limit of");
        assertThat(failure.retry()).isEqualTo(BY_POLICY);
    }

    @Test
    void thePagesOfAListTogetherAreBounded() {
        for (int i = 0; i < 4; i++) {
            server.tool("t" + i + "x".repeat(600), "x");
        }
        server.pagesOf(1);
        assertThat(failure(open(server.url, "{}", settings(LIMIT, LIMIT, 3_000, 10))))
                .hasMessageContaining("longer than the limit of");
    }

    @Test
    void aToolThatFailsIsAResult() {
        server.tool("broken", arguments -> text("it rains").put("isError", true));
        McpResult result = call(open(), "broken", "{}");
        assertThat(result.isError()).isTrue();
        assertThat(result.text()).isEqualTo("it rains");
    }

    @Test
    void allKindsOfContentArrive() {
        ObjectNode result = json("""
                {'content':[{'type':'text','text':'a'},{'type':'image','data':'AAAA','mimeType':'image/png'},
                 {'type':'resource','resource':{'uri':'file:///x','mimeType':'text/plain','text':'within'}},
                 {'type':'resource_link','uri':'file:///y','name':'y'}],'structuredContent':{'n':1}}
                """);
        server.tool("mixed", arguments -> result);
        McpResult got = call(open(), "mixed", "{}");
        assertThat(got.content()).isEqualTo(result.path("content"));
        assertThat(got.structured()).isEqualTo(json("{'n':1}"));
        assertThat(got.text()).isEqualTo("a\n[image, image/png]\nwithin\n[link to file:///y]");
    }

    @Test
    void aResultWithStructureAloneIsReadAsJson() {
        server.tool("plain", arguments -> json("{'content':[],'structuredContent':{'n':1}}"));
        assertThat(call(open(), "plain", "{}").text()).isEqualTo("{\"n\":1}");
    }

    @Test
    void anUnknownToolIsARefusalThatQuotesTheServer() {
        McpFailure failure = callFailure(open(), "nobody");
        assertThat(failure).hasMessageContaining("answered tools/call with error -32602: Unknown tool: nobody");
        assertThat(failure.isRefusal()).isTrue();
        assertThat(failure.retry()).isEqualTo(NEVER);
    }

    @Test
    void aForgottenSessionBeginsAgainOnce() {
        server.tool("echo", "x");
        McpConnection connection = open();
        names(connection);
        server.forgetSessions();
        assertThat(call(connection, "echo", "{}").text()).isEqualTo("x");
        assertThat(server.seen("initialize")).hasSize(2);
        assertThat(server.seen("tools/call"))
                .extracting(seen -> seen.headers().get("mcp-session-id"))
                .containsExactly("session-1", "session-2");
    }

    @Test
    void aServerThatForgetsEverySessionIsNotAskedForEver() {
        server.fault("tools/list", status(404, "gone")).fault("tools/list", status(404, "gone"));
        McpFailure failure = failure(open());
        assertThat(failure).hasMessageContaining("HTTP 404").hasMessageContaining("gone");
        assertThat(failure.retry()).isEqualTo(BY_POLICY);
        assertThat(server.seen("initialize")).hasSize(2);
    }

    @Test
    void aSessionIsEndedWithTheConnection() {
        server.tool("echo", "x");
        McpConnection connection = open(server.url, "{'Authorization':'Bearer abc'}");
        names(connection);
        assertThat(server.openSessions()).isEqualTo(1);
        fixture.on(() -> {
            connection.close();
            return Future.succeededFuture();
        });
        Await.until("the session is ended", LIMIT, () -> server.openSessions() == 0);
        assertThat(server.seen("DELETE").getFirst().headers().get("authorization"))
                .isEqualTo("Bearer abc");
    }

    @Test
    void headersAreSentWithEveryMessage() {
        server.tool("echo", "x");
        names(open(server.url, "{'Authorization':'Bearer abc','X-Team':7,'Content-Length':'5','Accept':'text/html'}"));
        assertThat(server.seen).isNotEmpty().allSatisfy(seen -> {
            assertThat(seen.headers().get("authorization")).isEqualTo("Bearer abc");
            assertThat(seen.headers().get("x-team")).isEqualTo("7");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "400, true",
        "401, true",
        "403, true",
        "404, true",
        "405, true",
        "302, true",
        "409, false",
        "429, false",
        "500, false",
        "503, false",
        "529, false"
    })
    void anotherStatusFailsWithWhatTheServerSaid(int status, boolean forGood) {
        server.fault("initialize", (request, message) -> request.response()
                .setStatusCode(status)
                .putHeader("location", "/other")
                .end("because"));
        McpFailure failure = failure(open());
        assertThat(failure)
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining("from POST " + server.url)
                .hasMessageContaining("because");
        assertThat(failure.retry()).isEqualTo(forGood ? NEVER : BY_POLICY);
    }

    @ParameterizedTest
    @CsvSource({"429, 7, 7", "503, 999999, 3600"})
    void retryAfterIsKept(int status, String header, long seconds) {
        server.fault("initialize", (request, message) -> request.response()
                .setStatusCode(status)
                .putHeader("retry-after", header)
                .end());
        assertThat(failure(open()).retry()).isEqualTo(new RetryWish.NotBefore(Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json  | {broken                                    | no JSON-RPC message",
                "application/json  | []                                         | no JSON-RPC message",
                "application/json  | {\"jsonrpc\":\"2.0\",\"id\":\"other\",\"result\":{}} | answered another request",
                "application/json  | ''                                         | did not answer it (HTTP 200 OK)",
                "text/html         | <p>hello</p>                               | text/html in place of JSON or events",
                "text/event-stream | 'data: {broken\n\n'                        | no JSON-RPC message",
                "text/event-stream | ': nothing\n\n'                            | ended its stream before it had answered",
            })
    void anAnswerThatIsNoneFailsWithAReason(String type, String body, String reason) {
        server.tool("echo", "x").fault("tools/list", body(type, body.replace("\\n", "\n")));
        assertThat(failure(open())).hasMessageContaining(server.url).hasMessageContaining(reason);
    }

    @Test
    void anAnswerThatIsNoResultFailsWithAReason() {
        server.fault("tools/list", (request, message) -> {
            ObjectNode answer = json("{'jsonrpc':'2.0','result':{'tools':[{'name':{}}]}}");
            answer.set("id", message.get("id"));
            request.response().putHeader("content-type", "application/json").end(answer.toString());
        });
        assertThat(failure(open())).hasMessageContaining("the answer to tools/list cannot be understood");
    }

    @Test
    void aServerWithoutToolsSaysSo() {
        server.fault("initialize", (request, message) -> {
            ObjectNode answer = json("{'jsonrpc':'2.0','result':{'protocolVersion':'2025-03-26','capabilities':{},"
                    + "'serverInfo':{'name':'x','version':'1'}}}");
            answer.set("id", message.get("id"));
            request.response().putHeader("content-type", "application/json").end(answer.toString());
        });
        server.withoutSessions();
        McpFailure failure = failure(open());
        assertThat(failure).hasMessageContaining("offers no tools");
        assertThat(failure.retry()).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionThatBreaksInTheMiddleOfAnAnswerFails(boolean events) {
        server.fault("tools/list", (request, message) -> {
            request.response()
                    .setChunked(true)
                    .putHeader("content-type", events ? "text/event-stream" : "application/json")
                    .write(events ? "data: {\"jsonrpc\"" : "{\"jsonrpc\"")
                    .onSuccess(v -> request.connection().close());
        });
        McpFailure failure = failure(open());
        assertThat(failure).hasMessageContaining("was closed before the response was complete");
        assertThat(failure.retry()).isEqualTo(BY_POLICY);
    }

    @Test
    void aServerThatHangsIsCutOff() {
        AtomicBoolean gone = new AtomicBoolean();
        server.fault("tools/call", (request, message) -> request.connection().closeHandler(v -> gone.set(true)));
        McpFailure failure =
                callFailure(open(server.url, "{}", settings(LIMIT, Duration.ofMillis(200), 1 << 20, 10)), "slow");
        assertThat(failure).hasMessageContaining("no complete response within 0.2 s");
        assertThat(failure.retry()).isEqualTo(BY_POLICY);
        Await.until("the connection is closed", LIMIT, gone::get);
    }

    @Test
    void aStreamThatNeverEndsIsCutOffAtTheTimeLimit() {
        server.fault("tools/call", (request, message) -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            fixture.vertx.setPeriodic(20, id -> {
                if (request.response().closed()) {
                    fixture.vertx.cancelTimer(id);
                } else {
                    request.response().write(": still here\n\n");
                }
            });
        });
        assertThat(callFailure(open(server.url, "{}", settings(LIMIT, Duration.ofMillis(300), 1 << 20, 10)), "slow"))
                .hasMessageContaining("no complete response within 0.3 s");
    }

    @Test
    void aServerThatAsksTooMuchInOneAnswerIsCutOff() {
        server.fault("tools/list", (request, message) -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            request.response().write("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n".repeat(50));
        });
        assertThat(failure(open())).hasMessageContaining("made more than 20 requests of its own");
        assertThat(server.seen("response")).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aCancelledExecutionCutsWhatIsUnderWay() {
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean gone = new AtomicBoolean();
        server.fault("tools/call", (request, message) -> {
            request.connection().closeHandler(v -> gone.set(true));
            asked.set(true);
        });
        McpConnection connection = open();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        fixture.on(() -> {
            connection.call("slow", json("{}")).onFailure(failures::add);
            return Future.succeededFuture();
        });
        Await.until("the tool is called", LIMIT, asked::get);
        fixture.on(() -> {
            fixture.cancellation.cancel();
            return Future.succeededFuture();
        });
        Await.until("the call is cut", LIMIT, () -> gone.get() && !failures.isEmpty());
    }

    @Test
    void aRefusedConnectionFails() throws IOException {
        int port = ConnectorFixture.freePort();
        assertThat(failure(open("http://127.0.0.1:" + port + "/mcp", "{}")))
                .hasMessageContaining("the connection to 127.0.0.1:" + port + " was refused");
    }

    @Test
    void aRedirectWithinTheOriginKeepsTheHeaders() {
        server.tool("echo", "x").fault("initialize", redirect(307, "/moved"));
        assertThat(names(open(server.url, "{'Authorization':'Bearer abc'}"))).containsExactly("echo");
        assertThat(server.seen).allSatisfy(seen -> assertThat(seen.headers().get("authorization"))
                .isEqualTo("Bearer abc"));
    }

    @Test
    void aRedirectToAnotherOriginDoesNotCarryTheHeaders() {
        List<MultiMap> received = new CopyOnWriteArrayList<>();
        String other = fixture.upstream(request -> {
            received.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response().setStatusCode(401).end();
        });
        server.fault("initialize", redirect(308, other + "/mcp"));
        McpFailure failure = failure(open(server.url, "{'Authorization':'Bearer abc','X-Team':'blue'}"));
        assertThat(failure)
                .hasMessageContaining("HTTP 401")
                .hasMessageContaining("redirected to another origin, which is not sent the headers");
        assertThat(received).singleElement().satisfies(headers -> {
            assertThat(headers.contains("authorization")).isFalse();
            assertThat(headers.contains("x-team")).isFalse();
            assertThat(headers.get("content-type")).isEqualTo("application/json");
        });
    }

    @Test
    void aCircleOfRedirectsEnds() {
        String circle = fixture.upstream(request -> request.response()
                .setStatusCode(307)
                .putHeader("location", "/again")
                .end());
        assertThat(failure(open(circle + "/mcp", "{}"))).hasMessageContaining("HTTP 307");
    }

    @Test
    void bytesOfOneCharacterMayComeApart() {
        server.fault("tools/call", (request, message) -> {
            ObjectNode answer = json("{'jsonrpc':'2.0'}");
            answer.set("id", message.get("id"));
            answer.set("result", text("Zürich"));
            Buffer bytes = Buffer.buffer("data: " + answer + "\n\n");
            int middle = bytes.toString("ISO-8859-1").indexOf("rich") - 1;
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            request.response().write(bytes.slice(0, middle));
            request.connection();
            fixture.vertx.runOnContext(v -> request.response().end(bytes.slice(middle, bytes.length())));
        });
        assertThat(call(open(), "city", "{}").text()).isEqualTo("Zürich");
    }

    private static BiConsumer<HttpServerRequest, JsonNode> redirect(int status, String location) {
        return (request, message) -> request.response()
                .setStatusCode(status)
                .putHeader("location", location)
                .end();
    }
}
