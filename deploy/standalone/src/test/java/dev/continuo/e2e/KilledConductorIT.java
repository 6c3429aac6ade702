package dev.continuo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.cli.Child;
import dev.continuo.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standalone ends in the middle of runs of the conductor dialect, whose workers poll it over HTTP. */
class KilledConductorIT {
    private static final int RUNS = 200;
    private static final int WORKERS = 8;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final String CHILD = """
            {name: 'killed-child', version: 1, schemaVersion: 2, tasks: [
              {name: 'killed-work', taskReferenceName: 'inner', type: 'SIMPLE',
               inputParameters: {n: '${workflow.input.n}'}}],
             outputParameters: {n: '${inner.output.n}'}}
            """;

    /** Each of its tasks completes exactly once in a run that goes well; others fail with their last one. */
    private static final String PARENT = """
            {name: 'killed', version: 1, schemaVersion: 2, tasks: [
              {name: 'fork', taskReferenceName: 'fork', type: 'FORK_JOIN', forkTasks: [
                [{name: 'killed-work', taskReferenceName: 'outer', type: 'SIMPLE',
                  inputParameters: {n: '${workflow.input.n}'}}],
                [{name: 'sub', taskReferenceName: 'sub', type: 'SUB_WORKFLOW',
                  inputParameters: {n: '${workflow.input.n}'},
                  subWorkflowParam: {name: 'killed-child', version: 1}}],
                [{name: 'wait', taskReferenceName: 'wait', type: 'WAIT', inputParameters: {duration: '3 seconds'}}],
                [{name: 'other', taskReferenceName: 'other', type: 'START_WORKFLOW',
                  inputParameters: {startWorkflow: {name: 'killed-child', version: 1,
                                                    input: {n: '${workflow.input.n}'}}}}]]},
              {name: 'join', taskReferenceName: 'join', type: 'JOIN'},
              {name: 'killed-work', taskReferenceName: 'last', type: 'SIMPLE',
               inputParameters: {n: '${sub.output.n}', fails: '${workflow.input.fails}'}}],
             failureWorkflow: 'killed-child',
             outputParameters: {n: '${last.output.n}'}}
            """;

    @TempDir
    private Path scratch;

    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> completed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();

    private Child launch() throws IOException {
        return new KeptStandalone(scratch).launch();
    }

    private String jdbc() throws IOException {
        return new KeptStandalone(scratch).jdbc();
    }

    /** What uses one life of the server, until it is gone or they are told to end. */
    private final class Fleet {
        private final Continuo server;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean over;

        Fleet(URI address) {
            server = new Continuo(address);
            threads.add(Thread.ofVirtual().start(this::start));
            for (int i = 0; i < WORKERS; i++) {
                threads.add(Thread.ofVirtual().start(this::work));
            }
        }

        private void start() {
            try {
                for (int n = next.getAndIncrement(); n < RUNS && !over; n = next.getAndIncrement()) {
                    ObjectNode input = Docs.object("{}").put("n", n).put("fails", fails(n));
                    Continuo.Answer answer =
                            server.trySend("POST", "/api/workflow/killed?version=1", Optional.of(input));
                    if (answer.status() == 200) {
                        acknowledged.put(answer.text(), n);
                    }
                }
            } catch (IOException e) {
                over = true;
            }
        }

        private void work() {
            try {
                while (!over) {
                    String path = "/api/tasks/poll/batch/killed-work?workerid=w&count=5&timeout=500";
                    for (JsonNode task :
                            server.trySend("GET", path, Optional.empty()).json()) {
                        report(task);
                    }
                }
            } catch (IOException e) {
                over = true;
            }
        }

        private void report(JsonNode task) throws IOException {
            ObjectNode result = Docs.object("{workerId: 'w'}");
            result.set("workflowInstanceId", task.path("workflowInstanceId"));
            result.set("taskId", task.path("taskId"));
            boolean fails = task.at("/inputData/fails").asBoolean();
            result.put("status", fails ? "FAILED_WITH_TERMINAL_ERROR" : "COMPLETED");
            result.putObject("outputData").set("n", task.at("/inputData/n"));
            if (server.trySend("POST", "/api/tasks", Optional.of(result)).status() == 200 && !fails) {
                completed.add(task.path("taskId").asText());
            }
        }

        void end() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                assertThat(thread.join(Continuo.LIMIT)).isTrue();
            }
        }
    }

    private static boolean fails(int n) {
        return n % 10 == 0;
    }

    private long count(String sql) throws SQLException, IOException {
        return Load.count(jdbc(), sql);
    }

    /** The task definition's response timeout is what brings a task back whose worker's answer was lost. */
    private static void define(Continuo server) {
        server.post(
                        "/api/metadata/taskdefs",
                        Docs.read("[{name: 'killed-work', ownerEmail: 'a@b.example', retryCount: 5,"
                                + " retryDelaySeconds: 0, responseTimeoutSeconds: 2, timeoutSeconds: 0}]"))
                .expect(200);
        server.post("/api/metadata/workflow", Docs.object(CHILD)).expect(200);
        server.post("/api/metadata/workflow", Docs.object(PARENT)).expect(200);
    }

    @Test
    void everyRunEndsOnceWithAllThatItBeganWhenItIsKilledTwice() throws Exception {
        try (Child child = launch()) {
            URI address = child.address();
            define(new Continuo(address));
            Fleet fleet = new Fleet(address);
            Await.until(
                    "in the middle of the starts, with tasks done",
                    LIMIT,
                    () -> acknowledged.size() >= RUNS / 3 && completed.size() >= RUNS / 5);
            child.kill();
            fleet.end();
        }
        try (Child child = launch()) {
            Fleet fleet = new Fleet(child.address());
            int before = completed.size();
            Await.until("in the middle of the tasks", LIMIT, () -> completed.size() >= before + RUNS);
            child.kill();
            fleet.end();
        }
        try (Child child = launch()) {
            URI address = child.address();
            Fleet fleet = new Fleet(address);
            Await.until(
                    "every start was tried and no run is open",
                    LIMIT,
                    () -> next.get() > RUNS
                            && count("SELECT count(*) FROM run WHERE status <= 1 OR due_at IS NOT NULL") == 0);
            fleet.end();
            assertEnds(new Continuo(address));
            assertNothingTwice();
            child.askToStop();
            assertThat(child.exitCode()).isZero();
        }
    }

    private void assertEnds(Continuo server) {
        assertThat(acknowledged).hasSizeGreaterThan(RUNS * 9 / 10);
        acknowledged.forEach((id, n) -> {
            JsonNode run = server.get("/api/workflow/" + id).expect(200).json();
            assertThat(run.path("status").asText())
                    .as(run.toPrettyString())
                    .isEqualTo(fails(n) ? "FAILED" : "COMPLETED");
            if (!fails(n)) {
                assertThat(run.at("/output/n").asInt(-1)).isEqualTo(n);
            }
        });
    }

    private void assertNothingTwice() throws SQLException, IOException {
        long parents = count("SELECT count(*) FROM run WHERE name = 'killed'");
        long failed = count("SELECT count(*) FROM run WHERE name = 'killed' AND status = 3");
        assertThat(count("SELECT count(*) FROM run WHERE name = 'killed-child' AND parent_run_id IS NOT NULL"))
                .as("children that are waited for")
                .isEqualTo(parents);
        assertThat(count("SELECT count(*) FROM run WHERE name = 'killed-child' AND parent_run_id IS NULL"))
                .as("runs begun by START_WORKFLOW, and one for each failure")
                .isEqualTo(parents + failed);
        assertThat(count("SELECT count(*) FROM run WHERE name = 'killed-child' AND status <> 2"))
                .isZero();
        assertThat(count("SELECT count(*) FROM task WHERE open")).isZero();
        assertThat(count("""
                        SELECT count(*) FROM (
                            SELECT run_id FROM task WHERE status = 2
                            GROUP BY run_id, ref HAVING count(*) > 1) AS twice
                        """)).as("tasks that completed twice").isZero();
        List<String> lost = new ArrayList<>();
        for (String id : completed) {
            if (count("SELECT count(*) FROM task WHERE id = '" + id + "' AND NOT open") != 1) {
                lost.add(id);
            }
        }
        assertThat(lost).as("results that were acknowledged and are not there").isEmpty();
    }
}
