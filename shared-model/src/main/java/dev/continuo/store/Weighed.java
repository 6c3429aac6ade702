package dev.continuo.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Lists that come as a whole, for callers that know no pages: sent only when all documents together are not too large. */
final class Weighed {
    private Weighed() {}

    /**
     * @param sql selects rows that have a column {@code document}
     * @param order of the rows
     */
    static <T> Future<Listed<T>> fetch(
            SqlClient client, String sql, Tuple values, String order, Function<Row, T> mapper) {
        String weighed = """
                WITH chosen AS (%1$s),
                     weighed AS (SELECT *, sum(octet_length(document)) OVER ()::bigint AS list_weight FROM chosen)
                (SELECT * FROM weighed WHERE list_weight <= %2$d)
                UNION ALL (SELECT * FROM weighed WHERE list_weight > %2$d LIMIT 1)
                ORDER BY %3$s
                """.formatted(sql, Listed.MAX_PAGE_BYTES, order);
        Future<Listed<T>> listed = client.preparedQuery(weighed).execute(values).map(rows -> {
            List<T> mapped = new ArrayList<>(rows.size());
            for (Row row : rows) {
                long bytes = row.getLong("list_weight");
                if (bytes > Listed.MAX_PAGE_BYTES) {
                    return new Listed.TooLarge<>(bytes);
                }
                mapped.add(mapper.apply(row));
            }
            return new Listed.Page<>(mapped.size(), List.copyOf(mapped));
        });
        return StoreFailures.named(listed, "list definitions");
    }
}
