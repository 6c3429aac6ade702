package dev.continuo.worker.connector.http;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.script.SandboxLimits;
import dev.continuo.script.ScriptEngine;
import dev.continuo.script.ScriptPool;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpPollTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ConnectorFixture http = new ConnectorFixture();
    private final AtomicInteger asked = new AtomicInteger();
    private final ScriptEngine engine = new ScriptEngine(SandboxLimits.DEFAULT);
    private final ScriptPool pool = new ScriptPool(engine, new ScriptPool.Settings(1, 10));

    @BeforeEach
    void open() {
        http.use(() -> {
            HttpTools tools =
                    HttpTools.of(http.vertx, ExchangeSettings.DEFAULTS, new Receiving(1 << 20), InstantSource.system());
            return new HttpPollConnector(tools, pool, Duration.ofSeconds(20));
        });
    }

    @AfterEach
    void close() {
        http.close();
        pool.close();
        engine.close();
    }

    /** Answers {@code {"n": 1}}, {@code {"n": 2}} and so on. */
    private String counting() {
        return http.upstream(request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"n\":" + asked.incrementAndGet() + "}"));
    }

    private ConnectorResult poll(String uri, String terms) {
        return http.execute(input(uri, terms));
    }

    private static ObjectNode input(String uri, String terms) {
        ObjectNode input = json("{'enough':3}");
        ObjectNode request = json(terms).put("uri", uri);
        if (!request.has("pollingInterval")) {
            request.put("pollingInterval", "0.1");
        }
        input.set("http_request", request);
        return input;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$.output.response.body.n >= 3",
                "$.output.body.n == 3",
                "$.output.status == 200 && $.pollCount >= $.input.enough",
                "(function(){ return $.output.response.body.n > 2;})();",
                "(function(){ var n = $.output.body.n; return [n].filter(x => x > 2).length; })()",
            })
    void itAsksUntilTheConditionHolds(String condition) {
        ObjectNode input = input(counting(), "{}");
        ((ObjectNode) input.path("http_request")).put("terminationCondition", condition);
        var output = completed(http.execute(input)).output();
        assertThat(asked).hasValue(3);
        assertThat(output.at("/response/body/n").asInt()).isEqualTo(3);
        assertThat(output.path("pollCount").asInt()).isEqualTo(3);
    }

    @Test
    void withoutAConditionTheFirstSuccessIsEnough() {
        completed(poll(counting(), "{}"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void afterAsManyPollsAsMayBeItFailsWithTheLastResponse() {
        var failed = failed(poll(counting(), "{'terminationCondition':'false','maxPollCount':2}"));
        assertThat(asked).hasValue(2);
        assertThat(failed.reason()).startsWith("The condition did not hold within 2 polls");
        assertThat(failed.output().at("/response/body/n").asInt()).isEqualTo(2);
        assertThat(failed.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @ParameterizedTest
    @CsvSource({"404", "408", "429", "500", "503"})
    void aStatusThatMayPassIsWaitedOut(int status) {
        String url = http.upstream(request -> {
            boolean ready = asked.incrementAndGet() == 3;
            request.response().setStatusCode(ready ? 200 : status).end("{}");
        });
        completed(poll(url, "{'terminationCondition':'true'}"));
        assertThat(asked).hasValue(3);
    }

    @Test
    void aConnectionThatBreaksIsWaitedOut() {
        String url = http.upstream(request -> {
            if (asked.incrementAndGet() < 3) {
                request.connection().close();
            } else {
                request.response().end("{}");
            }
        });
        completed(poll(url, "{'method':'POST'}"));
        assertThat(asked).hasValue(3);
    }

    @Test
    void aStatusThatStaysWrongFailsAtOnce() {
        String url = http.upstream(request -> {
            asked.incrementAndGet();
            request.response().setStatusCode(401).end("{\"who\":1}");
        });
        var failed = failed(poll(url, "{'terminationCondition':'true'}"));
        assertThat(asked).hasValue(1);
        assertThat(failed.reason()).startsWith("HTTP 401");
        assertThat(failed.output().at("/response/body/who").asInt()).isEqualTo(1);
    }

    @Test
    void retryAfterIsAwaited() {
        String url = http.upstream(request -> {
            boolean ready = asked.incrementAndGet() == 2;
            request.response()
                    .setStatusCode(ready ? 200 : 429)
                    .putHeader("retry-after", "1")
                    .end();
        });
        completed(poll(url, "{}"));
        assertThat(http.log.text()).contains("again in 1.0 s");
    }

    @Test
    void aConditionThatThrowsFailsForGood() {
        var failed = failed(poll(counting(), "{'terminationCondition':'$.output.body.no.such.thing'}"));
        assertThat(failed.reason()).startsWith("terminationCondition: ");
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'pollingInterval':0} | pollingInterval must be a number of seconds",
                "{'pollingInterval':'often'} | pollingInterval must be a number",
                "{'pollingStrategy':'RANDOM'} | pollingStrategy must be FIXED",
                "{'maxPollCount':0} | maxPollCount must be a whole number",
            })
    void termsThatMakeNoSenseFailWithAReason(String terms, String reason) {
        assertThat(failed(poll(counting(), terms)).reason()).contains(reason);
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "FIXED, 1, 2000",
        "FIXED, 9, 2000",
        "LINEAR_BACKOFF, 1, 2000",
        "linear_backoff, 3, 6000",
        "EXPONENTIAL_BACKOFF, 1, 2000",
        "EXPONENTIAL_BACKOFF, 4, 16000",
        "EXPONENTIAL_BACKOFF, 5000, 86400000",
    })
    void pausesGrowAsTheStrategySays(String strategy, int polls, long millis) {
        PollTerms terms = PollTerms.parse(json("{'pollingInterval':2}").put("pollingStrategy", strategy));
        assertThat(terms.pauseAfter(polls)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aCancelledPollAsksNoMore() {
        ObjectNode input = input(counting(), "{'terminationCondition':'false'}");
        Future<ConnectorResult> running = http.on(() -> Future.succeededFuture(http.start(input)));
        Await.until("it has asked twice", LIMIT, () -> asked.get() >= 2);
        http.on(() -> {
            http.cancellation.cancel();
            return Future.succeededFuture();
        });
        assertThat(failed(ConnectorFixture.await(running)).reason()).isEqualTo("cancelled");
        int before = asked.get();
        // More than two intervals, in which it would have asked again.
        ConnectorFixture.await(http.vertx.timer(250));
        assertThat(asked.get()).as("one may have been under way").isLessThanOrEqualTo(before + 1);
    }
}
