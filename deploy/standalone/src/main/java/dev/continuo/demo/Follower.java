package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Watches a run by asking again and again, and tells what has changed: the tasks' statuses, and new lines of their logs. */
final class Follower {
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED");
    private static final Set<String> OPEN = Set.of("QUEUED", "RUNNING", "WAITING", "PAUSED");
    private static final Set<String> SILENT = Set.of("SWITCH", "FORK_JOIN", "DO_WHILE", "USER_INPUT");
    private static final int LINES = 200;

    private final Workflowsvc server;
    private final Screen screen;
    private final String path;
    private final Map<String, Seen> seen = new HashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private record Seen(String id, String status, int attempt) {}

    Follower(Workflowsvc server, Screen screen, String runId) {
        this.server = server;
        this.screen = screen;
        this.path = "/workflows/" + runId;
    }

    static boolean ended(JsonNode run) {
        return ENDS.contains(run.path("_status").asText());
    }

    /** Follows until the run is as it is asked for, or has ended; returns it then. */
    JsonNode until(Predicate<JsonNode> wanted) throws DemoFailure, InterruptedException {
        while (true) {
            JsonNode run = server.get(path + "?_includeLoopOverTasks=true");
            for (JsonNode task : run.path("_tasks")) {
                tell(task);
            }
            if (ended(run) || wanted.test(run)) {
                return run;
            }
            Thread.sleep(INTERVAL);
        }
    }

    /** How many lines each task has logged so far, all attempts together; for tasks that do log. */
    Map<String, Integer> logLines() {
        return Map.copyOf(lines);
    }

    /** A task's name, with the pass for what is in a loop. */
    static String name(JsonNode task) {
        int iteration = task.path("_iteration").asInt();
        return task.path("_name").asText() + (iteration > 0 ? " #" + iteration : "");
    }

    /** A task that goes on is told before what it logs, one that has ended behind it. */
    private void tell(JsonNode task) throws DemoFailure, InterruptedException {
        boolean logs = !SILENT.contains(task.path("_type").asText());
        boolean open = OPEN.contains(task.path("_status").asText());
        if (open) {
            status(task);
        }
        if (logs) {
            logs(name(task), task.path("_id").asText());
        }
        if (!open) {
            status(task);
        }
    }

    private void status(JsonNode task) throws DemoFailure, InterruptedException {
        String name = name(task);
        String id = task.path("_id").asText();
        String status = task.path("_status").asText();
        Seen before = seen.get(name);
        if (before != null && before.id.equals(id) && before.status.equals(status)) {
            return;
        }
        int attempt = before != null && before.id.equals(id) ? before.attempt : attempt(id);
        seen.put(name, new Seen(id, status, attempt));
        String shown = attempt == 1 ? status : status + " (attempt " + attempt + ")";
        screen.task(name, task.path("_type").asText(), shown);
    }

    private int attempt(String id) throws DemoFailure, InterruptedException {
        return 1 + server.get(path + "/tasks/" + id).path("_retryCount").asInt();
    }

    private void logs(String name, String id) throws DemoFailure, InterruptedException {
        int offset = lines.getOrDefault(name, 0);
        JsonNode page = server.get(path + "/tasks/" + id + "/logs?_offset=" + offset + "&_pageSize=" + LINES);
        for (JsonNode line : page.path("_list")) {
            screen.log(name, line.path("level").asText(), line.path("message").asText());
        }
        lines.put(name, offset + page.path("_list").size());
    }
}
