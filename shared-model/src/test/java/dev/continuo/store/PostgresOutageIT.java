package dev.continuo.store;

import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command;
import dev.continuo.decide.TestPlan;
import dev.continuo.definition.Plan;
import dev.continuo.embedded.PostgresServer;
import dev.continuo.embedded.PostgresServer.Options;
import dev.continuo.model.RunStatus;
import dev.continuo.testing.Await;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Postgres of its own, which crashes and comes back. */
class PostgresOutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final Plan plan = TestPlan.of(human("ask"));
    private PostgresServer postgres;
    private StoreFixture store;

    @BeforeEach
    void start() throws IOException {
        postgres = PostgresServer.start(directory, Options.durableIn(Options.userCache()));
        store = new StoreFixture(
                postgres.jdbcUrl(),
                PgConnectOptions.fromUri(postgres.uri()),
                CommitterLimits.DEFAULTS,
                StoreFixture.noScripts());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        postgres.close();
    }

    @Test
    void whatWasAcknowledgedSurvivesACrashAndTheCommitterGoesOn() throws IOException {
        List<UUID> acknowledged = new ArrayList<>();
        List<NewRun> failed = new ArrayList<>();
        CompletableFuture<Void> crash = new CompletableFuture<>();
        for (int wave = 0; failed.isEmpty(); wave++) {
            assertThat(wave).as("waves of starts before the crash shows").isLessThan(10_000);
            startMany(acknowledged, failed);
            if (wave == 5) {
                crash = CompletableFuture.runAsync(this::crash);
            }
        }
        crash.join();
        assertThat(acknowledged).isNotEmpty();
        Future<Reply> refused = store.committer.submit(new Command.Pause(acknowledged.get(0), "x"));
        Await.until("there is an answer", LIMIT, refused::isComplete);
        assertThat(refused.cause()).isInstanceOf(StoreUnavailable.class);

        postgres.restart();

        // Whether a start that failed was committed, nobody knows: sent again, it is one run in either case.
        for (NewRun run : failed) {
            Await.until("the committer works again", LIMIT, () -> answered(store.committer.start(run)));
            assertThat(store.status(run.start().runId())).isEqualTo(RunStatus.RUNNING);
        }
        for (UUID run : acknowledged) {
            store.done(store.committer.submit(new Command.Pause(run, "x")));
        }
    }

    @Test
    void anOutageThatIsOverCostsNoCommand() throws IOException {
        List<UUID> runs = IntStream.range(0, 20)
                .mapToObj(i -> store.start(plan).run().id())
                .toList();

        postgres.restart();

        for (UUID run : runs) {
            store.done(store.committer.submit(new Command.Pause(run, "x")));
        }
    }

    private void startMany(List<UUID> acknowledged, List<NewRun> failed) {
        List<NewRun> runs = IntStream.range(0, 50)
                .mapToObj(i -> store.newRun(plan, Optional.empty()))
                .toList();
        List<Future<Reply>> replies = runs.stream().map(store.committer::start).toList();
        for (int i = 0; i < runs.size(); i++) {
            Future<Reply> reply = replies.get(i);
            Await.until("there is an answer", LIMIT, reply::isComplete);
            if (reply.succeeded()) {
                acknowledged.add(store.done(reply).run().id());
            } else {
                assertThat(reply.cause()).isInstanceOf(StoreUnavailable.class);
                failed.add(runs.get(i));
            }
        }
    }

    private static boolean answered(Future<Reply> reply) {
        Await.until("there is an answer", LIMIT, reply::isComplete);
        if (reply.failed()) {
            assertThat(reply.cause()).isInstanceOf(StoreUnavailable.class);
        }
        return reply.succeeded() && await(reply) != null;
    }

    private void crash() {
        try {
            postgres.crash();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
