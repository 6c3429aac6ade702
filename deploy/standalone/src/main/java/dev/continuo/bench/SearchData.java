package dev.continuo.bench;

/** Finished runs, and a few that live, as a store that has worked for a while holds them. */
final class SearchData {
    /** How many runs still live. */
    static final int LIVE = 1_000;

    private static final int BATCH = 50_000;

    private SearchData() {}

    static int batches(int runs) {
        return (runs + BATCH - 1) / BATCH;
    }

    /** Two seconds apart, the last one now: twenty workflows, nine of ten runs completed, one or two tasks each. */
    static String fill(int runs, int batch) {
        int first = batch * BATCH + 1;
        int last = Math.min(runs, first + BATCH - 1);
        return """
                WITH made AS (
                    SELECT n, now() - (%1$d - n) * interval '2 s' AS begun, md5(n::text) AS noise, n > %1$d - %2$d AS live
                      FROM generate_series(%3$d, %4$d) AS n),
                runs AS (
                    SELECT *, begun + (n %% 97) * interval '1 s' AS ended,
                           (lpad(to_hex((extract(epoch FROM begun) * 1000)::bigint), 12, '0') || '7' || substr(noise, 1, 3)
                            || '8' || substr(noise, 4, 15))::uuid AS id
                      FROM made),
                stored AS (
                    INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq,
                                     priority, correlation_id, input, variables, output, reason, created_at, updated_at,
                                     ended_at, created_by, updated_by, definition_version)
                    SELECT id, 'default', 2, md5((n %% 20)::text)::uuid, md5((n %% 20)::text)::uuid, 'flow_' || n %% 20,
                           CASE WHEN live THEN 0 WHEN n %% 100 < 90 THEN 2 WHEN n %% 100 < 98 THEN 3
                                WHEN n %% 100 < 99 THEN 4 ELSE 5 END,
                           3, 3, n %% 10, 'order-' || n,
                           format('{"customer":"customer%%s","order":%%s,"city":"city%%s","note":"%%s"}',
                                  n %% 50000, n, n %% 500, noise),
                           '{}', CASE WHEN NOT live THEN format('{"total":%%s,"state":"shipped"}', n %% 1000) END,
                           CASE WHEN n %% 100 >= 90 AND NOT live THEN 'Task failed: no stock' END, begun,
                           CASE WHEN live THEN begun ELSE ended END, CASE WHEN NOT live THEN ended END,
                           'user' || n %% 7, 'user', 1 + n %% 3
                      FROM runs),
                attempts AS (
                    SELECT runs.*, seq FROM runs CROSS JOIN LATERAL generate_series(1, 1 + n %% 2) AS seq)
                INSERT INTO task (id, run_id, seq, node, ref, type, iteration, attempt, retried, status, open, due_kind,
                                  priority, lease_ms, input, output, scheduled_at, started_at, ended_at, updated_at, name)
                SELECT md5(noise || seq)::uuid, id, seq, seq, 'step_' || seq,
                       CASE seq WHEN 1 THEN 'work_' || n %% 40 ELSE 'HTTP' END, 0, 0, false,
                       CASE WHEN live THEN 0 WHEN n %% 100 < 90 THEN 2 ELSE 4 END, live, 0, 0, 60000,
                       format('{"order":%%s,"item":"item%%s"}', n, n %% 3000),
                       CASE WHEN NOT live THEN '{"done":true}' END, begun, begun,
                       CASE WHEN NOT live THEN ended END, CASE WHEN live THEN begun ELSE ended END,
                       CASE seq WHEN 1 THEN 'work_' || n %% 40 ELSE 'call_' || n %% 100 END
                  FROM attempts
                """.formatted(runs, LIVE, first, last);
    }

    /** An index is built faster than it is filled. */
    static final String WORDS = """
            DROP INDEX run_words_gin;
            DROP INDEX task_words_gin;
            INSERT INTO run_words SELECT id, search_words(input, output) FROM run WHERE ended_at IS NOT NULL;
            INSERT INTO task_words SELECT id, search_words(input, output) FROM task WHERE NOT open;
            CREATE INDEX run_words_gin ON run_words USING gin (words);
            CREATE INDEX task_words_gin ON task_words USING gin (words);
            INSERT INTO search_progress SELECT 'default', ended_at, id FROM run WHERE ended_at IS NOT NULL
             ORDER BY ended_at DESC, id DESC LIMIT 1;
            """;
}
