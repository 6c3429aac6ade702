package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Watches a task of an agent, and tells the lines of its log as they come. */
final class TaskFollower {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Server server;
    private final Screen screen;
    private final String path;
    private final List<String> lines = new ArrayList<>();

    /** @param path of the task */
    TaskFollower(Server server, Screen screen, String path) {
        this.server = server;
        this.screen = screen;
        this.path = path;
    }

    static boolean ended(JsonNode task) {
        return !task.path("status").asText().equals("running");
    }

    /** Follows until the task has ended, and returns it then. */
    JsonNode follow() throws DemoFailure, InterruptedException {
        while (true) {
            JsonNode task = server.get(path);
            tell(task);
            if (ended(task)) {
                return task;
            }
            Thread.sleep(INTERVAL);
        }
    }

    /** What was told so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    private void tell(JsonNode task) {
        List<String> now = task.path("logs").valueStream().map(JsonNode::asText).toList();
        for (String line : now.subList(Math.min(lines.size(), now.size()), now.size())) {
            lines.add(line);
            screen.line(line);
        }
    }
}
