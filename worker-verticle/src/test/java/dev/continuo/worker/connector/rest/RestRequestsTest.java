package dev.continuo.worker.connector.rest;

import static dev.continuo.worker.connector.rest.RestFixture.completed;
import static dev.continuo.worker.connector.rest.RestFixture.failed;
import static dev.continuo.worker.connector.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.TaskType;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent, and what a good answer becomes. */
class RestRequestsTest {
    private final RestFixture rest = new RestFixture();

    @AfterEach
    void close() {
        rest.close();
    }

    /** Answers with what it was asked. */
    private static void echo(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            var echo = json("{}").put("method", request.method().name()).put("uri", request.uri());
            request.headers().forEach((name, value) -> echo.withObject("headers")
                    .withArray(name.toLowerCase())
                    .add(value));
            echo.put("body", body.toString());
            request.response().putHeader("content-type", "application/json").end(echo.toString());
        });
    }

    private JsonNode echoed(String pathAndQuery, String args) {
        return completed(rest.call(rest.upstream(RestRequestsTest::echo) + pathAndQuery, args))
                .output()
                .path("_body");
    }

    @Test
    void numbersKeepTheirDigitsOnTheWayOutAndBack() {
        String body = "{\"price\":1.00,\"much\":1E+400,\"long\":0.1000000000000000055511151231257827}";
        JsonNode answer = completed(rest.get(rest.upstream(request -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(body))))
                .output()
                .path("_body");
        assertThat(answer.toString()).isEqualTo(body);

        var args = json("{'_method':'POST'}");
        args.set("_body", answer);
        var input = json("{'_auth':{'_type':'NoAuth'}}").put("_url", rest.upstream(RestRequestsTest::echo));
        input.set("_args", args);
        assertThat(completed(rest.execute(input)).output().at("/_body/body").asText())
                .isEqualTo(body);
    }

    @Test
    void aNumberThatNobodyCanHoldLeavesTheBodyAText() {
        String body = "{\"a\":1e99999999999}";
        JsonNode answer = completed(rest.get(rest.upstream(request -> request.response()
                        .putHeader("content-type", "application/json")
                        .end(body))))
                .output()
                .path("_body");
        assertThat(answer.textValue()).isEqualTo(body);
    }

    @Test
    void withoutArgumentsItIsAGetThatWantsJson() {
        JsonNode echo = echoed("", "{}");
        assertThat(echo.path("method").asText()).isEqualTo("GET");
        assertThat(echo.path("uri").asText()).isEqualTo("/");
        assertThat(echo.at("/headers/accept/0").asText()).startsWith("application/json");
    }

    @Test
    void queryMembersAreEncodedAndArraysRepeat() {
        JsonNode echo = echoed("/a?x=1", "{'_query':{'q':'a b&c','n':[1,2],'t':true,'none':null}}");
        assertThat(echo.path("uri").asText()).isEqualTo("/a?x=1&q=a%20b%26c&n=1&n=2&t=true");
    }

    @Test
    void headersComeFromBothPlacesAndUnderscoreWins() {
        JsonNode echo = echoed("/", "{'headers':{'X-A':'1','X-B':'1'},'_headers':{'x-b':['2','3']}}");
        assertThat(echo.at("/headers/x-a")).isEqualTo(json("{'a':['1']}").path("a"));
        assertThat(echo.at("/headers/x-b")).isEqualTo(json("{'a':['2','3']}").path("a"));
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{'_body':{'a':1}}", "application/json", "{\"a\":1}"),
                Arguments.of("{'_body':[1]}", "application/json", "[1]"),
                Arguments.of("{'_body':'raw'}", "text/plain; charset=utf-8", "raw"),
                Arguments.of("{'_body':'<a/>','_contentType':'application/xml'}", "application/xml", "<a/>"),
                Arguments.of("{'_body':'x','_headers':{'Content-Type':'a/b'}}", "a/b", "x"),
                Arguments.of(
                        "{'_body':{'a':'x y','b':[1,2]},'_contentType':'application/x-www-form-urlencoded'}",
                        "application/x-www-form-urlencoded",
                        "a=x%20y&b=1&b=2"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theBodyGoesOutAsItsTypeSays(String args, String contentType, String body) {
        var withMethod = json(args).put("_method", "post").toString();
        JsonNode echo = echoed("/", withMethod);
        assertThat(echo.path("method").asText()).isEqualTo("POST");
        assertThat(echo.at("/headers/content-type/0").asText()).isEqualTo(contentType);
        assertThat(echo.path("body").asText()).isEqualTo(body);
    }

    static Stream<Arguments> answers() {
        String bytes = new String(new byte[] {(byte) 0xff, 0, 1}, StandardCharsets.ISO_8859_1);
        return Stream.of(
                Arguments.of("application/json; charset=utf-8", "{\"a\":[1]}", "{'v':{'a':[1]}}"),
                Arguments.of("application/problem+json", "3", "{'v':3}"),
                Arguments.of("application/json", "{\"a\":", "{'v':'{\\'a\\':'}"),
                Arguments.of("text/plain; charset=iso-8859-1", "\u00e9", "{'v':'\u00e9'}"),
                Arguments.of("text/html", "<p>", "{'v':'<p>'}"),
                Arguments.of("text/plain", "{\"a\":1}", "{'v':'{\\'a\\':1}'}"),
                Arguments.of("", "{\"a\":1}", "{'v':{'a':1}}"),
                Arguments.of("", "hello", "{'v':'hello'}"),
                Arguments.of("application/json", "", "{'v':null}"),
                Arguments.of("", bytes, "{'v':{'_base64':'/wAB','_contentType':'application/octet-stream'}}"),
                Arguments.of("image/png", bytes, "{'v':{'_base64':'/wAB','_contentType':'image/png'}}"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void theAnswersTypeDecidesWhatTheBodyBecomes(String contentType, String latin1, String expected) {
        String type = contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n";
        String url = rest.rawUpstream(
                "HTTP/1.1 200 OK\r\nX-Multi: a\r\nx-multi: b\r\n" + type + "Content-Length: " + latin1.length()
                        + "\r\n\r\n" + latin1,
                socket -> {});
        JsonNode output = completed(rest.get(url)).output();
        assertThat(output.path("_statusCode").asInt()).isEqualTo(200);
        assertThat(output.at("/_headers/x-multi").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(output.path("_body")).isEqualTo(json(expected).path("v"));
    }

    @Test
    void aCompressedAnswerIsUnpacked() {
        String text = "\"" + "a".repeat(10_000) + "\"";
        int port = RestFixture.await(rest.vertx
                        .createHttpServer(new HttpServerOptions().setCompressionSupported(true))
                        .requestHandler(request -> request.response()
                                .putHeader("content-type", "application/json")
                                .end(text))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        assertThat(completed(rest.get("http://127.0.0.1:" + port))
                        .output()
                        .path("_body")
                        .asText())
                .hasSize(10_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ftp://host/x | {} | {'_type':'NoAuth'} | _url must begin with http:// or https://",
                "nothing | {} | {'_type':'NoAuth'} | _url must begin with http:// or https://",
                "http://u:p@host/ | {} | {'_type':'NoAuth'} | _url must not carry a user name",
                "http://host/a b | {} | {'_type':'NoAuth'} | _url is not a valid URL",
                "http://host:99999/ | {} | {'_type':'NoAuth'} | _url has no valid port",
                "http:///x | {} | {'_type':'NoAuth'} | _url has no valid host",
                "http://h/ | {'_method':'A B'} | {'_type':'NoAuth'} | _args._method is not an HTTP method",
                "http://h/ | {'_query':'a=1'} | {'_type':'NoAuth'} | _args._query must be an object",
                "http://h/ | {'_query':{'a':{}}} | {'_type':'NoAuth'} | _args._query.a must be a string",
                "http://h/ | {'headers':{'a b':'1'}} | {'_type':'NoAuth'} | _args.headers has a member that is no header name",
                "http://h/ | {'_headers':{'a':{}}} | {'_type':'NoAuth'} | _args._headers.a must be a string",
                "http://h/ | {'_body':{'o':{}},'_contentType':'application/x-www-form-urlencoded'} | {'_type':'NoAuth'} | _args._body.o must be a string",
                "http://h/ | {'headers':{'a':'1\\r\\nx: y'}} | {'_type':'NoAuth'} | character that a header cannot carry",
                "http://h/ | {'headers':{'Content-Length':'1'}} | {'_type':'NoAuth'} | must not set Content-Length",
                "http://h/ | {'_timeoutSeconds':601} | {'_type':'NoAuth'} | _args._timeoutSeconds must be",
                "http://h/ | {'_timeoutSeconds':0} | {'_type':'NoAuth'} | _args._timeoutSeconds must be",
                "http://h/ | {'_retryOn':404} | {'_type':'NoAuth'} | _args._retryOn must be an array",
                "http://h/ | {'_retryOn':[200]} | {'_type':'NoAuth'} | status codes from 300 to 599",
                "http://h/ | {} | {'_type':'Kerberos'} | supported are NoAuth, Basic, Bearer, OAuth2ClientCredentials",
                "http://h/ | {} | {'_type':'Basic','_params':{'_username':'u'}} | needs _params._password",
                "http://h/ | {} | {'_type':'Bearer'} | needs _params._token",
                "http://h/ | {} | {'_type':'OAuth2Password','_params':{'_tokenUrl':'x'}} | _auth._params._tokenUrl",
            })
    void anInputThatIsNoRequestFailsForGoodAndSaysWhere(String url, String args, String auth, String reason) {
        var failed = failed(rest.call(url, args, auth));
        assertThat(failed.reason()).contains(reason);
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        assertThat(rest.log.lines).containsExactly("INFO Not sent, as the input is no request");
    }

    @Test
    void theLogTellsWhatWasSentAndWhatCameBackWithoutSecrets() {
        String url = rest.upstream(request ->
                request.response().putHeader("content-type", "text/plain").end("hello"));
        rest.call(
                url + "/p?api_key=k1",
                "{'_query':{'access_token':'t0k','page':2},'headers':{'X-Api-Key':'k2'}}",
                "{'_type':'Basic','_params':{'_username':'me','_password':'pa55'}}");
        assertThat(rest.log.lines.get(0)).isEqualTo("INFO GET " + url + "/p?api_key=***&access_token=***&page=2");
        assertThat(rest.log.lines.get(1)).matches("INFO HTTP 200 OK, 5 bytes of text/plain, \\d+ ms");
        assertThat(rest.log.hidden).contains("pa55", "k2", Base64.getEncoder().encodeToString("me:pa55".getBytes()));
    }

    @Test
    void aFileDestinationIsToldToBeTheOutput() {
        String url = rest.upstream(request -> request.response().end("x"));
        var input = json("{'_auth':{'_type':'NoAuth'},'_to':'file'}").put("_url", url);
        assertThat(completed(rest.execute(input)).output().path("_body").asText())
                .isEqualTo("x");
        assertThat(rest.log.text()).contains("there is no file service");
    }

    @Test
    void theTypeIsOfferedToDefinitionsWithItsEncryptedField() {
        List<String> names = ServiceLoader.load(TaskType.class).stream()
                .map(provider -> provider.get().name())
                .toList();
        assertThat(names).contains("REST_CONNECTOR");
        JsonNode schema = new RestConnectorType().formalParams();
        assertThat(schema.at("/properties/_inputParams/properties/_auth/encrypt")
                        .asBoolean())
                .isTrue();
    }
}
