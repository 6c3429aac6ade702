package dev.continuo.bench;

import dev.continuo.search.Condition;
import dev.continuo.search.Parsed;
import dev.continuo.search.QueryParser;
import dev.continuo.search.Sort;
import dev.continuo.search.SortParser;
import dev.continuo.search.Subject;
import dev.continuo.store.ConductorSearch;
import dev.continuo.store.ConductorSearch.Hits;
import dev.continuo.store.ConductorSearch.Request;
import dev.continuo.store.Paging;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flywaydb.core.Flyway;

/** Fills an empty Postgres with finished runs, and measures searches of them. */
public final class SearchBench implements AutoCloseable {
    private static final int PAGE = 100;

    private final Vertx vertx = Vertx.vertx();
    private final PgConnectOptions connect;
    private final Pool pool;
    private final PrintWriter out;

    /** @param uri of a database of its own */
    public SearchBench(String uri, PrintWriter out) {
        this.connect = PgConnectOptions.fromUri(uri);
        this.out = out;
        this.pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(2))
                .connectingTo(new PgConnectOptions(connect)
                        .addProperty("plan_cache_mode", "force_custom_plan")
                        .addProperty("jit", "off"))
                .using(vertx)
                .build();
    }

    public void fill(int runs) {
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://%s:%d/%s"
                                .formatted(connect.getHost(), connect.getPort(), connect.getDatabase()),
                        connect.getUser(),
                        connect.getPassword())
                .locations("classpath:db/migration")
                .load()
                .migrate();
        long begun = System.nanoTime();
        for (int batch = 0; batch < SearchData.batches(runs); batch++) {
            pool.query(SearchData.fill(runs, batch)).execute().await();
        }
        said("%d runs were added in %d s", runs, seconds(begun));
        begun = System.nanoTime();
        pool.query(SearchData.WORDS).execute().await();
        said("their words were added in %d s", seconds(begun));
        pool.query("VACUUM ANALYZE").execute().await();
    }

    /** @param plans whether to tell how Postgres finds the answers, too */
    public void measure(int repeat, boolean plans) {
        ConductorSearch search = new ConductorSearch(pool);
        for (SearchQuestion question : SearchQuestion.TYPICAL) {
            Request request = request(question);
            Samples samples = new Samples();
            long total = total(search, question, request);
            for (int i = 0; i < repeat; i++) {
                long begun = System.nanoTime();
                total(search, question, request);
                samples.add(System.nanoTime() - begun);
            }
            said(
                    "%8.1f ms (at most %.1f ms), %6d found: %s",
                    samples.percentileMillis(0.5), samples.percentileMillis(1), total, question.shown());
            if (plans) {
                search.plan("default", question.subject(), request).await().forEach(line -> said("    %s", line));
            }
        }
    }

    private static long total(ConductorSearch search, SearchQuestion question, Request request) {
        Future<Long> total = question.subject() == Subject.TASKS
                ? search.tasks("default", request).map(SearchBench::total)
                : search.runs("default", request).map(SearchBench::total);
        return total.await();
    }

    private static long total(Hits<?> hits) {
        return switch (hits) {
            case Hits.Page<?> page -> page.total();
            case Hits.TooLarge<?> tooLarge -> throw new IllegalStateException(tooLarge.toString());
            case Hits.TooSlow<?> tooSlow -> -1;
        };
    }

    private static Request request(SearchQuestion question) {
        List<String> sorts = question.sort().isEmpty() ? List.of() : List.of(question.sort());
        if (QueryParser.parse(question.query(), question.subject())
                        instanceof Parsed.Good<Condition>(Condition condition)
                && SortParser.parse(sorts, question.subject()) instanceof Parsed.Good<List<Sort>>(List<Sort> order)) {
            Paging paging = new Paging(question.start(), PAGE);
            return new Request(condition, order, question.words(), false, Optional.empty(), paging);
        }
        throw new IllegalStateException("Not understood: " + question);
    }

    private void said(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    private static long seconds(long begunNanos) {
        return (System.nanoTime() - begunNanos) / 1_000_000_000;
    }

    @Override
    public void close() {
        pool.close().await();
        vertx.close().await();
    }
}
