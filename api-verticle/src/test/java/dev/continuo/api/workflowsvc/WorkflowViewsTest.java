package dev.continuo.api.workflowsvc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.model.LogEntry;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Definitions.Audit;
import dev.continuo.store.Json;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import dev.continuo.store.RunReads.RunRow;
import dev.continuo.store.RunReads.TaskRow;
import dev.continuo.store.RunReads.TaskSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The shapes of the Tasks and Workflows pages of workflowsvc, as text: the order of the fields counts, too. */
class WorkflowViewsTest {
    private static final UUID RUN = UUID.fromString("94bcf41e-8d05-4011-a64b-d5a5164b0155");
    private static final UUID DEFINITION = UUID.fromString("824beec4-4a58-4bf8-b9df-b86172a2d5d5");
    private static final UUID TASK = UUID.fromString("f99d9656-f424-450d-b638-fbb28bc22490");
    private static final UUID REVISION = new UUID(0, 1);
    private static final String USER = "c9daff7e-b55b-41ec-aa46-d0150f3199dc";
    private static final JsonNode MISSING = MissingNode.getInstance();
    private static final RevisionFacts FACTS = RevisionFacts.of(Json.read("""
            {"_taskDefs":[{"_name":"REST_CONNECTOR","_type":"REST_CONNECTOR","_sequenceno":1}]}"""));

    @Test
    void aQueuedRunHasTheShapeOfThePage() {
        assertThat(WorkflowViews.run(run(RunStatus.RUNNING, TaskStatus.SCHEDULED, MISSING, Optional.empty()), FACTS)
                        .toString())
                .isEqualTo(page("QUEUED", "null"));
    }

    @Test
    void aPausedRunShowsItsTasksAsPaused() {
        assertThat(WorkflowViews.run(run(RunStatus.PAUSED, TaskStatus.SCHEDULED, MISSING, Optional.empty()), FACTS)
                        .toString())
                .isEqualTo(page("PAUSED", "null"));
    }

    @Test
    void whyARunFailedComesBehindThePagesFields() {
        RunRow failed = run(RunStatus.FAILED, TaskStatus.FAILED, MISSING, Optional.of("upstream said 500"));
        assertThat(WorkflowViews.run(failed, FACTS).toString())
                .endsWith("\"_output\":null,\"_reason\":\"upstream said 500\"}");
    }

    @Test
    void theTimeLimitsOfTheDefinitionAreShown() {
        RevisionFacts limited =
                RevisionFacts.of(Json.read("{\"_timeoutSeconds\":20,\"_timeoutPolicy\":\"ALERT_ONLY\"}"));
        assertThat(WorkflowViews.run(run(RunStatus.COMPLETED, TaskStatus.COMPLETED, MISSING, Optional.empty()), limited)
                        .toString())
                .contains("\"_timeoutSeconds\":20,\"_timeoutPolicy\":\"ALERT_ONLY\"");
    }

    @Test
    void aTaskHasTheShapeOfThePage() {
        TaskRow task = task(TaskStatus.SCHEDULED, 0, "{\"_url\":\"https://api.example.org/a\"}", MISSING);
        assertThat(WorkflowViews.task(task, FACTS).toString())
                .isEqualTo(
                        "{\"_id\":\"" + TASK + "\",\"_name\":\"REST_CONNECTOR\",\"_type\":\"REST_CONNECTOR\","
                                + "\"_sequenceno\":1,\"_status\":\"QUEUED\",\"_inputParams\":{\"_url\":\"https://api.example.org/a\"}}");
    }

    @Test
    void aTaskTellsItsOutputAndItsAttempts() {
        TaskRow task = task(TaskStatus.COMPLETED, 2, "{}", Json.read("{\"a\":1}"));
        assertThat(WorkflowViews.task(task, FACTS).toString())
                .endsWith("\"_inputParams\":{},\"_output\":{\"a\":1},\"_retryCount\":2}");
    }

    @Test
    void sealedSecretsAreMaskedWhereverTheyAre() {
        TaskRow task = task(
                TaskStatus.COMPLETED,
                0,
                "{\"_auth\":{\"_type\":\"Basic\",\"_password\":\"sealed:v1:k:AAAA\"}}",
                Json.read("[\"sealed:v1:k:BBBB\",\"plain\"]"));
        assertThat(WorkflowViews.task(task, FACTS).toString())
                .contains("{\"_type\":\"Basic\",\"_password\":\"***\"}")
                .contains("\"_output\":[\"***\",\"plain\"]")
                .doesNotContain("sealed");
    }

    @Test
    void logLinesCarryTheirTimeWithoutAZone() {
        LogEntry line =
                new LogEntry(TASK, Instant.parse("2026-03-10T17:26:08.999Z"), LogEntry.Level.INFO, "In TaskExecutor");
        assertThat(WorkflowViews.logLine(line).toString())
                .isEqualTo(
                        "{\"timestamp\":\"2026-03-10 17:26:08\",\"level\":\"INFO\",\"message\":\"In TaskExecutor\"}");
        assertThat(WorkflowViews.logText(List.of(line, line)))
                .isEqualTo("2026-03-10 17:26:08 INFO In TaskExecutor\n2026-03-10 17:26:08 INFO In TaskExecutor\n");
    }

    @Test
    void anEmptyPageHasTheShapeOfThePage() {
        assertThat(WorkflowViews.page(
                                new Paging(0, 10), new Listed.Page<LogEntry>(0, List.of()), WorkflowViews::logLine)
                        .toString())
                .isEqualTo("{\"_offset\":0,\"_pageSize\":10,\"_total\":0,\"_list\":[]}");
    }

    private static RunRow run(RunStatus status, TaskStatus task, JsonNode output, Optional<String> reason) {
        return new RunRow(
                RUN,
                "first_tchgt1VU",
                List.of(),
                DEFINITION,
                REVISION,
                "rest_connector_workflow",
                Optional.of("iaq_realtime_setup"),
                status,
                Json.read("{\"_url\":\"https://api.example.org/a\"}"),
                output,
                reason,
                new Audit(
                        Instant.parse("2026-02-24T02:32:22.148605220Z"),
                        Instant.parse("2026-02-24T02:32:22.148606054Z"),
                        USER,
                        USER),
                List.of(new TaskSummary(TASK, "REST_CONNECTOR", "REST_CONNECTOR", task, 0, 0, Optional.empty())));
    }

    private static TaskRow task(TaskStatus status, int attempt, String input, JsonNode output) {
        TaskSummary summary =
                new TaskSummary(TASK, "REST_CONNECTOR", "REST_CONNECTOR", status, attempt, 0, Optional.empty());
        return new TaskRow(summary, Json.read(input), output, RunStatus.RUNNING, REVISION);
    }

    private static String page(String status, String output) {
        return """
                {"_id":"94bcf41e-8d05-4011-a64b-d5a5164b0155","_workflowDefId":"824beec4-4a58-4bf8-b9df-b86172a2d5d5",\
                "_name":"rest_connector_workflow","_namespaces":["first_tchgt1VU"],"_userType":"iaq_realtime_setup",\
                "_tasks":[{"_id":"f99d9656-f424-450d-b638-fbb28bc22490","_name":"REST_CONNECTOR","_sequenceno":1,\
                "_type":"REST_CONNECTOR","_status":"%s"}],"_timeoutSeconds":null,"_timeoutPolicy":null,"_status":"%s",\
                "_createdAt":"2026-02-24T02:32:22.148605220Z","_updatedAt":"2026-02-24T02:32:22.148606054Z",\
                "_createdBy":"c9daff7e-b55b-41ec-aa46-d0150f3199dc","_updatedBy":"c9daff7e-b55b-41ec-aa46-d0150f3199dc",\
                "_inputParams":{"_url":"https://api.example.org/a"},"_output":%s}""".formatted(status, status, output);
    }
}
