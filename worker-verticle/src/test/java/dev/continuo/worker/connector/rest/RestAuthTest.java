package dev.continuo.worker.connector.rest;

import static dev.continuo.worker.connector.rest.RestFixture.completed;
import static dev.continuo.worker.connector.rest.RestFixture.failed;
import static dev.continuo.worker.connector.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestAuthTest {
    private final RestFixture rest = new RestFixture();
    private final AtomicInteger granted = new AtomicInteger();
    private final List<String> tokenRequests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        rest.close();
    }

    private void upstream(HttpServerRequest request) {
        authorizations.add(String.valueOf(request.getHeader("authorization")));
        request.response().end("ok");
    }

    /** Grants token-1, token-2 and so on. */
    private String tokenServer(String expiresIn) {
        return rest.upstream(request -> request.body().onSuccess(body -> {
            tokenRequests.add(String.valueOf(request.getHeader("authorization")) + " " + body);
            request.response()
                    .putHeader("content-type", "application/json")
                    .end("{\"access_token\":\"token-" + granted.incrementAndGet() + "\"" + expiresIn + "}");
        }));
    }

    private static String credentials(String tokenUrl, String more) {
        return "{'_type':'OAuth2ClientCredentials','_params':{'_tokenUrl':'" + tokenUrl
                + "','_clientId':'id','_clientSecret':'s3cret'" + more + "}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'_type':'NoAuth'} | null",
                "{'_type':'Basic','_params':{'_username':'Aladdin','_password':'open sesame'}} "
                        + "| Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "{'_type':'Basic','_username':'Aladdin','_password':'open sesame'} | Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                "{'_type':'Bearer','_params':{'_token':'abc'}} | Bearer abc",
                "{'_type':'Bearer','_token':'abc'} | Bearer abc",
            })
    void theSchemeMakesTheHeader(String auth, String header) {
        completed(rest.call(rest.upstream(this::upstream), "{}", auth));
        assertThat(authorizations).containsExactly(header);
    }

    @Test
    void clientCredentialsGetATokenOnceAndUseItAgain() {
        String url = rest.upstream(this::upstream);
        String auth = credentials(tokenServer(",\"expires_in\":3600"), ",'_scope':'read write'");
        completed(rest.call(url, "{}", auth));
        completed(rest.call(url, "{}", auth));
        String basic = "Basic " + Base64.getEncoder().encodeToString("id:s3cret".getBytes());
        assertThat(tokenRequests).containsExactly(basic + " grant_type=client_credentials&scope=read+write");
        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-1");
        assertThat(rest.log.hidden).contains("s3cret", "token-1");
    }

    @Test
    void theClientShowsItselfInTheBodyWhenAsked() {
        String auth = credentials(tokenServer(""), ",'_clientAuth':'body'");
        completed(rest.call(rest.upstream(this::upstream), "{}", auth));
        assertThat(tokenRequests)
                .containsExactly("null grant_type=client_credentials&client_id=id&client_secret=s3cret");
    }

    @Test
    void thePasswordGrantSendsTheUser() {
        String auth = "{'_type':'OAuth2Password','_params':{'_tokenUrl':'" + tokenServer("")
                + "','_clientId':'app','_username':'me','_password':'p w'}}";
        completed(rest.call(rest.upstream(this::upstream), "{}", auth));
        assertThat(tokenRequests).containsExactly("null grant_type=password&username=me&password=p+w&client_id=app");
    }

    @Test
    void aTokenIsRenewedShortlyBeforeItExpires() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        rest.use(ExchangeSettings.DEFAULTS, now::get);
        String url = rest.upstream(this::upstream);
        String auth = credentials(tokenServer(",\"expires_in\":600"), "");
        rest.call(url, "{}", auth);
        now.updateAndGet(time -> time.plus(Duration.ofSeconds(569)));
        rest.call(url, "{}", auth);
        now.updateAndGet(time -> time.plus(Duration.ofSeconds(2)));
        rest.call(url, "{}", auth);
        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    @Test
    void callsAtTheSameTimeWaitForOneToken() {
        var input = json("{}").put("_url", rest.upstream(this::upstream));
        input.set("_auth", json(credentials(tokenServer(""), "")));
        rest.on(() -> {
            List<Future<ConnectorResult>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(rest.start(input));
            }
            return Future.all(calls);
        });
        assertThat(authorizations).hasSize(20).containsOnly("Bearer token-1");
        assertThat(tokenRequests).hasSize(1);
    }

    @Test
    void noMoreTokensAreKeptThanTheLimit() {
        rest.use(
                new ExchangeSettings(1000, 1000, 5, 5, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 1),
                Instant::now);
        String url = rest.upstream(this::upstream);
        String tokens = tokenServer("");
        rest.call(url, "{}", credentials(tokens, ",'_scope':'a'"));
        rest.call(url, "{}", credentials(tokens, ",'_scope':'b'"));
        rest.call(url, "{}", credentials(tokens, ",'_scope':'a'"));
        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-2", "Bearer token-3");
    }

    @Test
    void aRefusedTokenIsReplacedAndTriedOnceMore() {
        String url = rest.upstream(request -> {
            String header = request.getHeader("authorization");
            authorizations.add(header);
            request.response()
                    .setStatusCode(header.equals("Bearer token-1") ? 401 : 200)
                    .end();
        });
        completed(rest.call(url, "{}", credentials(tokenServer(""), "")));
        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-2");
    }

    @Test
    void aSecondRefusalIsTheAnswer() {
        String url = rest.upstream(request -> {
            authorizations.add(request.getHeader("authorization"));
            request.response().setStatusCode(401).end("no");
        });
        var failed = failed(rest.call(url, "{}", credentials(tokenServer(""), "")));
        assertThat(authorizations).containsExactly("Bearer token-1", "Bearer token-2");
        assertThat(failed.reason()).startsWith("HTTP 401 Unauthorized");
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
    }

    @ParameterizedTest
    @CsvSource({"400, true", "401, true", "429, false", "500, false"})
    void aTokenEndpointThatRefusesIsNamedAndItsStatusDecidesOnRetries(int status, boolean forGood) {
        String tokens = rest.upstream(request -> request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end("{\"error\":\"invalid_client\"}"));
        var failed = failed(rest.call("http://127.0.0.1:1/", "{}", credentials(tokens, "")));
        assertThat(failed.reason()).isEqualTo("No token from " + tokens + "/: HTTP " + status + " (invalid_client)");
        assertThat(failed.retry()).isEqualTo(forGood ? new RetryWish.Never() : new RetryWish.ByPolicy());
    }

    @Test
    void aFailedTokenRequestIsNotRemembered() {
        AtomicInteger calls = new AtomicInteger();
        String tokens = rest.upstream(request -> request.response()
                .setStatusCode(calls.incrementAndGet() == 1 ? 503 : 200)
                .putHeader("content-type", "application/json")
                .end("{\"access_token\":\"t\"}"));
        String url = rest.upstream(this::upstream);
        failed(rest.call(url, "{}", credentials(tokens, "")));
        completed(rest.call(url, "{}", credentials(tokens, "")));
        assertThat(authorizations).containsExactly("Bearer t");
    }
}
