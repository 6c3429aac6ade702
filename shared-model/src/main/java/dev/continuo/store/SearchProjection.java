package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the words of finished runs, behind their ends and in their order. One process at a time does it for a namespace;
 * the others pass over it.
 */
public final class SearchProjection {
    /**
     * A run's end is read from the clock before its commit: what ended less than this ago may have neighbours that are
     * not to be seen yet, and would be passed over for good.
     */
    public static final Duration MARGIN = Duration.ofSeconds(60);

    private static final String NAMESPACES = """
            WITH RECURSIVE known AS (
                (SELECT namespace FROM run WHERE %1$s AND ended_at IS NOT NULL ORDER BY namespace LIMIT 1)
                UNION ALL
                SELECT (SELECT namespace FROM run WHERE %1$s AND ended_at IS NOT NULL AND namespace > known.namespace ORDER BY namespace LIMIT 1)
                  FROM known WHERE known.namespace IS NOT NULL),
            begun AS (
                INSERT INTO search_progress
                SELECT namespace, '-infinity', '00000000-0000-0000-0000-000000000000' FROM known
                 WHERE namespace IS NOT NULL AND namespace NOT IN (SELECT namespace FROM search_progress)
                ON CONFLICT DO NOTHING)
            SELECT namespace FROM known WHERE namespace IS NOT NULL
            """.formatted(ConductorScope.RUN);

    private static final String KEEP = """
            WITH reached AS MATERIALIZED (
                SELECT ended_at, run_id FROM search_progress WHERE namespace = $1 FOR UPDATE SKIP LOCKED),
            due AS MATERIALIZED (
                SELECT id, ended_at, input, output FROM run
                 WHERE namespace = $1 AND %s AND ended_at IS NOT NULL
                   AND (ended_at, id) > ((SELECT ended_at FROM reached), (SELECT run_id FROM reached))
                   AND ended_at < clock_timestamp() - $3 * interval '1 ms'
                 ORDER BY ended_at, id LIMIT $2),
            runs AS (
                INSERT INTO run_words SELECT id, search_words(input, output) FROM due
                ON CONFLICT (run_id) DO UPDATE SET words = excluded.words),
            tasks AS (
                INSERT INTO task_words
                SELECT task.id, search_words(task.input, task.output)
                  FROM due CROSS JOIN LATERAL (SELECT id, input, output FROM task WHERE run_id = due.id LIMIT %d) AS task
                ON CONFLICT (task_id) DO UPDATE SET words = excluded.words),
            moved AS (
                UPDATE search_progress SET ended_at = last.ended_at, run_id = last.id
                  FROM (SELECT ended_at, id FROM due ORDER BY ended_at DESC, id DESC LIMIT 1) AS last
                 WHERE namespace = $1)
            SELECT count(*) FROM due
            """.formatted(ConductorScope.RUN, SearchWords.TASKS_OF_RUN);

    private final Pool pool;

    public SearchProjection(Pool pool) {
        this.pool = pool;
    }

    /**
     * Does the next part of the work in each namespace.
     *
     * @param most runs of a namespace
     * @return the most runs that any namespace had: fewer than {@code most} when nothing is left
     */
    public Future<Integer> keep(int most, Duration margin) {
        Future<Integer> kept = pool.query(NAMESPACES).execute().compose(rows -> {
            List<Future<Integer>> parts = new ArrayList<>();
            for (Row row : rows) {
                Tuple values = Tuple.of(row.getString(0), most, margin.toMillis());
                parts.add(pool.preparedQuery(KEEP)
                        .execute(values)
                        .map(count -> count.iterator().next().getInteger(0)));
            }
            return Future.all(parts)
                    .map(all -> parts.stream().mapToInt(Future::result).max().orElse(0));
        });
        return StoreFailures.named(kept, "keep the words of finished runs");
    }
}
