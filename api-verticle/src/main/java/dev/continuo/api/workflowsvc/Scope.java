package dev.continuo.api.workflowsvc;

import dev.continuo.api.Call;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;

/** The query parameters that calls have in common (workflowsvc: conventions). */
final class Scope {
    static final int MAX_PAGE = 1000;
    private static final int DEFAULT_PAGE = 10;

    private final QueryReader query;
    private final String namespace;

    private Scope(QueryReader query, String namespace) {
        this.query = query;
        this.namespace = namespace;
    }

    static Scope of(Call call) {
        QueryReader query = call.query();
        return new Scope(query, query.required("nsfilter"));
    }

    QueryReader query() {
        return query;
    }

    String namespace() {
        return namespace;
    }

    Paging paging() {
        return paging(DEFAULT_PAGE);
    }

    /** The page's size goes by three names in the pages of the original; the offset ends where totals do. */
    Paging paging(int defaultSize) {
        int offset = query.number(0, 0, Listed.MAX_TOTAL, "_offset");
        int size = query.number(defaultSize, 1, MAX_PAGE, "_pageSize", "_pagesize", "_count");
        return new Paging(offset, size);
    }

    static Problem notFound() {
        return Problem.of(404, "There is no such resource in this namespace");
    }
}
