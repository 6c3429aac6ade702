package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Lines to copy into a shell: each works as it stands, in this order. */
final class ShellLines {
    private static final String CURL = "curl -s ";
    private static final String JSON_BODY = "-H 'content-type: application/json' ";

    private final Workflowsvc server;
    private final String definitionId;
    private final String endedRun;
    private final String waitingRun;
    private final List<String> lines = new ArrayList<>();

    ShellLines(Workflowsvc server, String definitionId, String endedRun, String waitingRun) {
        this.server = server;
        this.definitionId = definitionId;
        this.endedRun = endedRun;
        this.waitingRun = waitingRun;
    }

    /**
     * @param task of the run that has ended
     * @param question the task that waits for an answer
     * @param start the body of a start
     */
    List<String> lines(String task, String question, JsonNode start) {
        String ended = "/workflows/" + endedRun;
        String waiting = "/workflows/" + waitingRun;
        add("The definitions, one of them, and the runs", get("/workflowdefs"));
        add(get("/workflowdefs/" + definitionId));
        add(get("/workflows?_status=COMPLETED"));
        add("The run that has ended, a task of it, and its log", get(ended + "?_includeLoopOverTasks=true"));
        add(get(ended + "/tasks/" + task));
        add(get(ended + "/tasks/" + task + "/logs?plainText=true"));
        add("Pause the run that waits, and let it go on", put(waiting + "/status", "{\"_status\":\"PAUSED\"}"));
        add(put(waiting + "/status", "{\"_status\":\"RESUMED\"}"));
        add(
                "Answer it, and see what comes of it",
                post(waiting + "/userinput/" + question, "{\"_userInput\":{\"decision\":\"rejected\"}}"));
        add(get(waiting));
        add("Start another one", post("/workflows", start.toString()));
        return List.copyOf(lines);
    }

    private void add(String title, String line) {
        lines.add("");
        lines.add("# " + title);
        add(line);
    }

    private void add(String line) {
        lines.add(line);
    }

    private String get(String path) {
        return CURL + "'" + server.url(path) + "'";
    }

    private String put(String path, String body) {
        return CURL + "-X PUT " + JSON_BODY + "-d '" + body + "' '" + server.url(path) + "'";
    }

    private String post(String path, String body) {
        return CURL + JSON_BODY + "-d '" + body + "' '" + server.url(path) + "'";
    }
}
