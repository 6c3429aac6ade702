package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.store.Overloaded;
import dev.continuo.store.StoreUnavailable;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void overloadAndAnAbsentDatabaseSayWhenToTryAgain() {
        Problem overloaded = Failures.problem(new Overloaded("too much"), "POST /x");
        assertThat(overloaded.status()).isEqualTo(503);
        assertThat(overloaded.detail()).isEqualTo("too much");
        assertThat(overloaded.retryAfter()).isPresent();
        Problem away = Failures.problem(new StoreUnavailable("away", new IOException("secret-host:5432")), "POST /x");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.retryAfter()).isPresent();
        assertThat(away.detail()).doesNotContain("secret-host");
    }

    @Test
    void aMalformedQueryIsTheCallersFault() {
        assertThat(Failures.problem(new HttpException(400), "GET /x").status()).isEqualTo(400);
    }

    @Test
    void anythingElseIs500AndTellsNothingOfTheInside() {
        Problem problem = Failures.problem(new IllegalStateException("password=hunter2"), "GET /x");
        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.body("/x").toString()).doesNotContain("hunter2");
    }
}
