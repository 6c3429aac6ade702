package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.ask;
import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.cli.Child;
import dev.continuo.embedded.PostgresServer;
import dev.continuo.embedded.PostgresServer.Options;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Postgres goes away under load, with a checkpoint or without, and comes back. */
@ExtendWith(BackendsExtension.class)
class StoppedPostgresIT {
    private static final int RUNS = 300;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private enum End {
        STOPPED {
            @Override
            void happen(PostgresServer postgres) throws IOException {
                postgres.stop();
            }
        },
        CRASHED {
            @Override
            void happen(PostgresServer postgres) throws IOException {
                postgres.crash();
            }
        };

        abstract void happen(PostgresServer postgres) throws IOException;
    }

    /**
     * Mechanisms: lanes and pools connect anew, results are kept and sent again as long as their leases last, and a
     * start whose commit was not confirmed is refused and not acknowledged.
     */
    @ParameterizedTest
    @EnumSource
    void requestsGetA503MeanwhileAndEverythingResumesByItself(End end, Backends backends, @TempDir Path scratch)
            throws Exception {
        try (Upstream upstream = new Upstream();
                PostgresServer postgres =
                        PostgresServer.start(scratch.resolve("postgres"), Options.durableIn(Options.userCache()))) {
            String jdbc = Load.jdbc(postgres.jdbcUrl(), postgres.user(), postgres.password());
            Servers servers = Servers.on(
                    scratch, postgres.uri(), backends.kafkaBootstrap(), backends.topicPrefix() + end.name() + ".");
            try (Child child = servers.launch("dev")) {
                Continuo continuo = new Continuo(child.address());
                Load load = Load.ofPairs(upstream, RUNS);
                String definition = continuo.define(load.tasks());
                load.start(definition, List.of(continuo)).await();
                Await.until("in the middle of the tasks", LIMIT, () -> upstream.callsBelow("/echo/last") > 0);

                end.happen(postgres);
                assertUnavailable(continuo, definition);
                postgres.restart();

                Await.until(
                        "starts are taken again",
                        LIMIT,
                        () -> starts(continuo, definition).status() == 201);
                Load.awaitEnd(jdbc, LIMIT);
                assertThat(load.acknowledged()).isEqualTo(RUNS);
                load.assertOutputs(continuo);
                load.assertNothingCountedTwice(jdbc);
                assertThat(continuo.get("/health/ready").status()).isEqualTo(200);
            }
        }
    }

    private static Continuo.Answer starts(Continuo continuo, String definition) throws IOException {
        return continuo.trySend("POST", "workflows", Optional.of(Continuo.startOf(definition, "{n: '-2'}")));
    }

    private static void assertUnavailable(Continuo continuo, String definition) throws IOException {
        List<Continuo.Answer> answers = List.of(
                starts(continuo, definition),
                continuo.get("workflows"),
                continuo.post("workflowdefs", object("{_name: 'x'}").set("_taskDefs", list(ask("a", "{b: {}}")))));
        assertThat(answers).allSatisfy(answer -> {
            answer.expect(503);
            assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(Integer.parseInt(
                            answer.headers().firstValue("retry-after").orElse("0")))
                    .isPositive();
        });
        assertThat(continuo.get("/health/ready").status()).isEqualTo(503);
        assertThat(continuo.get("/health/live").status()).isEqualTo(200);
    }
}
