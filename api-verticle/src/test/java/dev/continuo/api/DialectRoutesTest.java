package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.identity.Role;
import dev.continuo.store.Overloaded;
import dev.continuo.store.StoreUnavailable;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dialect may bring of its own: bodies, answers and the wording of refusals, over real HTTP. */
class DialectRoutesTest {
    private static final int MAX_BODY = 1000;
    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final UUID KEY_ID = UUID.randomUUID();
    private static int port;

    /** Answers with what it was given. */
    private static final class Echo implements DialectApi {
        @Override
        public String name() {
            return "echo";
        }

        @Override
        public String root() {
            return "/echo";
        }

        @Override
        public String openApi() {
            return "{}";
        }

        @Override
        public Wording wording() {
            return new Wording() {
                @Override
                public String contentType() {
                    return "application/json";
                }

                @Override
                public ObjectNode body(Problem problem, String path) {
                    return JsonNodeFactory.instance
                            .objectNode()
                            .put("echo", problem.status())
                            .put("says", problem.detail());
                }
            };
        }

        @Override
        public List<Endpoint> endpoints(Vertx vertx) {
            return List.of(
                    Endpoint.get("/echo/names/{name}", call -> Answer.text(call.path("name"))
                            .now()),
                    Endpoint.get("/echo/names/first", call -> Answer.text("the first")
                            .now()),
                    Endpoint.json(HttpMethod.POST, "/echo/json", (call, body) -> Answer.ok(body)
                            .now()),
                    Endpoint.optionalJson(HttpMethod.POST, "/echo/optional", (call, body) -> Answer.text(
                                    body.isMissingNode() ? "nothing" : body.toString())
                            .now()),
                    Endpoint.text(
                            HttpMethod.POST, "/echo/text", (call, body) -> new Answer.Text(201, Answer.PLAIN_TEXT, body)
                                    .now()),
                    Endpoint.get("/echo/query", call -> Answer.text(call.query().texts("status") + " "
                                    + call.query().number("count", 1, 9))
                            .now()),
                    Endpoint.get("/echo/nothing", call -> Answer.nothing().now()),
                    Endpoint.get("/echo/done", call -> Answer.done()
                            .with("X-One", "1")
                            .with("X-Two", call.header("X-Given").orElse("none"))
                            .now()),
                    Endpoint.get("/echo/overloaded", call -> Future.failedFuture(new Overloaded("too much"))),
                    Endpoint.get(
                            "/echo/away",
                            call -> Future.failedFuture(new StoreUnavailable("away", new IOException("host")))));
        }
    }

    /** Below the other one's root, and for guests with a name alone. */
    private static final class Inner implements DialectApi {
        @Override
        public String name() {
            return "inner";
        }

        @Override
        public String root() {
            return "/echo/inner";
        }

        @Override
        public String openApi() {
            return "{}";
        }

        @Override
        public Authenticator authenticator() {
            return request -> Optional.ofNullable(request.getHeader("guest"))
                    .map(guest -> VERTX.timer(1, TimeUnit.MILLISECONDS).map(passed -> known(guest)))
                    .orElseGet(() -> Future.failedFuture(
                            new Refused(Problem.of(401, "Who are you?").with("WWW-Authenticate", "Guest"))));
        }

        private static Principal known(String guest) {
            if (guest.equals("in the clouds")) {
                throw new StoreUnavailable("away", new IOException("host"));
            }
            return Principal.of(UUID.fromString(guest), new Principal.Grant(KEY_ID, "guests", Role.USER));
        }

        @Override
        public List<Endpoint> endpoints(Vertx vertx) {
            return List.of(Endpoint.text(HttpMethod.POST, "/echo/inner/me", (call, body) -> Answer.text(
                            call.principal().id() + " " + call.principal().namespace() + " " + body.length())
                    .now()));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Operations operations = new Operations(List.of(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        ApiVerticle verticle = new ApiVerticle(
                new ApiSettings("127.0.0.1", 0, MAX_BODY), operations, List.of(new Echo(), new Inner()));
        VERTX.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
        port = verticle.port();
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().await(30, TimeUnit.SECONDS);
        CLIENT.close();
    }

    private static HttpResponse<String> send(String method, String path, String contentType, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "", "");
    }

    @ParameterizedTest
    @CsvSource({
        "a,            a",
        "a%2Fb,        a/b",
        "a%20b,        a b",
        "a+b,          a+b",
        "%C3%A4,       ä",
        "%25,          %",
        "a%252Fb,      a%2Fb",
        "first,        the first",
        "first%2F,     first/"
    })
    void aParameterArrivesDecodedAndCannotBreakRouting(String encoded, String name) throws Exception {
        HttpResponse<String> answer = get("/echo/names/" + encoded);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(name);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "a%0Ab"})
    void aParameterWithControlCharactersIsRefused(String encoded) throws Exception {
        assertThat(get("/echo/names/" + encoded).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "[1,2]", "\"text\"", "3", "null"})
    void anyJsonIsTakenWhereItMayBe(String body) throws Exception {
        assertThat(send("POST", "/echo/json", "application/json", body).body()).isEqualTo(body);
        assertThat(send("POST", "/echo/optional", "application/json", body).body())
                .isEqualTo(body);
    }

    @Test
    void onlyAnOptionalBodyMayBeMissing() throws Exception {
        assertThat(send("POST", "/echo/optional", "application/json", "").body())
                .isEqualTo("nothing");
        assertThat(send("POST", "/echo/optional", "", "").body()).isEqualTo("nothing");
        HttpResponse<String> refused = send("POST", "/echo/json", "application/json", "");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).isEqualTo("{\"echo\":400,\"says\":\"The body is empty; JSON is expected\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/x-www-form-urlencoded", ""})
    void textIsTakenAsItIsWhateverItIsCalled(String contentType) throws Exception {
        HttpResponse<String> answer = send("POST", "/echo/text", contentType, "{\"ä\": ");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("{\"ä\": ");
    }

    @Test
    void aQueryParameterMayBeRepeatedWhereItMayBe() throws Exception {
        assertThat(get("/echo/query?status=A&status=&status=B%20C&count=4").body())
                .isEqualTo("[A, B C] Optional[4]");
        assertThat(get("/echo/query").body()).isEqualTo("[] Optional.empty");
    }

    @Test
    void anAnswerMayBeEmptyAndHaveHeaders() throws Exception {
        assertThat(get("/echo/nothing").statusCode()).isEqualTo(204);
        HttpResponse<String> done = get("/echo/done");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).isEmpty();
        assertThat(done.headers().firstValue("content-length")).contains("0");
        assertThat(done.headers().firstValue("x-one")).contains("1");
        assertThat(done.headers().firstValue("x-two")).contains("none");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /echo/none,       404",
        "GET,  /echo,            404",
        "POST, /echo/names/a,    405",
        "GET,  /echo/overloaded, 503",
        "GET,  /echo/away,       503"
    })
    void theDialectWordsWhatIsRefusedBelowItsRoot(String method, String path, int status) throws Exception {
        HttpResponse<String> refused = send(method, path, "", "");
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.headers().firstValue("content-type")).contains("application/json");
        assertThat(refused.body()).startsWith("{\"echo\":" + status);
        assertThat(refused.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
    }

    @Test
    void theDialectWordsABodyThatIsTooLarge() throws Exception {
        HttpResponse<String> refused = send("POST", "/echo/text", "text/plain", "x".repeat(MAX_BODY + 1));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).startsWith("{\"echo\":413");
    }

    @Test
    void aPathThatOnlyBeginsLikeTheRootIsNotTheDialects() throws Exception {
        assertThat(get("/echoes").headers().firstValue("content-type")).contains(Problem.CONTENT_TYPE);
    }

    @Test
    void eachDialectLetsInWhomItKnows() throws Exception {
        UUID guest = UUID.randomUUID();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/echo/inner/me"))
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString("x".repeat(MAX_BODY)));
        HttpResponse<String> refused = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate")).contains("Guest");
        assertThat(refused.headers().firstValue("content-type")).contains(Problem.CONTENT_TYPE);
        assertThat(refused.body()).contains("Who are you?");
        HttpResponse<String> answer =
                CLIENT.send(request.header("guest", guest.toString()).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(guest + " guests " + MAX_BODY);
    }

    @Test
    void nobodyIsCalledUnknownWhileTheStoreIsAway() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/echo/inner/me"))
                .timeout(Duration.ofSeconds(30))
                .header("guest", "in the clouds")
                .POST(BodyPublishers.ofString("x"))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void whatIsBelowTwoRootsIsTheInnerOnes() throws Exception {
        assertThat(get("/echo/inner/none").headers().firstValue("content-type")).contains(Problem.CONTENT_TYPE);
        assertThat(get("/echo/inner/me").headers().firstValue("content-type")).contains(Problem.CONTENT_TYPE);
        assertThat(get("/echo/none").headers().firstValue("content-type")).contains("application/json");
    }

    @Test
    void theDocumentIsForEverybody() throws Exception {
        assertThat(get("/openapi/inner.json").body()).isEqualTo("{}");
    }
}
