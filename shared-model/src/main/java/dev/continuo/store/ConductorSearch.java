package dev.continuo.store;

import dev.continuo.model.Run;
import dev.continuo.search.Condition;
import dev.continuo.search.Sort;
import dev.continuo.search.Subject;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Searches of the conductor dialect, of its runs and tasks and of those of agents. The order of what a search finds is total: the id decides last, so
 * that pages fit together.
 */
public final class ConductorSearch {
    /** The most that one page may ask for (conductor: search, size). */
    public static final int MAX_SIZE = 5_000;

    /** How far behind the beginning a page may start: what is passed over has to be read. */
    public static final int MAX_START = 1_000_000;

    /** The longest that one search may take of Postgres. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final String QUERY_CANCELED = "57014";

    private final SqlClient client;

    /** @param pool whose connections cancel statements after {@link #LIMIT} */
    public ConductorSearch(Pool pool) {
        this.client = pool;
    }

    /**
     * @param freeText words that must all be in the input or the output; a word may end with {@code *}. No words, nothing
     *     found
     * @param topLevel only runs that are no other run's children
     * @param classifier only runs of this classifier
     */
    public record Request(
            Condition condition,
            List<Sort> order,
            Optional<String> freeText,
            boolean topLevel,
            Optional<String> classifier,
            Paging paging) {
        public Request {
            order = List.copyOf(order);
        }
    }

    /** What came of a search. */
    public sealed interface Hits<T> {
        /** @param total all that is found, counted up to {@link Listed#MAX_TOTAL} */
        record Page<T>(long total, List<T> hits) implements Hits<T> {}

        /**
         * The page carries more than {@link Listed#MAX_PAGE_BYTES}: smaller pages can be read.
         *
         * @param bytes what the page would carry
         */
        record TooLarge<T>(long bytes) implements Hits<T> {}

        /** Postgres had to look at more than it could in {@link #LIMIT}. */
        record TooSlow<T>() implements Hits<T> {}
    }

    public Future<Hits<Run>> runs(String namespace, Request request) {
        return fetch(SearchStatement.runs(namespace, request), RunRows::read);
    }

    /** Runs of which a task matches; the order is one of runs. */
    public Future<Hits<Run>> runsByTasks(String namespace, Request request) {
        return fetch(SearchStatement.runsByTasks(namespace, request), RunRows::read);
    }

    public Future<Hits<ConductorTasks.Found>> tasks(String namespace, Request request) {
        return fetch(
                SearchStatement.tasks(namespace, request),
                row -> new ConductorTasks.Found(TaskRows.read(row), RunFacts.read(row)));
    }

    /** How Postgres would find a page, line by line: for who measures. */
    public Future<List<String>> plan(String namespace, Subject subject, Request request) {
        SearchStatement statement = subject == Subject.TASKS
                ? SearchStatement.tasks(namespace, request)
                : SearchStatement.runs(namespace, request);
        return client.preparedQuery("EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) " + statement.page())
                .execute(Tuple.from(statement.pageParameters()))
                .map(rows -> {
                    List<String> lines = new ArrayList<>();
                    rows.forEach(row -> lines.add(row.getString(0)));
                    return lines;
                });
    }

    private <T> Future<Hits<T>> fetch(SearchStatement statement, Function<Row, T> mapper) {
        Future<Long> total = client.preparedQuery(statement.count())
                .execute(Tuple.from(statement.countParameters()))
                .map(rows -> Math.min(rows.iterator().next().getLong(0), Listed.MAX_TOTAL));
        Future<RowSet<Row>> page =
                client.preparedQuery(statement.page()).execute(Tuple.from(statement.pageParameters()));
        Future<Hits<T>> found = Future.all(page, total)
                .map(both -> ConductorSearch.<T>found(both.resultAt(0), both.resultAt(1), mapper))
                .recover(failure -> failure instanceof PgException pg && QUERY_CANCELED.equals(pg.getSqlState())
                        ? Future.succeededFuture(new Hits.TooSlow<>())
                        : Future.failedFuture(failure));
        return StoreFailures.named(found, "search");
    }

    private static <T> Hits<T> found(RowSet<Row> rows, long total, Function<Row, T> mapper) {
        List<T> found = new ArrayList<>(rows.size());
        for (Row row : rows) {
            long bytes = row.getLong("page_weight");
            if (bytes > Listed.MAX_PAGE_BYTES) {
                return new Hits.TooLarge<>(bytes);
            }
            found.add(mapper.apply(row));
        }
        return new Hits.Page<>(total, List.copyOf(found));
    }
}
