package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.cases;
import static dev.continuo.e2e.Docs.choice;
import static dev.continuo.e2e.Docs.fork;
import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.loop;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.continuo.cli.Child;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Any number of API and worker processes share the work, and any of them may decide for any run. */
@ExtendWith(BackendsExtension.class)
class ManyProcessesIT {
    private static final int RUNS = 500;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Nine completed tasks, whichever way a run goes: 1 + 1 + 3 + (1 + 2) + 1. */
    private static ArrayNode tasks(Upstream upstream) {
        String n = "?n=${workflow._inputParams.n}";
        return list(
                rest("first", upstream.url("/echo/first" + n)),
                choice(
                        "route",
                        "${first._output._body.n}",
                        cases(
                                "7",
                                list(
                                        rest("one", upstream.url("/echo/one" + n)),
                                        rest("two", upstream.url("/echo/two" + n)),
                                        rest("three", upstream.url("/echo/three" + n))),
                                "defaultCase",
                                list(fork(
                                        "both",
                                        list(rest("left", upstream.url("/echo/left" + n))),
                                        list(rest("right", upstream.url("/echo/right" + n))))))),
                loop(
                        "passes",
                        "{value: 2}",
                        "$.passes.iteration < $.value",
                        list(rest("page", upstream.url("/echo/page?n=${first._output._body.n}")))),
                rest("last", upstream.url("/echo/last?n=${page._output._body.n}")));
    }

    /**
     * Mechanism: a decision locks the run's row and reads what is newer than its cache, so that two processes that
     * decide for one run at once do so after each other. A join or a pass of a loop would be lost or doubled otherwise.
     */
    @Test
    void twoApisAndTwoWorkersFinishEveryRunOnce(Backends backends, @TempDir Path scratch) throws Exception {
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        String jdbc = Load.jdbc(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword());
        try (Upstream upstream = new Upstream();
                Child firstApi = servers.launch("api");
                Child secondApi = servers.launch("api");
                Child firstWorker = servers.launch("worker");
                Child secondWorker = servers.launch("worker")) {
            List<Continuo> apis = List.of(new Continuo(firstApi.address()), new Continuo(secondApi.address()));
            List<Continuo> workers = List.of(new Continuo(firstWorker.address()), new Continuo(secondWorker.address()));
            Load load = new Load(tasks(upstream), 9, RUNS);
            load.start(apis.get(0).define(load.tasks()), apis).await();
            assertThat(load.acknowledged()).isEqualTo(RUNS);
            Load.awaitEnd(jdbc, LIMIT);

            load.assertOutputs(apis.get(1));
            load.assertNothingCountedTwice(jdbc);
            assertThat(apis).allSatisfy(api -> assertThat(api.metric("continuo_runs_started_total"))
                    .isPositive());
            assertThat(workers)
                    .allSatisfy(worker -> assertThat(worker.metric("continuo_worker_executions_seconds_count"))
                            .isPositive());
            for (Child child : List.of(firstApi, secondApi, firstWorker, secondWorker)) {
                child.askToStop();
            }
            for (Child child : List.of(firstApi, secondApi, firstWorker, secondWorker)) {
                assertThat(child.exitCode()).isZero();
            }
        }
    }
}
