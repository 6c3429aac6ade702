package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.continuo.testing.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Many runs at once, of which every one that was acknowledged must come out right. */
final class Load {
    private static final int CLIENTS = 16;

    private final ArrayNode tasks;
    private final int completedTasks;
    private final int total;
    private final AtomicInteger next = new AtomicInteger();
    /** Number of a run by the id that was acknowledged for it. */
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

    /**
     * @param tasks whose last one's body must have the member `n` of the run's input, and the path `/echo/last`
     * @param completedTasks of a run that went well
     */
    Load(ArrayNode tasks, int completedTasks, int total) {
        this.tasks = tasks;
        this.completedTasks = completedTasks;
        this.total = total;
    }

    /** Two calls after each other, the second made of the first one's answer. */
    static Load ofPairs(Upstream upstream, int total) {
        return new Load(
                list(
                        rest("first", upstream.url("/echo/first?n=${workflow._inputParams.n}")),
                        rest("last", upstream.url("/echo/last?n=${first._output._body.n}"))),
                2,
                total);
    }

    ArrayNode tasks() {
        return tasks;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /**
     * Starts runs from many threads until all are acknowledged, or the servers are gone; goes on where it ended before.
     *
     * @param servers asked in turn
     */
    Started start(String definition, List<Continuo> servers) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                OptionalInt number = take();
                while (number.isPresent()
                        && start(definition, servers.get(number.getAsInt() % servers.size()), number.getAsInt())) {
                    number = take();
                }
            }));
        }
        return new Started(threads);
    }

    /** The threads that start runs. */
    record Started(List<Thread> threads) {
        void await() throws InterruptedException {
            for (Thread thread : threads) {
                assertThat(thread.join(Continuo.LIMIT)).isTrue();
            }
        }
    }

    private OptionalInt take() {
        int number = next.getAndIncrement();
        return number < total ? OptionalInt.of(number) : OptionalInt.empty();
    }

    private boolean start(String definition, Continuo server, int number) {
        try {
            Continuo.Answer answer = server.trySend(
                    "POST", "workflows", Optional.of(Continuo.startOf(definition, "{n: '" + number + "'}")));
            if (answer.status() == 201) {
                acknowledged.put(answer.json().path("_id").asText(), number);
                return true;
            }
            return answer.status() == 503 || answer.status() == 429;
        } catch (IOException e) {
            // The server is gone. What it did not acknowledge may or may not exist.
            return false;
        }
    }

    /** Waits until all runs have ended, by one look at the database at a time. */
    static void awaitEnd(String jdbc, Duration limit) {
        Await.until("no run is open", limit, () -> count(jdbc, "SELECT count(*) FROM run WHERE status <= 1") == 0);
    }

    /** Every acknowledged run is there and COMPLETED, with the output that it must have. */
    void assertOutputs(Continuo server) {
        acknowledged.forEach((id, number) -> {
            JsonNode run = server.run(id);
            assertThat(run.path("_status").asText()).as(run.toPrettyString()).isEqualTo("COMPLETED");
            JsonNode body = run.at("/_output/_body");
            assertThat(body.path("n").asInt(-1)).as(run.toPrettyString()).isEqualTo(number);
            assertThat(body.path("path").asText()).isEqualTo("/echo/last");
        });
    }

    /** For all runs of the database: each reached its end once, each of its tasks counted exactly once. */
    void assertNothingCountedTwice(String jdbc) throws SQLException {
        assertThat(ids(jdbc)).containsAll(acknowledged.keySet());
        assertThat(count(jdbc, "SELECT count(*) FROM run WHERE status <> 2"))
                .as("runs that are not COMPLETED")
                .isZero();
        assertThat(count(jdbc, """
                        SELECT count(*) FROM (
                            SELECT r.id FROM run r LEFT JOIN task t ON t.run_id = r.id AND t.status = 2
                            GROUP BY r.id
                            HAVING count(t.id) <> %1$d OR count(DISTINCT (t.ref, t.iteration)) <> %1$d) AS wrong
                        """.formatted(completedTasks)))
                .as("runs without exactly one completed attempt of each task")
                .isZero();
        assertThat(count(jdbc, "SELECT count(*) FROM task WHERE open"))
                .as("open tasks")
                .isZero();
        // The result of an attempt comes with its log in one transaction: a second result would have left a second
        // line.
        assertThat(count(jdbc, """
                        SELECT count(*) FROM (
                            SELECT task_id FROM task_log WHERE message LIKE 'HTTP 200%'
                            GROUP BY task_id HAVING count(*) <> 1) AS wrong
                        """)).as("attempts with more than one result").isZero();
    }

    private static Set<String> ids(String jdbc) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(jdbc);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id::text FROM run")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    static long count(String jdbc, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The address of a PostgreSQL for JDBC, user and password included. */
    static String jdbc(String url, String user, String password) {
        return url + "?user=" + user + "&password=" + password;
    }
}
