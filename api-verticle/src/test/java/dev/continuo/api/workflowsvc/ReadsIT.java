package dev.continuo.api.workflowsvc;

import static dev.continuo.api.workflowsvc.ApiFixture.NS;
import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.model.LogEntry;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Ids;
import dev.continuo.store.Listed;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists, loops, attempts and logs, over rows as the engine writes them. */
@ExtendWith(BackendsExtension.class)
class ReadsIT {
    private static final UUID REVISION = Ids.next();
    private static final UUID DEFINITION = UUID.fromString("824beec4-4a58-4bf8-b9df-b86172a2d5d5");
    private static ApiFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ApiFixture(backends);
        api.sql(
                "INSERT INTO definition_revision VALUES ($1, $2, 1, $3, now())",
                REVISION,
                DEFINITION,
                "{\"_taskDefs\":[{\"_name\":\"a\",\"_type\":\"CALL\",\"_sequenceno\":1},"
                        + "{\"_name\":\"loop\",\"_type\":\"DO_WHILE\",\"_sequenceno\":2,\"_loopOver\":["
                        + "{\"_name\":\"body\",\"_type\":\"CALL\",\"_sequenceno\":7}]}]}");
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void listsFilterByStatusWords() {
        String name = "words";
        UUID queued = run(name, RunStatus.RUNNING, "2026-01-05");
        task(queued, 1, "a", TaskStatus.SCHEDULED, 0, false);
        UUID running = run(name, RunStatus.RUNNING, "2026-01-05");
        task(running, 1, "a", TaskStatus.FAILED, 0, true);
        task(running, 2, "a", TaskStatus.SCHEDULED, 1, false);
        UUID failed = run(name, RunStatus.FAILED, "2026-01-05");
        task(failed, 1, "a", TaskStatus.FAILED, 0, false);
        assertThat(ids(ns("workflows", "_name", name, "_status", "QUEUED"))).containsExactly(queued);
        assertThat(ids(ns("workflows", "_name", name, "_status", "RUNNING"))).containsExactly(running);
        assertThat(ids(ns("workflows", "_name", name, "_status", "FAILED"))).containsExactly(failed);
        assertThat(ids(ns("workflows", "_name", name, "_status", "PAUSED"))).isEmpty();
        JsonNode all = api.get(ns("workflows", "_name", name)).expect(200).json();
        assertThat(ids(ns("workflows", "_name", name))).containsExactly(failed, running, queued);
        assertThat(all.path("_list").findValuesAsText("_status"))
                .containsExactly("FAILED", "FAILED", "QUEUED", "RUNNING", "QUEUED", "QUEUED");
        assertThat(all.at("/_list/1/_tasks").size()).isOne();
    }

    @Test
    void datesAreDaysAndTheLastIsIncluded() {
        String name = "dated";
        UUID january = run(name, RunStatus.COMPLETED, "2026-01-31");
        UUID february = run(name, RunStatus.COMPLETED, "2026-02-28");
        UUID march = run(name, RunStatus.COMPLETED, "2026-03-01");
        assertThat(ids(ns("workflows", "_name", name, "startDate", "2026-02-01", "endDate", "2026-02-29")))
                .containsExactly(february);
        assertThat(ids(ns("workflows", "_name", name, "startDate", "2026-02-28")))
                .containsExactly(march, february);
        assertThat(ids(ns("workflows", "_name", name, "enddate", "2026-02-27"))).containsExactly(january);
    }

    @Test
    void listsSortAndPageAndFilterByDefinition() {
        String name = "sorted";
        UUID first = run(name + "_B", RunStatus.COMPLETED, "2026-01-03");
        UUID second = run(name + "_A", RunStatus.COMPLETED, "2026-01-02");
        UUID third = run(name + "_C", RunStatus.COMPLETED, "2026-01-01");
        assertThat(ids(ns("workflows", "_name", name, "sort", "{\"_name\":1}"))).containsExactly(second, first, third);
        assertThat(ids(ns("workflows", "_name", name, "sort", "{\"_createdAt\":1,\"_name\":1}")))
                .containsExactly(third, second, first);
        assertThat(ids(ns("workflows", "_name", name, "_offset", "1", "_pageSize", "1")))
                .containsExactly(second);
        assertThat(ids(ns("workflows", "_name", name, "_offset", "3"))).isEmpty();
        assertThat(ids(ns("workflows", "_name", name, "_defId", "824BEEC4"))).hasSize(3);
        assertThat(ids(ns("workflows", "_name", name, "_defId", "no-such"))).isEmpty();
        assertThat(api.get(ns("workflows", "_name", name, "_pageSize", "1"))
                        .json()
                        .path("_total")
                        .asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"_status,WAITING", "startDate,2026-13-01", "endDate,now", "sort,{\"_id\":1}", "_offset,100001"})
    void badFiltersAre400ThatNameThem(String parameter, String value) {
        JsonNode problem =
                api.get(ns("workflows", parameter, value)).expect(400).json();
        assertThat(problem.at("/errors/0/parameter").asText()).isEqualTo(parameter);
    }

    @Test
    void aRunOfTwoNamespacesIsListedInBoth() {
        UUID shared = run("shared", RunStatus.COMPLETED, "2026-01-01");
        api.sql("UPDATE run SET shared_with = ARRAY['partner_ns'] WHERE id = $1", shared);
        assertThat(ids("workflows?nsfilter=partner_ns")).containsExactly(shared);
        assertThat(ids(ns("workflows", "_name", "shared"))).containsExactly(shared);
        assertThat(api.get("workflows/" + shared + "?nsfilter=partner_ns")
                        .expect(200)
                        .json()
                        .path("_namespaces")
                        .toString())
                .isEqualTo("[\"" + NS + "\",\"partner_ns\"]");
        assertThat(ids("workflows?nsfilter=stranger_ns")).isEmpty();
    }

    @Test
    void theTasksOfLoopBodiesAreHiddenUnlessAskedFor() {
        UUID run = run("looping", RunStatus.RUNNING, "2026-01-01");
        task(run, 1, "a", TaskStatus.COMPLETED, 0, false);
        UUID loop = task(run, 2, "loop", "DO_WHILE", TaskStatus.IN_PROGRESS, 0, false, 0, null);
        UUID pass1 = task(run, 3, "body", "CALL", TaskStatus.COMPLETED, 0, false, 1, loop);
        task(run, 4, "body", "CALL", TaskStatus.FAILED, 0, true, 2, loop);
        UUID pass2 = task(run, 5, "body", "CALL", TaskStatus.SCHEDULED, 1, false, 2, loop);
        assertThat(api.get(ns("workflows/" + run)).json().path("_tasks").findValuesAsText("_name"))
                .containsExactly("a", "loop");
        JsonNode tasks = api.get(ns("workflows/" + run, "_includeLoopOverTasks", "true"))
                .json()
                .path("_tasks");
        assertThat(tasks.findValuesAsText("_name")).containsExactly("a", "loop", "body", "body");
        assertThat(tasks.findValuesAsText("_iteration")).containsExactly("1", "2");
        assertThat(tasks.findValuesAsText("_sequenceno")).containsExactly("1", "2", "7", "7");

        for (String path : List.of(
                "workflows/%s/tasks/%s", "workflow/%s/task/%s", "workflows/%s/task/%s", "workflow/%s/tasks/%s")) {
            JsonNode page = api.get(ns(path.formatted(run, loop) + "/loopovertasks"))
                    .expect(200)
                    .json();
            assertThat(page.path("_total").asInt()).isEqualTo(2);
            assertThat(page.path("_list").findValuesAsText("_id")).containsExactly(pass1.toString(), pass2.toString());
        }
        assertThat(api.get(ns(
                                "workflows/" + run + "/tasks/" + loop + "/loopovertasks",
                                "_offset",
                                "1",
                                "_pageSize",
                                "1"))
                        .json()
                        .path("_list")
                        .findValuesAsText("_id"))
                .containsExactly(pass2.toString());
        assertThat(api.get(ns("workflows/" + run + "/tasks/" + pass1 + "/loopovertasks"))
                        .expect(200)
                        .text())
                .isEqualTo("{\"_offset\":0,\"_pageSize\":10,\"_total\":0,\"_list\":[]}");
    }

    @Test
    void aLogHoldsTheLinesOfEarlierAttempts() {
        UUID run = run("logging", RunStatus.RUNNING, "2026-01-01");
        UUID first = task(run, 1, "a", TaskStatus.FAILED, 0, true);
        UUID second = task(run, 2, "a", TaskStatus.IN_PROGRESS, 1, false);
        api.sql("UPDATE task SET retry_of = $1 WHERE id = $2", first, second);
        log(first, LogEntry.Level.WARN, "it failed");
        log(second, LogEntry.Level.INFO, "once more");
        String path = "workflows/" + run + "/tasks/" + second + "/logs";
        assertThat(api.get(ns(path)).expect(200).text())
                .isEqualTo("{\"_offset\":0,\"_pageSize\":10,\"_total\":2,\"_list\":["
                        + "{\"timestamp\":\"2026-03-10 17:26:08\",\"level\":\"WARN\",\"message\":\"it failed\"},"
                        + "{\"timestamp\":\"2026-03-10 17:26:08\",\"level\":\"INFO\",\"message\":\"once more\"}]}");
        Response plain = api.get(ns(path, "plainText", "true")).expect(200);
        assertThat(plain.header("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(plain.text()).isEqualTo("2026-03-10 17:26:08 WARN it failed\n2026-03-10 17:26:08 INFO once more\n");
        assertThat(api.get(ns(path, "_offset", "1")).json().path("_list").size())
                .isOne();
        api.get(ns(path, "plainText", "perhaps")).expect(400);
    }

    @Test
    void aPageThatWouldCarryTooMuchIsRefusedAndASmallerOneIsNot() {
        String name = "heavy";
        String payload = "{\"p\":\"" + "x".repeat(9 << 20) + "\"}";
        for (int i = 0; i < 4; i++) {
            UUID id = run(name, RunStatus.COMPLETED, "2026-01-01");
            api.sql("UPDATE run SET output = $2 WHERE id = $1", id, payload);
        }
        assertThat(4L * payload.length()).isGreaterThan(Listed.MAX_PAGE_BYTES);
        assertThat(api.get(ns("workflows", "_name", name))
                        .expect(400)
                        .json()
                        .path("detail")
                        .asText())
                .contains("_pageSize");
        assertThat(ids(ns("workflows", "_name", name, "_pageSize", "2"))).hasSize(2);
    }

    private static UUID run(String name, RunStatus status, String day) {
        UUID id = Ids.next();
        OffsetDateTime at = Instant.parse(day + "T23:59:59Z").atOffset(ZoneOffset.UTC);
        api.sql("""
                INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq,
                                 priority, input, variables, created_at, updated_at, created_by, updated_by)
                VALUES ($1, $2, 1, $3, $4, $5, $6, 1, 1, 0, '{}', '{}', $7, $7, 'tester', 'tester')
                """, id, NS, DEFINITION, REVISION, name, status.code(), at);
        return id;
    }

    private static UUID task(UUID run, int seq, String ref, TaskStatus status, int attempt, boolean retried) {
        return task(run, seq, ref, "CALL", status, attempt, retried, 0, null);
    }

    private static UUID task(
            UUID run,
            int seq,
            String ref,
            String type,
            TaskStatus status,
            int attempt,
            boolean retried,
            int pass,
            UUID parent) {
        UUID id = Ids.next();
        api.sql("""
                INSERT INTO task (id, run_id, seq, node, ref, type, parent_id, iteration, attempt, retried, status, open,
                                  due_kind, due_at, priority, lease_ms, input, scheduled_at, updated_at)
                VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $10 <= 1, 2, now() + interval '1 day', 0, 1000,
                        '{}', now(), now())
                """, id, run, seq, ref, type, parent, pass, attempt, retried, status.code());
        return id;
    }

    private static void log(UUID task, LogEntry.Level level, String message) {
        OffsetDateTime at = Instant.parse("2026-03-10T17:26:08Z").atOffset(ZoneOffset.UTC);
        api.sql(
                "INSERT INTO task_log (task_id, at, level, message) VALUES ($1, $2, $3, $4)",
                task,
                at,
                level.code(),
                message);
    }

    private static List<UUID> ids(String path) {
        JsonNode list = api.get(path).expect(200).json().path("_list");
        return StreamSupport.stream(list.spliterator(), false)
                .map(run -> UUID.fromString(run.path("_id").asText()))
                .toList();
    }
}
