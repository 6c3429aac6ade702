package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Outputs that stand for further executions (conductor: cacheConfig). */
@ExtendWith(BackendsExtension.class)
class CachedOutputsIT {
    private static ConductorFixture api;
    private static Runner runner;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
        runner = new Runner(api);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    /** A workflow of one task of this name. */
    private static String define(String task, int ttl) {
        String workflow = Runner.name("cached");
        runner.define(workflow, """
                [{"name": "%1$s", "taskReferenceName": "%1$s_ref", "type": "SIMPLE",
                  "inputParameters": {"x": "${workflow.input.x}", "y": "${workflow.input.y}"},
                  "cacheConfig": {"key": "${x}", "ttlInSecond": %2$d}}]""".formatted(task, ttl));
        return workflow;
    }

    /** What a worker gets once the task has asked. */
    private static JsonNode polled(String task) {
        Conditions.until(() ->
                api.get("tasks/queue/sizes?taskType=" + task).json().path(task).asInt() > 0);
        return runner.poll(task);
    }

    private static void ended(String run) {
        Conditions.until(() -> runner.status(run).equals("COMPLETED"));
    }

    private static void executed(String task, String run, String output) {
        runner.update(polled(task), "\"status\": \"COMPLETED\", \"outputData\": " + output)
                .expect(200);
        ended(run);
    }

    private static int kept() {
        return api.sql("SELECT count(*)::int FROM task_cache WHERE $1 <> ''", "all")
                .iterator()
                .next()
                .getInteger(0);
    }

    private static JsonNode output(String run) {
        return runner.task(runner.tasks(run).getFirst()).path("outputData");
    }

    @Test
    void aFurtherExecutionWithTheSameKeyTakesTheOutputAlsoInAnotherWorkflow() {
        String task = Runner.name("look_up");
        String workflow = define(task, 60);
        int before = kept();
        executed(task, runner.start(workflow, "{\"x\": 1, \"y\": 1}"), "{\"found\": [1, 2.50]}");
        Conditions.until(() -> kept() > before);

        for (String each : new String[] {workflow, define(task, 60)}) {
            String run = runner.start(each, "{\"x\": 1, \"y\": 2}");
            ended(run);
            assertThat(output(run).toString()).isEqualTo("{\"found\":[1,2.50]}");
            assertThat(runner.tasks(run)).hasSize(1);
        }
        api.get("tasks/poll/" + task).expect(204);
    }

    @Test
    void anotherKeyIsAnotherExecution() {
        String task = Runner.name("look_up");
        String workflow = define(task, 60);
        int before = kept();
        executed(task, runner.start(workflow, "{\"x\": 1}"), "{\"found\": 1}");
        Conditions.until(() -> kept() > before);

        String run = runner.start(workflow, "{\"x\": 2}");
        executed(task, run, "{\"found\": 2}");
        assertThat(output(run).path("found").asInt()).isEqualTo(2);
    }

    @Test
    void whatFailedIsExecutedAgainAndOnlyTheSuccessIsTakenAgain() {
        String task = Runner.name("look_up");
        runner.defineTask(task, "\"retryCount\": 1, \"retryDelaySeconds\": 0");
        String workflow = define(task, 60);
        int before = kept();
        String run = runner.start(workflow, "{\"x\": 1}");
        runner.update(polled(task), "\"status\": \"FAILED\", \"outputData\": {\"found\": 0}")
                .expect(200);
        executed(task, run, "{\"found\": 1}");
        Conditions.until(() -> kept() > before);

        String next = runner.start(workflow, "{\"x\": 1}");
        ended(next);
        assertThat(output(next).path("found").asInt()).isEqualTo(1);
    }

    @Test
    void anOutputIsForgottenWhenItsTimeIsOver() {
        String task = Runner.name("look_up");
        String workflow = define(task, 60);
        int before = kept();
        executed(task, runner.start(workflow, "{\"x\": 1}"), "{\"found\": 1}");
        Conditions.until(() -> kept() > before);
        api.sql("UPDATE task_cache SET expires_at = clock_timestamp() WHERE $1 <> ''", "all");

        String run = runner.start(workflow, "{\"x\": 1}");
        executed(task, run, "{\"found\": 2}");
        assertThat(output(run).path("found").asInt()).isEqualTo(2);
    }
}
