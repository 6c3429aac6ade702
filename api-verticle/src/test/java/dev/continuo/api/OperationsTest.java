package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OperationsTest {

    @Test
    void aCheckThatHangsOrFailsIsDown() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Promise<Boolean> never = Promise.promise();
            List<HealthCheck> checks = List.of(
                    new HealthCheck("fine", () -> Future.succeededFuture(true)),
                    new HealthCheck("hangs", never::future),
                    new HealthCheck("fails", () -> Future.failedFuture("refused")));
            Operations operations = new Operations(checks, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
            Endpoint ready = operations.endpoints(vertx, Duration.ofMillis(50)).stream()
                    .filter(endpoint -> endpoint.path().equals("/health/ready"))
                    .findFirst()
                    .orElseThrow();
            Endpoint.PlainAction action = ((Endpoint.Action.Plain) ready.action()).action();
            Answer answer = action.answer(null).await(20, TimeUnit.SECONDS);
            assertThat(answer).isInstanceOfSatisfying(Answer.Json.class, json -> {
                assertThat(json.status()).isEqualTo(503);
                assertThat(json.body().path("checks").findValuesAsText("status"))
                        .containsExactly("UP", "DOWN", "DOWN");
            });
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }
}
