package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.Run;
import dev.continuo.search.Condition;
import dev.continuo.search.Parsed;
import dev.continuo.search.QueryParser;
import dev.continuo.search.Sort;
import dev.continuo.search.SortParser;
import dev.continuo.search.Subject;
import dev.continuo.store.ConductorSearch.Hits;
import dev.continuo.store.ConductorSearch.Request;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs called r1 to r6 by their correlation ids, and one of another tenant and one of another dialect. */
@ExtendWith(BackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class ConductorSearchIT {
    private static final String NAMESPACE = "default";
    private static final String DATA =
            """
            INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq, priority,
                             correlation_id, idempotency_key, input, variables, output, reason, created_at, updated_at,
                             ended_at, created_by, updated_by, definition_version, parent_run_id, attributes, notes)
            VALUES
            (%1$s1', 'default', 2, gen_random_uuid(), %1$sd', 'order', 2, 1, 1, 0, 'r1', 'key-1',
             '{"customer":"Ann Smith","code":"A-17"}', '{}', '{"total":10}', NULL, '2026-01-01 00:00:01.000400Z',
             '2026-01-01 00:00:11Z', '2026-01-01 00:00:11Z', 'ann', 'ann', 1, NULL,
             '{"event":"kafka:orders"}', '{}'),
            (%1$s2', 'default', 2, gen_random_uuid(), gen_random_uuid(), 'order', 3, 1, 1, 5, 'r2', NULL,
             '{"customer":"Bob"}', '{}', NULL, 'no stock of 100%% _wool_', '2026-01-01 00:00:02Z', '2026-01-01 00:00:09Z',
             '2026-01-01 00:00:09Z', 'bob', 'bob', 2, NULL, '{}',
             '{"failedReferenceTaskNames":["pick","pack"],"failedTaskNames":["pick_def"]}'),
            (%1$s3', 'default', 2, gen_random_uuid(), gen_random_uuid(), 'order AND pay, (new)', 4, 1, 1, 9, 'r3', NULL,
             '{"note":"he said \\"x\\""}', '{}', NULL, 'late', '2026-01-01 00:00:03Z', '2026-01-01 00:00:20Z',
             '2026-01-01 00:00:20Z', 'ann', 'ann', 1, NULL, '{}', '{}'),
            (%1$s4', 'default', 2, gen_random_uuid(), gen_random_uuid(), 'child', 5, 1, 1, 0, 'r4', NULL, '{}', '{}', NULL,
             NULL, '2026-01-01 00:00:04Z', '2026-01-01 00:00:05Z', '2026-01-01 00:00:05Z', 'ann', 'ann', 1, %1$s1',
             '{}', '{}'),
            (%1$s5', 'default', 2, gen_random_uuid(), gen_random_uuid(), 'ship', 0, 1, 1, 0, 'r5', NULL,
             '{"customer":"ANN"}', '{}', NULL, NULL, '2026-01-01 00:00:05Z', '2026-01-01 00:00:30Z', NULL, 'bob', 'bob', 1,
             NULL, '{"event":"x","taskToDomain":{"\\u0000":"d"}}', '{}'),
            (%1$s6', 'default', 2, gen_random_uuid(), gen_random_uuid(), 'ship', 1, 1, 1, 0, 'r6', NULL, '{}', '{}', NULL,
             NULL, '2026-01-01 00:00:06Z', '2026-01-01 00:00:06Z', NULL, 'bob', 'bob', 3, NULL, '{}', '{}'),
            (%1$s7', 'other', 2, gen_random_uuid(), gen_random_uuid(), 'order', 2, 1, 1, 0, 'foreign', NULL,
             '{"customer":"Ann"}', '{}', NULL, NULL, '2026-01-01 00:00:06Z', '2026-01-01 00:00:06Z',
             '2026-01-01 00:00:06Z', 'bob', 'bob', 3, NULL, '{}', '{}'),
            (%1$s8', 'default', 1, gen_random_uuid(), gen_random_uuid(), 'order', 2, 1, 1, 0, 'svc', NULL,
             '{"customer":"Ann"}', '{}', NULL, NULL, '2026-01-01 00:00:06Z', '2026-01-01 00:00:06Z',
             '2026-01-01 00:00:06Z', 'bob', 'bob', 3, NULL, '{}', '{}');

            INSERT INTO definition_revision VALUES
            (%1$sd', gen_random_uuid(), 2, '{"name":"order","metadata":{"classifier":"shop"}}', now()),
            (%1$se', gen_random_uuid(), 2, '{"name":"\\u0000","metadata":{"classifier":"shop"}}', now());

            INSERT INTO task (id, run_id, seq, node, ref, type, iteration, attempt, retried, status, open, due_kind, priority,
                              lease_ms, worker_id, input, output, reason, scheduled_at, started_at, ended_at, updated_at,
                              name, suffix, queue)
            VALUES
            (%2$s1', %1$s1', 1, 1, 'pick', 'pick_def', 0, 0, false, 2, false, 0, 0, 1000, 'w1', '{"item":"wool"}',
             '{"found":"shelf-9"}', NULL, '2026-01-01 00:00:01Z', '2026-01-01 00:00:02Z', '2026-01-01 00:00:04Z',
             '2026-01-01 00:00:04Z', 'pick_def', '', E'pick_def\\teu'),
            (%2$s2', %1$s2', 1, 1, 'pick', 'pick_def', 0, 0, true, 4, false, 0, 0, 1000, 'w2', '{"item":"silk"}', NULL,
             'none left', '2026-01-01 00:00:02Z', '2026-01-01 00:00:03Z', '2026-01-01 00:00:04Z', '2026-01-01 00:00:04Z',
             'pick_def', '', 'pick_def'),
            (%2$s3', %1$s2', 2, 1, 'pick', 'pick_def', 0, 1, false, 6, false, 0, 0, 1000, NULL, '{"item":"silk"}', NULL,
             'slow', '2026-01-01 00:00:05Z', NULL, '2026-01-01 00:00:09Z', '2026-01-01 00:00:09Z', 'pick_def', '',
             'pick_def'),
            (%2$s4', %1$s5', 1, 1, 'call', 'HTTP', 1, 0, false, 1, true, 0, 0, 1000, NULL, '{"uri":"http://x/wool"}', NULL,
             NULL, '2026-01-01 00:00:05Z', '2026-01-01 00:00:06Z', NULL, '2026-01-01 00:00:06Z', 'get_it', '__1', NULL),
            (%2$s5', %1$s5', 2, 2, 'ask', 'HUMAN', 0, 0, false, 0, true, 0, 0, 1000, NULL, NULL, NULL, NULL,
             '2026-01-01 00:00:05Z', NULL, NULL, '2026-01-01 00:00:05Z', 'ask_def', '', NULL),
            (%2$s6', %1$s3', 1, 1, 'call', 'HTTP', 0, 0, false, 2, false, 0, 0, 1000, NULL, '{}', NULL, NULL,
             '2026-01-01 00:00:03Z', '2026-01-01 00:00:03Z', '2026-01-01 00:00:04Z', '2026-01-01 00:00:04Z', 'get_it', '',
             NULL),
            (%2$s7', %1$s7', 1, 1, 'pick', 'pick_def', 0, 0, false, 2, false, 0, 0, 1000, 'w1', '{"item":"wool"}', NULL,
             NULL, '2026-01-01 00:00:01Z', NULL, NULL, '2026-01-01 00:00:04Z', 'pick_def', '', NULL);
            """.formatted("'01890000-0000-7000-8000-00000000000", "'01890000-0000-7000-8000-0000000000a");

    private StoreFixture store;
    private ConductorSearch search;

    @BeforeAll
    void fill(Backends backends) {
        store = new StoreFixture(backends);
        search = new ConductorSearch(store.pool);
        await(store.pool.query(DATA).execute());
    }

    @AfterAll
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | r6 r5 r4 r3 r2 r1",
                "workflowId = 01890000-0000-7000-8000-000000000002 | r2",
                "workflowId IN (01890000-0000-7000-8000-000000000002, 01890000-0000-7000-8000-000000000003, nobody) | r3 r2",
                "workflowId = nobody | ``",
                "workflowId != nobody AND version = 2 | r2",
                "workflowId = '*-000000000004' | r4",
                "workflowId NOT IN (01890000-0000-7000-8000-000000000002) AND createdBy = bob | r6 r5",
                "workflowType = order | r2 r1",
                "workflowType = 'order*' | r3 r2 r1",
                "workflowType = *i* | r6 r5 r4",
                "workflowType = 'order AND pay, (new)' | r3",
                "workflowType != order | r6 r5 r4 r3",
                "workflowType IN (child, 'sh*') | r6 r5 r4",
                "workflowType NOT IN (child, ship) | r3 r2 r1",
                "workflowType < order | r4",
                "workflowType >= ship | r6 r5",
                "version = 1 | r5 r4 r3 r1",
                "version > 1 | r6 r2",
                "version >= 2 AND version <= 2 | r2",
                "version < 2 AND version != 1 | ``",
                "version IN (2, 3) | r6 r2",
                "status = RUNNING | r5",
                "status = COMPLETED | r1",
                "status = TERMINATED | r4",
                "status != COMPLETED | r6 r5 r4 r3 r2",
                "status IN (FAILED, TIMED_OUT) | r3 r2",
                "status IN (FAILED, PAUSED) | r6 r2",
                "status NOT IN (FAILED, PAUSED) | r5 r4 r3 r1",
                "correlationId = r3 | r3",
                "startTime = 1767225601000 | r1",
                "startTime > 1767225601000 AND startTime < 2026-01-01T00:00:04Z | r3 r2",
                "startTime >= 1767225601000 AND startTime <= 2026-01-01T00:00:02Z | r2 r1",
                "endTime < 2026-01-01T00:00:10Z | r4 r2",
                "endTime != 1767225605000 AND version = 1 | r5 r3 r1",
                "updateTime > 2026-01-01T00:00:15Z | r5 r3",
                "modifiedTime <= 2026-01-01T00:00:06Z | r6 r4",
                "parentWorkflowId = 01890000-0000-7000-8000-000000000001 | r4",
                "parentWorkflowId != 01890000-0000-7000-8000-000000000001 AND version = 1 | r5 r3 r1",
                "classifier = shop | r1",
                "classifier = sh* | r1",
                "classifier != shop AND version = 1 | r5 r4 r3",
                "classifier NOT IN (shop) AND version = 1 | r5 r4 r3",
                "classifier > a | r1",
                "priority >= 5 | r3 r2",
                "createdBy = ann | r4 r3 r1",
                "event = kafka:* | r1",
                "reasonForIncompletion = 'no stock of 100% _wool_' | r2",
                "reasonForIncompletion = '*100%*' | r2",
                "reasonForIncompletion = 'l_te' | ``",
                "reasonForIncompletion = '*_*' | r2",
                "failedReferenceTaskNames = pack | r2",
                "failedReferenceTaskNames = p* | r2",
                "failedReferenceTaskNames != pack AND version = 1 | r5 r4 r3 r1",
                "failedTaskNames = pick_def | r2",
                "idempotencyKey = key-1 | r1",
                "executionTime >= 9999 | r3 r1",
                "input = '*Ann Smith*' | r1",
                "input = '{\"note\":\"he said \\\"x\\\"\"}' | r3",
                "output = *total* | r1",
                "inputSize > 30 | r1",
                "outputSize = 0 AND version > 1 | r6 r2",
                "taskId = 01890000-0000-7000-8000-0000000000a4 | r5",
                "taskType = HTTP | r5 r3",
                "taskType = HTTP AND status = IN_PROGRESS | r5",
                "taskType = HUMAN AND taskStatus = IN_PROGRESS | ``",
                "taskDefName = get_it AND status = RUNNING | r5",
                "taskDefName = pick_def | r2 r1",
                "taskReferenceName = call__1 | r5",
                "taskReferenceName = call OR taskReferenceName = call__1 | r5 r3",
                "(taskType = HUMAN OR version = 2) AND createdBy = bob | r5 r2",
                "status = RUNNING OR status = PAUSED AND version = 1 | r5",
                "(status = RUNNING OR status = PAUSED) AND version = 3 | r6"
            })
    void aQueryFindsTheRunsThatMatch(String query, String expected) {
        assertThat(runs(query, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | a6 a5 a4 a3 a2 a1",
                "taskId = 01890000-0000-7000-8000-0000000000a2 | a2",
                "taskType = HTTP | a6 a4",
                "taskType = H* | a6 a5 a4",
                "taskType != HTTP | a5 a3 a2 a1",
                "taskDefName = get_it | a6 a4",
                "taskDefName IN (pick_def, ask_def) | a5 a3 a2 a1",
                "referenceTaskName = pick | a3 a2 a1",
                "status = COMPLETED | a6 a1",
                "status IN (FAILED, TIMED_OUT) | a3 a2",
                "status IN (SCHEDULED, IN_PROGRESS) | a5 a4",
                "status NOT IN (SCHEDULED, COMPLETED) | a4 a3 a2",
                "scheduledTime < 2026-01-01T00:00:03Z | a2 a1",
                "startTime > 2026-01-01T00:00:03Z | a4",
                "endTime >= 2026-01-01T00:00:09Z | a3",
                "updateTime >= 2026-01-01T00:00:05Z | a5 a4 a3",
                "reasonForIncompletion = none* | a2",
                "executionTime = 2000 | a1",
                "queueWaitTime = 1000 | a4 a2 a1",
                "input = *silk* | a3 a2",
                "output = *shelf* | a1",
                "workerId = w1 | a1",
                "domain = eu | a1",
                "retryCount > 0 | a3",
                "workflowId = 01890000-0000-7000-8000-000000000005 | a5 a4",
                "workflowType = order | a3 a2 a1",
                "workflowStatus = RUNNING | a5 a4",
                "correlationId = r3 | a6",
                "workflowPriority = 5 AND taskType = pick_def | a3 a2"
            })
    void aQueryFindsTheTasksThatMatch(String query, String expected) {
        assertThat(tasks(query, "")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "taskType = HTTP AND status = COMPLETED | r3",
                "status = FAILED | r2",
                "workflowStatus = RUNNING | r5",
                "`` | r5 r3 r2 r1"
            })
    void runsAreFoundByTheirTasks(String query, String expected) {
        Request request = request(query, Subject.TASKS, List.of(), Optional.empty(), new Paging(0, 100));
        assertThat(names(await(search.runsByTasks(NAMESPACE, request)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "startTime, r1 r2 r3 r4 r5 r6",
        "startTime:DESC, r6 r5 r4 r3 r2 r1",
        "endTime:DESC, r3 r1 r2 r4 r6 r5",
        "endTime:ASC, r4 r2 r1 r3 r5 r6",
        "updateTime:DESC, r5 r3 r1 r2 r6 r4",
        "createdBy:ASC;startTime:DESC, r4 r3 r1 r6 r5 r2",
        "createdBy:ASC;status:ASC, r1 r3 r4 r5 r6 r2",
        "status:DESC, r4 r3 r2 r1 r6 r5"
    })
    void whatIsFoundIsSorted(String order, String expected) {
        assertThat(runs("", order.replace(';', ','))).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void everyFieldCanBeSortedByBothWaysAndWithWords(Subject subject) {
        for (String name : subject.names()) {
            for (String direction : List.of(":ASC", ":DESC")) {
                if (SortParser.parse(List.of(name), subject) instanceof Parsed.Good<List<Sort>>) {
                    String plain = subject == Subject.TASKS ? tasks("", name + direction) : runs("", name + direction);
                    assertThat(plain.split(" ")).as(name).hasSize(6).doesNotHaveDuplicates();
                    String found = subject == Subject.TASKS
                            ? words("wool", name + direction, subject)
                            : words("ann", name + direction, subject);
                    assertThat(found.split(" ")).as(name).hasSize(2);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ann | r5 r1",
                "Smith ANN | r1",
                "sm* | r1",
                "a-17 | r1",
                "total | r1",
                "customer -- bob | r2",
                "nothing | ``",
                "!!! | ``",
                "ann & ! ' | r5 r1"
            })
    void freeTextFindsWordsBeforeAndAfterTheyAreKept(String text, String expected) {
        assertThat(words(text, "", Subject.WORKFLOWS)).isEqualTo(expected);
        String tasks = words("wool", "", Subject.TASKS);
        assertThat(tasks).isEqualTo("a4 a1");

        assertThat(await(new SearchProjection(store.pool).keep(100, Duration.ZERO)))
                .isLessThan(100);

        assertThat(words(text, "", Subject.WORKFLOWS)).isEqualTo(expected);
        assertThat(words("wool", "", Subject.TASKS)).isEqualTo(tasks);
        await(store.pool
                .query("TRUNCATE run_words, task_words, search_progress")
                .execute());
    }

    @Test
    void wordsAreKeptInSmallStepsUntilNothingIsLeft() {
        SearchProjection projection = new SearchProjection(store.pool);
        List<Integer> steps = new ArrayList<>();
        do {
            steps.add(await(projection.keep(3, Duration.ZERO)));
        } while (steps.getLast() > 0);
        assertThat(steps).containsExactly(3, 1, 0);
        assertThat(words("ann", "", Subject.WORKFLOWS)).isEqualTo("r5 r1");
        await(store.pool
                .query("TRUNCATE run_words, task_words, search_progress")
                .execute());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE run; --",
                "x'' OR ''1''=''1",
                "x\\'' OR true --",
                "$1",
                "%",
                "_____",
                "\\",
                "x) OR (true",
                "' UNION SELECT version() --"
            })
    void aHostileTextIsAValueAndNothingElse(String hostile) {
        String quoted = "'" + hostile.replace("'", "''") + "'";
        for (String field : Subject.WORKFLOWS.names()) {
            if (QueryParser.parse(field + " = " + quoted, Subject.WORKFLOWS) instanceof Parsed.Good<Condition>) {
                assertThat(runs(field + " = " + quoted, "")).as(field).isEmpty();
            }
        }
        assertThat(words(hostile, "", Subject.WORKFLOWS)).isEmpty();
        assertThat(runs("", "").split(" ")).hasSize(6);
    }

    @Test
    void onlyTopLevelOrOnlyOneClassifier() {
        Request all = request("", Subject.WORKFLOWS, List.of(), Optional.empty(), new Paging(0, 100));
        Request top = new Request(all.condition(), all.order(), all.freeText(), true, Optional.empty(), all.paging());
        Request shop =
                new Request(all.condition(), all.order(), all.freeText(), false, Optional.of("shop"), all.paging());
        assertThat(names(await(search.runs(NAMESPACE, top)))).isEqualTo("r6 r5 r3 r2 r1");
        assertThat(names(await(search.runs(NAMESPACE, shop)))).isEqualTo("r1");
    }

    @Test
    void pagesFitTogetherWhileRunsAreAdded() {
        String insert = """
                INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq,
                                 priority, input, variables, created_at, updated_at, created_by, updated_by)
                SELECT gen_random_uuid(), 'paged', 2, gen_random_uuid(), gen_random_uuid(), 'p', 2, 1, 1, 0, '{}', '{}',
                       now(), now(), 'ann', 'ann'
                FROM generate_series(1, %d)
                """;
        await(store.pool.query(insert.formatted(50)).execute());
        Set<String> seen = new HashSet<>();
        int read = 0;
        for (int start = 0; start < 50; start += 10) {
            Request request =
                    request("", Subject.WORKFLOWS, List.of("startTime"), Optional.empty(), new Paging(start, 10));
            Hits.Page<Run> page = page(await(search.runs("paged", request)));
            page.hits().forEach(run -> seen.add(run.id().toString()));
            read += page.hits().size();
            assertThat(page.total()).isEqualTo(50 + start);
            await(store.pool.query(insert.formatted(10)).execute());
        }
        assertThat(read).isEqualTo(50);
        assertThat(seen).as("all at the same time, each once").hasSize(50);
    }

    private String runs(String query, String order) {
        List<String> sorts = order.isEmpty() ? List.of() : List.of(order);
        Request request = request(query, Subject.WORKFLOWS, sorts, Optional.empty(), new Paging(0, 100));
        return names(await(search.runs(NAMESPACE, request)));
    }

    private String tasks(String query, String order) {
        List<String> sorts = order.isEmpty() ? List.of() : List.of(order);
        Request request = request(query, Subject.TASKS, sorts, Optional.empty(), new Paging(0, 100));
        return taskNames(await(search.tasks(NAMESPACE, request)));
    }

    private String words(String text, String order, Subject subject) {
        List<String> sorts = order.isEmpty() ? List.of() : List.of(order);
        Request request = request("", subject, sorts, Optional.of(text), new Paging(0, 100));
        return subject == Subject.TASKS
                ? taskNames(await(search.tasks(NAMESPACE, request)))
                : names(await(search.runs(NAMESPACE, request)));
    }

    private static Request request(
            String query, Subject subject, List<String> sorts, Optional<String> freeText, Paging paging) {
        Parsed<Condition> condition = QueryParser.parse(query, subject);
        Parsed<List<Sort>> order = SortParser.parse(sorts, subject);
        if (condition instanceof Parsed.Good<Condition>(Condition wanted)
                && order instanceof Parsed.Good<List<Sort>>(List<Sort> terms)) {
            return new Request(wanted, terms, freeText, false, Optional.empty(), paging);
        }
        throw new AssertionError(condition + " " + order);
    }

    private static <T> Hits.Page<T> page(Hits<T> found) {
        if (found instanceof Hits.Page<T> page) {
            return page;
        }
        throw new AssertionError(found.toString());
    }

    private static String names(Hits<Run> found) {
        Hits.Page<Run> page = page(found);
        assertThat(page.total()).isEqualTo(page.hits().size());
        return String.join(
                " ",
                page.hits().stream()
                        .map(run -> run.origin().correlationId().orElseThrow())
                        .toList());
    }

    private static String taskNames(Hits<ConductorTasks.Found> found) {
        Hits.Page<ConductorTasks.Found> page = page(found);
        assertThat(page.total()).isEqualTo(page.hits().size());
        return String.join(
                " ",
                page.hits().stream()
                        .map(hit -> hit.task().id().toString().substring(34))
                        .toList());
    }
}
