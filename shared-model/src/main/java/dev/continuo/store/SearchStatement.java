package dev.continuo.store;

import dev.continuo.search.SearchField;
import dev.continuo.search.Sort;
import dev.continuo.search.Subject;
import dev.continuo.store.ConductorSearch.Request;
import dev.continuo.store.SearchWords.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One search as SQL: a page of it, and how many there are. What is found is found by its keys alone; payloads are read of
 * the rows of the page, and their weight is known before they are.
 */
final class SearchStatement {
    private static final String TSQUERY = "to_tsquery('pg_catalog.simple', %s)";

    /** What is found. */
    private enum Target {
        RUNS("run", "run", "run.*"),
        TASKS("task", "task JOIN run ON run.id = task.run_id", "task.*, " + RunFacts.COLUMNS);

        private final String table;
        private final String from;
        private final String columns;

        Target(String table, String from, String columns) {
            this.table = table;
            this.from = from;
            this.columns = columns;
        }
    }

    private final Target target;
    private final Request request;
    private final List<Object> parameters = new ArrayList<>();
    private final List<String> branches = new ArrayList<>();

    private SearchStatement(Target target, String namespace, Request request, boolean byTasks) {
        this.target = target;
        this.request = request;
        parameters.add(namespace);
        Subject subject = target == Target.TASKS || byTasks ? Subject.TASKS : Subject.WORKFLOWS;
        String condition = new SearchConditions(subject, parameters).sql(request.condition());
        List<Branch> parts = parts();
        if (byTasks) {
            String words = request.freeText()
                    .map(text -> " AND " + SearchWords.ofTask(tsquery(text)))
                    .orElse("");
            condition = "EXISTS (SELECT 1 FROM task WHERE task.run_id = run.id AND " + condition + words + ")";
        } else if (request.freeText().isPresent()) {
            String query = tsquery(request.freeText().get());
            parts = target == Target.RUNS ? SearchWords.ofRuns(query) : SearchWords.ofTasks(query);
        }
        String scope = scope();
        for (Branch part : parts) {
            branches.add(
                    target.from + " " + part.join() + " WHERE " + scope + " AND " + condition + " AND " + part.where());
        }
    }

    static SearchStatement runs(String namespace, Request request) {
        return new SearchStatement(Target.RUNS, namespace, request, false);
    }

    static SearchStatement runsByTasks(String namespace, Request request) {
        return new SearchStatement(Target.RUNS, namespace, request, true);
    }

    static SearchStatement tasks(String namespace, Request request) {
        return new SearchStatement(Target.TASKS, namespace, request, false);
    }

    /** The index of ends has no runs that live, which come last: what has ended is read from it, then the others. */
    private List<Branch> parts() {
        return byEnd()
                ? List.of(
                        new Branch("", "run.status >= 2 AND run.ended_at IS NOT NULL"),
                        new Branch("", "run.status <= 1"))
                : List.of(Branch.WHOLE);
    }

    private boolean byEnd() {
        return target == Target.RUNS
                && request.freeText().isEmpty()
                && request.order().stream()
                        .findFirst()
                        .filter(sort -> sort.field() == SearchField.WORKFLOW_END)
                        .isPresent();
    }

    private String tsquery(String text) {
        parameters.add(SearchWords.query(text));
        return TSQUERY.formatted("$" + parameters.size());
    }

    private String scope() {
        String scope = "run.namespace = $1 AND " + ConductorScope.RUN;
        if (request.topLevel()) {
            scope += " AND run.parent_run_id IS NULL";
        }
        if (request.classifier().isPresent()) {
            parameters.add(request.classifier().get());
            scope += " AND " + SearchConditions.ofRevision(SearchColumns.CLASSIFIER + " = $" + parameters.size());
        }
        return scope;
    }

    List<Object> countParameters() {
        return List.copyOf(parameters);
    }

    String count() {
        return branches.stream()
                .map(branch -> "(SELECT 1 FROM " + branch + " LIMIT " + Listed.MAX_TOTAL + ")")
                .collect(Collectors.joining(" UNION ALL ", "SELECT count(*) FROM (", ") AS counted"));
    }

    List<Object> pageParameters() {
        List<Object> all = new ArrayList<>(parameters);
        all.add((long) request.paging().offset() + request.paging().size());
        all.add((long) request.paging().size());
        all.add((long) request.paging().offset());
        return all;
    }

    String page() {
        int first = parameters.size();
        String selected = IntStream.range(0, request.order().size())
                .mapToObj(i -> ", " + SearchColumns.key(request.order().get(i).field()) + " AS sort_" + i)
                .collect(Collectors.joining());
        String found = branches.stream()
                .map(branch -> "(SELECT " + target.table + ".id AS found_id" + selected + " FROM " + branch + within()
                        + " LIMIT $" + (first + 1) + ")")
                .collect(Collectors.joining(" UNION ALL "));
        String run = target == Target.TASKS ? " JOIN run r ON r.id = task.run_id" : "";
        return """
                WITH page AS (SELECT * FROM (%s) AS found%s LIMIT $%d OFFSET $%d),
                     weighed AS (
                         SELECT page.*, %s,
                                coalesce(sum(coalesce(octet_length(%s.input), 0) + coalesce(octet_length(%s.output), 0))
                                         OVER (), 0)::bigint AS page_weight
                           FROM page JOIN %s ON %s.id = page.found_id%s),
                     sized AS (SELECT * FROM weighed WHERE page_weight <= %d
                               UNION ALL (SELECT * FROM weighed WHERE page_weight > %d LIMIT 1))
                SELECT * FROM sized%s
                """.formatted(
                        found,
                        order(),
                        first + 2,
                        first + 3,
                        target.columns,
                        target.table,
                        target.table,
                        target.table,
                        target.table,
                        run,
                        Listed.MAX_PAGE_BYTES,
                        Listed.MAX_PAGE_BYTES,
                        order());
    }

    /** The order of a branch: where none of its ends is null, as the index has it. */
    private String within() {
        return byEnd()
                ? order().replaceFirst("^ ORDER BY sort_0 (ASC|DESC) NULLS LAST", " ORDER BY sort_0 $1")
                : order();
    }

    /** The id decides last, the way the term before it goes; without any terms the newest come first. */
    private String order() {
        List<Sort> order = request.order();
        boolean descending = order.isEmpty() || order.getLast().descending();
        return IntStream.range(0, order.size())
                .mapToObj(i -> "sort_" + i + SearchColumns.direction(order.get(i)) + ", ")
                .collect(Collectors.joining("", " ORDER BY ", "found_id" + (descending ? " DESC" : " ASC")));
    }
}
