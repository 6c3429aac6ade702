package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A list of one tenant's rows in one order: filters, a page of it, and how many there are.
 *
 * <p>What others share with the tenant comes from a branch of its own, so that each branch can stop at the page's end
 * instead of reading and sorting everything that the tenant has.
 */
final class Listing {
    private final String table;
    private final String columns;
    private final String weight;
    private final StringBuilder conditions = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();
    private final boolean shared;

    /**
     * @param columns what {@link #rows} gives, payloads included
     * @param weight the bytes of a row's payloads, as SQL
     * @param shared whether the table has a column shared_with
     */
    Listing(String table, String columns, String weight, String namespace, boolean shared) {
        this.table = table;
        this.columns = columns;
        this.weight = weight;
        this.shared = shared;
        parameters.add(namespace);
    }

    /** @param condition SQL with {@code ?} where the value goes, as often as wanted */
    Listing and(String condition, Object value) {
        parameters.add(value);
        return and(condition.replace("?", "$" + parameters.size()));
    }

    Listing and(String condition) {
        conditions.append(" AND (").append(condition).append(')');
        return this;
    }

    /** The column contains the text, whatever the case of the letters. */
    Listing andContains(String expression, String text) {
        return and("position(lower(?) IN lower(" + expression + ")) > 0", text);
    }

    /** @param decoration what each row of the page is joined with; sees the page as {@code page} */
    <T> Future<Listed<T>> fetch(
            SqlClient client, Order order, Paging paging, Decoration decoration, Function<Row, T> mapper) {
        Future<Long> total = client.preparedQuery(countSql())
                .execute(Tuple.from(parameters))
                .map(rows -> rows.iterator().next().getLong(0));
        List<Object> all = new ArrayList<>(parameters);
        all.add((long) paging.offset() + paging.size());
        all.add((long) paging.size());
        all.add((long) paging.offset());
        all.addAll(decoration.parameters());
        Future<RowSet<Row>> page =
                client.preparedQuery(pageSql(order, decoration)).execute(Tuple.from(all));
        Future<Listed<T>> listed =
                Future.all(page, total).map(both -> listed(both.resultAt(0), both.resultAt(1), mapper));
        return StoreFailures.named(listed, "list " + table + " rows");
    }

    /**
     * @param columns further columns
     * @param join SQL; {@code ?1}, {@code ?2} stand for the parameters
     */
    record Decoration(String columns, String join, List<Object> parameters) {
        static final Decoration NONE = new Decoration("", "", List.of());
    }

    private <T> Listed<T> listed(RowSet<Row> rows, long total, Function<Row, T> mapper) {
        List<T> mapped = new ArrayList<>(rows.size());
        for (Row row : rows) {
            long bytes = row.getLong("page_weight");
            if (bytes > Listed.MAX_PAGE_BYTES) {
                return new Listed.TooLarge<>(bytes);
            }
            mapped.add(mapper.apply(row));
        }
        return new Listed.Page<>(total, List.copyOf(mapped));
    }

    /** The weight is known before a payload is read, and a page that weighs too much is never sent. */
    private String pageSql(Order order, Decoration decoration) {
        int first = parameters.size();
        String ordered = " ORDER BY " + order.sql();
        String selected = columns + ", " + weight + " AS weight";
        String branches = branch(selected, own(), ordered + " LIMIT $" + (first + 1));
        if (shared) {
            branches += " UNION ALL " + branch(selected, others(), ordered + " LIMIT $" + (first + 1));
        }
        String join = decoration.join();
        for (int i = 1; i <= decoration.parameters().size(); i++) {
            join = join.replace("?" + i, "$" + (first + 3 + i));
        }
        return """
                WITH candidates AS (SELECT * FROM (%s) AS branches%s LIMIT $%d OFFSET $%d),
                     weighed AS (SELECT *, coalesce(sum(weight) OVER (), 0)::bigint AS page_weight FROM candidates),
                     page AS (SELECT * FROM weighed WHERE page_weight <= %d
                              UNION ALL (SELECT * FROM weighed WHERE page_weight > %d LIMIT 1))
                SELECT page.*%s FROM page %s%s
                """.formatted(
                        branches,
                        ordered,
                        first + 2,
                        first + 3,
                        Listed.MAX_PAGE_BYTES,
                        Listed.MAX_PAGE_BYTES,
                        decoration.columns(),
                        join,
                        ordered);
    }

    private String countSql() {
        String branches = branch("1", own(), " LIMIT " + Listed.MAX_TOTAL);
        if (shared) {
            branches += " UNION ALL " + branch("1", others(), " LIMIT " + Listed.MAX_TOTAL);
        }
        return "SELECT least(count(*), " + Listed.MAX_TOTAL + ") FROM (" + branches + ") AS counted";
    }

    private String branch(String selected, String scope, String tail) {
        return "(SELECT " + selected + " FROM " + table + " WHERE " + scope + conditions + tail + ")";
    }

    private static String own() {
        return "namespace = $1";
    }

    private static String others() {
        return "shared_with @> ARRAY[$1::text] AND namespace <> $1";
    }
}
