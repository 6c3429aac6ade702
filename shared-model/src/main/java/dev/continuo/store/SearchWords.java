package dev.continuo.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Free text as SQL. The words of finished runs and of their tasks are kept in tables of their own, which are filled behind
 * the runs' ends; what is not there yet, and what still runs, is looked at itself: the newest of both.
 */
final class SearchWords {
    /** Of runs that live, and of runs whose words are not kept yet: how many are looked at. */
    static final int LOOKED_AT = 2_000;

    /** Of one run: how many tasks have their words kept, and how many are looked at. */
    static final int TASKS_OF_RUN = 200;

    private static final int MAX_WORDS = 50;

    private static final String OWN = "run.namespace = $1 AND " + ConductorScope.RUN;

    private static final String REACHED = """
            (coalesce((SELECT ended_at FROM search_progress WHERE namespace = $1), '-infinity'),
             coalesce((SELECT run_id FROM search_progress WHERE namespace = $1),
                      '00000000-0000-0000-0000-000000000000'))""";

    private static final String KEPT = "run.status >= 2 AND (run.ended_at, run.id) <= " + REACHED;
    private static final String LIVE = "run.status <= 1";
    private static final String FRESH = "run.status >= 2 AND (run.ended_at, run.id) > " + REACHED;

    private static final String LIVE_RUNS = recent("id, input, output", LIVE, "run.id DESC");
    private static final String FRESH_RUNS =
            recent("id, input, output", "run.ended_at IS NOT NULL AND " + FRESH, "run.ended_at DESC, run.id DESC");

    private SearchWords() {}

    private static String recent(String columns, String which, String order) {
        return "(SELECT " + columns + " FROM run WHERE " + OWN + " AND " + which + " ORDER BY " + order + " LIMIT "
                + LOOKED_AT + ") AS recent";
    }

    private static String recentTasks(String runs) {
        return "(SELECT task.id, task.input, task.output FROM " + runs
                + " CROSS JOIN LATERAL (SELECT id, input, output FROM task WHERE run_id = recent.id LIMIT "
                + TASKS_OF_RUN + ") AS task LIMIT " + LOOKED_AT + ") AS recent_task";
    }

    /** A part of the rows: what they are joined with, and the condition that makes them a part. */
    record Branch(String join, String where) {
        static final Branch WHOLE = new Branch("", "true");
    }

    /** Parts that together hold every run with the words, none twice. */
    static List<Branch> ofRuns(String query) {
        String matches = "search_words(input, output) @@ " + query;
        return List.of(
                new Branch(
                        "JOIN run_words ON run_words.run_id = run.id", "run_words.words @@ " + query + " AND " + KEPT),
                new Branch("", LIVE + " AND run.id IN (SELECT id FROM " + LIVE_RUNS + " WHERE " + matches + ")"),
                new Branch("", FRESH + " AND run.id IN (SELECT id FROM " + FRESH_RUNS + " WHERE " + matches + ")"));
    }

    /** The same of tasks. */
    static List<Branch> ofTasks(String query) {
        return List.of(
                new Branch(
                        "JOIN task_words ON task_words.task_id = task.id",
                        "task_words.words @@ " + query + " AND " + KEPT),
                new Branch("", LIVE + " AND task.id IN (" + looked(LIVE_RUNS, query) + ")"),
                new Branch("", FRESH + " AND task.id IN (" + looked(FRESH_RUNS, query) + ")"));
    }

    /** A condition on a task, whatever its run. */
    static String ofTask(String query) {
        return "task.id IN (SELECT task_id FROM task_words WHERE words @@ " + query + " UNION ALL "
                + looked(LIVE_RUNS, query) + " UNION ALL " + looked(FRESH_RUNS, query) + ")";
    }

    private static String looked(String runs, String query) {
        return "SELECT id FROM " + recentTasks(runs) + " WHERE search_words(input, output) @@ " + query;
    }

    /**
     * A text as Postgres takes it in {@code to_tsquery}: all words, cut as the words of payloads are; a word before a
     * {@code *} is the beginning of one. Empty when there are no words.
     */
    static String query(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
                word.append(c);
            } else if (!word.isEmpty()) {
                words.add("'" + word + (c == '*' ? "':*" : "'"));
                word.setLength(0);
            }
        }
        return String.join(" & ", words.subList(0, Math.min(words.size(), MAX_WORDS)));
    }
}
