package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.rest;
import static dev.continuo.e2e.Docs.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.cli.Child;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker stands still for longer than its leases, as in a long pause of its machine, and then goes on. */
@ExtendWith(BackendsExtension.class)
class ZombieIT {
    private static final String SHORT = "/jobs/short";
    private static final String LONG = "/jobs/long";

    private final Map<String, LinkedBlockingQueue<HttpServerRequest>> calls =
            new ConcurrentHashMap<>(Map.of(SHORT, new LinkedBlockingQueue<>(), LONG, new LinkedBlockingQueue<>()));

    /**
     * Mechanisms: whoever gets a task next gets it with a higher fence, and only the current fence may report. A worker
     * that sees by its own clock that a lease is over does not even try, which is the case of the short lease here.
     * With the long one the zombie believes to be in time: its lease ends in Postgres, by whose clock leases go, and
     * only the fence is left to refuse its result.
     */
    @Test
    void staleResultsAreRefusedAndCountedAndTheOtherWorkersCount(Backends backends, @TempDir Path scratch)
            throws Exception {
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        try (Upstream upstream = new Upstream();
                Child api = servers.launch("api");
                Child zombie = servers.launch("worker")) {
            calls.forEach((path, queue) -> upstream.on(path, queue::add));
            Continuo continuo = new Continuo(api.address());
            Continuo zombieNode = new Continuo(zombie.address());
            String shortLease = continuo.start(continuo.define(list(rest("call", upstream.url(SHORT)))), "{}");
            String longLease = continuo.start(
                    continuo.define(list(with(rest("call", upstream.url(LONG)), "{_responseTimeoutSeconds: 600}"))),
                    "{}");
            HttpServerRequest firstShort = call(SHORT);
            HttpServerRequest firstLong = call(LONG);

            zombie.freeze();
            endLease(backends, longLease);
            try (Child other = servers.launch("worker")) {
                Continuo otherNode = new Continuo(other.address());
                HttpServerRequest secondShort = call(SHORT);
                HttpServerRequest secondLong = call(LONG);
                // The zombie finds its answers when it wakes, while the tasks are under way elsewhere.
                answer(firstShort, "zombie");
                answer(firstLong, "zombie");
                zombie.thaw();
                Await.until(
                        "the zombie's results are refused",
                        Continuo.LIMIT,
                        () -> zombieNode.metric("continuo_stale_results_total") >= 1
                                && zombieNode.metric("continuo_stale_results_total")
                                                + zombieNode.metric("continuo_worker_leases_lost_total")
                                        == 2);
                for (String run : List.of(shortLease, longLease)) {
                    assertThat(continuo.run(run).path("_status").asText()).isEqualTo("RUNNING");
                }

                answer(secondShort, "survivor");
                answer(secondLong, "survivor");
                for (String run : List.of(shortLease, longLease)) {
                    assertThat(continuo.await(run, "COMPLETED")
                                    .at("/_output/_body/by")
                                    .asText())
                            .isEqualTo("survivor");
                    assertThat(continuo.log(run, "call").lines().filter(line -> line.contains("HTTP 200")))
                            .hasSize(1);
                }
                assertThat(otherNode.metric("continuo_stale_results_total")).isZero();
                assertThat(calls.values()).as("further executions").allMatch(LinkedBlockingQueue::isEmpty);
            }
        }
    }

    private HttpServerRequest call(String path) {
        Await.until(
                "a worker calls " + path, Continuo.LIMIT, () -> !calls.get(path).isEmpty());
        return calls.get(path).remove();
    }

    /** Ends a lease now, as if its ten minutes had passed in Postgres. */
    private static void endLease(Backends backends, String run) throws Exception {
        String jdbc = Load.jdbc(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword());
        assertThat(Load.count(jdbc, """
                        UPDATE task SET due_at = clock_timestamp()
                        WHERE run_id = '%s' AND due_kind = 3 RETURNING 1
                        """.formatted(run))).isEqualTo(1);
    }

    private static void answer(HttpServerRequest request, String by) {
        request.response()
                .putHeader("content-type", "application/json")
                .end("{\"by\":\"" + by + "\"}")
                .await();
    }
}
