package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.cli.Child;
import dev.continuo.embedded.KafkaBroker;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kafka only wakes workers up: without it nothing is lost, and work waits. */
@ExtendWith(BackendsExtension.class)
class StoppedKafkaIT {
    private static final int RUNS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /**
     * Mechanisms: a start is acknowledged when Postgres has it, and its event may get lost (here all of them do: the
     * outage lasts until the publisher has given up on them); the sweep publishes again what still waits for a worker.
     */
    @Test
    void startsAreAcceptedWhileKafkaIsAwayAndWorkResumesByItself(Backends backends, @TempDir Path scratch)
            throws Exception {
        String jdbc = Load.jdbc(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword());
        try (Upstream upstream = new Upstream();
                KafkaBroker kafka = KafkaBroker.start(scratch.resolve("kafka"))) {
            Servers servers = Servers.on(scratch, backends.pgUri(), kafka.bootstrapServers(), "outage.");
            try (Child api = servers.launch("api");
                    Child worker = servers.launch("worker")) {
                Continuo continuo = new Continuo(api.address());
                Continuo workerNode = new Continuo(worker.address());
                Load load = Load.ofPairs(upstream, RUNS);
                String underWay = continuo.start(
                        continuo.define(list(
                                rest("before", upstream.url("/hold/outage")),
                                rest("after", upstream.url("/echo/after-outage")))),
                        "{}");
                Await.until("a task is under way", LIMIT, () -> upstream.held() == 1);

                kafka.stop();
                Await.until(
                        "the outage is told",
                        LIMIT,
                        () -> continuo.get("/health/ready").status() == 503);
                load.start(continuo.define(load.tasks()), List.of(continuo)).await();
                assertThat(load.acknowledged()).isEqualTo(RUNS);
                upstream.release();
                continuo.awaitTask(underWay, "before", "COMPLETED");
                Await.until(
                        "the publishers have given up on events",
                        LIMIT,
                        () -> lost(continuo) >= RUNS && lost(workerNode) > 0);
                assertThat(upstream.callsBelow("/echo/"))
                        .as("executions without Kafka")
                        .isZero();
                assertThat(continuo.get("/health/live").status()).isEqualTo(200);

                kafka.restart();
                Load.awaitEnd(jdbc, LIMIT);
                continuo.await(underWay, "COMPLETED");
                load.assertOutputs(continuo);
                load.assertNothingCountedTwice(jdbc);
                Await.until(
                        "all is well again",
                        LIMIT,
                        () -> continuo.get("/health/ready").status() == 200);
            }
        }
    }

    private static double lost(Continuo node) {
        return node.metric("continuo_events_failed_total") + node.metric("continuo_events_dropped_total");
    }
}
