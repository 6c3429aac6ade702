package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.search.Condition;
import dev.continuo.search.Parsed;
import dev.continuo.search.QueryParser;
import dev.continuo.search.Sort;
import dev.continuo.search.SortParser;
import dev.continuo.search.Subject;
import dev.continuo.store.ConductorSearch.Request;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant with many runs, of whom one in a hundred is of an agent: none of them is looked for one by one. */
@ExtendWith(BackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class SearchPlansIT {
    private static final String DATA = """
            INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq, priority,
                             correlation_id, input, variables, created_at, updated_at, ended_at, created_by, updated_by)
            SELECT gen_random_uuid(), 'default', 1 + kind, gen_random_uuid(), gen_random_uuid(),
                   CASE kind WHEN 2 THEN 'agent' ELSE 'flow' END || n % 50, CASE n % 10 WHEN 0 THEN 3 ELSE 2 END, 1, 1, 0,
                   'c' || n % 1000, '{}', '{}', at, at, at, 'x', 'x'
              FROM (SELECT n, CASE n % 100 WHEN 7 THEN 2 ELSE n % 2 END AS kind,
                           timestamptz '2026-01-01' + n * interval '1 s' AS at FROM generate_series(1, 30000) AS n) AS made;
            ANALYZE run
            """;

    private StoreFixture store;

    @BeforeAll
    void fill(Backends backends) {
        store = new StoreFixture(backends);
        await(store.pool.query(DATA).execute());
    }

    @AfterAll
    void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflowType = agent7 | startTime:DESC | run_named",
                "workflowType = flow7 | startTime:DESC | run_named",
                "correlationId = c107 | startTime:DESC | run_correlation",
                "status = FAILED | startTime:DESC | run_outcome",
                "status = RUNNING | startTime:DESC | run_live",
                "startTime > 2026-01-01T08:00:00Z | startTime:ASC | run_started",
                "endTime > 2026-01-01T08:00:00Z | endTime:DESC | run_ended"
            })
    void aSearchReadsAnIndex(String query, String sort, String index) {
        if (QueryParser.parse(query, Subject.WORKFLOWS) instanceof Parsed.Good<Condition>(Condition condition)
                && SortParser.parse(List.of(sort), Subject.WORKFLOWS)
                        instanceof Parsed.Good<List<Sort>>(List<Sort> order)) {
            Request request =
                    new Request(condition, order, Optional.empty(), false, Optional.empty(), new Paging(0, 20));
            String plan = String.join(
                    "\n", await(new ConductorSearch(store.pool).plan("default", Subject.WORKFLOWS, request)));
            assertThat(plan).contains(index).doesNotContain("Seq Scan on run ");
            return;
        }
        throw new AssertionError("Not a search: " + query + ", " + sort);
    }
}
