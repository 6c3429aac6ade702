package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.decide.Outcome;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchersTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final Watchers watchers = new Watchers(vertx, () -> {});
    private final UUID run = UUID.randomUUID();

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void whoComesWhileOthersLeaveIsHeard() throws InterruptedException {
        for (int round = 0; round < 300; round++) {
            List<Future<Boolean>> waiting = new ArrayList<>();
            Thread leaving = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    watchers.until(run, outcome -> true, LONG, Future.succeededFuture());
                }
            });
            for (int i = 0; i < 50; i++) {
                waiting.add(watchers.until(run, outcome -> true, LONG));
                watchers.committed(outcome());
            }
            leaving.join();
            watchers.committed(outcome());
            assertThat(waiting)
                    .allSatisfy(answer -> assertThat(answer.isComplete()).isTrue());
        }
    }

    @Test
    void aConditionThatFailsIsItsOwnersTroubleAlone() {
        Future<Boolean> broken = watchers.until(
                run,
                outcome -> {
                    throw new IllegalStateException("broken");
                },
                LONG);
        Future<Boolean> other = watchers.until(run, outcome -> true, LONG);

        watchers.committed(outcome());

        assertThat(broken.cause()).hasMessage("broken");
        assertThat(other.result()).isTrue();
    }

    private Outcome.Accepted outcome() {
        var nothing = JsonNodeFactory.instance.objectNode();
        Run.Origin origin = new Run.Origin(
                Dialect.CONDUCTOR,
                "ns",
                run,
                run,
                "w",
                nothing,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "tester");
        Instant now = Instant.EPOCH;
        Run ended = new Run(
                run,
                origin,
                RunStatus.COMPLETED,
                1,
                1,
                nothing,
                nothing,
                nothing,
                Optional.empty(),
                new Run.Times(now, now, Optional.of(now)),
                Optional.empty(),
                "tester");
        return new Outcome.Accepted(ended, List.of(), List.of(), List.of(), List.of());
    }
}
