package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.cli.Child;
import dev.continuo.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standalone, with its own PostgreSQL and Kafka, ends in the middle of a thousand runs. */
class KilledStandaloneIT {
    private static final int RUNS = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Upstream upstream = new Upstream();

    @TempDir
    private Path scratch;

    @AfterEach
    void close() {
        upstream.close();
    }

    private Child launch() throws IOException {
        return new KeptStandalone(scratch).launch();
    }

    private String jdbc() throws IOException {
        return new KeptStandalone(scratch).jdbc();
    }

    /**
     * Mechanisms: a start is acknowledged when it is committed; the fence and the status of a task let one result
     * count; the sweep finds ended leases and events that were lost with the process.
     */
    @Test
    void everyAcknowledgedRunReachesItsEndAndNoResultCountsTwiceWhenItIsKilledTwice() throws Exception {
        Load load = Load.ofPairs(upstream, RUNS);
        String definition;
        try (Child child = launch()) {
            Continuo continuo = new Continuo(child.address());
            definition = continuo.define(load.tasks());
            Load.Started started = load.start(definition, List.of(continuo));
            Await.until(
                    "in the middle of the starts, with tasks done and under way",
                    LIMIT,
                    () -> load.acknowledged() >= RUNS / 3 && upstream.callsBelow("/echo/last") > 0);
            child.kill();
            started.await();
        }
        try (Child child = launch()) {
            load.start(definition, List.of(new Continuo(child.address()))).await();
            Await.until("in the middle of the tasks", LIMIT, () -> upstream.callsBelow("/echo/last") >= RUNS / 2);
            child.kill();
        }
        try (Child child = launch()) {
            Continuo continuo = new Continuo(child.address());
            Load.awaitEnd(jdbc(), LIMIT);
            assertThat(load.acknowledged()).isGreaterThan(RUNS * 9 / 10);
            load.assertOutputs(continuo);
            load.assertNothingCountedTwice(jdbc());
            child.askToStop();
            assertThat(child.exitCode()).isZero();
        }
    }

    /**
     * Mechanism: workers finish or give up what they have, lanes commit what waits, and only then the servers stop. One
     * call is never answered, so that waiting for all of them would take too long.
     */
    @Test
    void aSignalUnderLoadStopsItInFiveSecondsAndLosesNothing() throws Exception {
        Load load = Load.ofPairs(upstream, RUNS / 2);
        String definition;
        try (Child child = launch()) {
            Continuo continuo = new Continuo(child.address());
            definition = continuo.define(load.tasks());
            continuo.start(
                    continuo.define(
                            list(rest("stuck", upstream.url("/hold/stuck")), rest("last", upstream.url("/echo/on")))),
                    "{}");
            Await.until("the call that is not answered", LIMIT, () -> upstream.held() == 1);
            Load.Started started = load.start(definition, List.of(continuo));
            Await.until(
                    "in the middle of the starts, with tasks done and under way",
                    LIMIT,
                    () -> load.acknowledged() >= RUNS / 6 && upstream.callsBelow("/echo/last") > 0);
            long began = System.nanoTime();
            child.askToStop();
            assertThat(child.exitCode()).as(Files.readString(child.errors())).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT);
            started.await();
            upstream.release();
        }
        try (Child child = launch()) {
            Continuo continuo = new Continuo(child.address());
            load.start(definition, List.of(continuo)).await();
            Load.awaitEnd(jdbc(), LIMIT);
            load.assertOutputs(continuo);
            load.assertNothingCountedTwice(jdbc());
            child.askToStop();
            assertThat(child.exitCode()).isZero();
        }
    }
}
