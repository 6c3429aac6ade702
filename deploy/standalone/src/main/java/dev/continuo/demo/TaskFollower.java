package dev.continuo.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Hears of a task of an agent by its stream of server-sent events, and tells the lines of its log as they come. */
final class TaskFollower {
    private static final String EVENT = "event:";
    private static final String DATA = "data:";
    private static final ObjectMapper JSON = new ObjectMapper();

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

    /** Follows until the task has ended, and returns it as it is read then. */
    JsonNode follow() throws DemoFailure, InterruptedException {
        try (Stream<String> stream = server.lines(path + "/events")) {
            String event = "";
            Iterator<String> parts = stream.iterator();
            while (parts.hasNext()) {
                String part = parts.next();
                if (part.startsWith(EVENT)) {
                    event = part.substring(EVENT.length()).strip();
                } else if (part.startsWith(DATA) && event.equals("log")) {
                    tell(part.substring(DATA.length()));
                }
            }
        } catch (UncheckedIOException e) {
            throw new DemoFailure("The stream of events broke off: " + e.getMessage());
        }
        JsonNode task = server.get(path);
        if (!ended(task)) {
            throw new DemoFailure("The stream of events ended before the task: " + task);
        }
        return task;
    }

    /** What was told so far. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    private void tell(String json) throws DemoFailure {
        try {
            String line = JSON.readTree(json).asText();
            lines.add(line);
            screen.line(line);
        } catch (JsonProcessingException e) {
            throw new DemoFailure("The stream of events has something that is not JSON: " + json);
        }
    }
}
