package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.model.RunStatus;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tasks of agents as their users see them: in answers, in callbacks and in streams alike (agents: class Task). */
public final class AgentDocuments {

    /** The words of the dialect (agents: status). */
    public enum Status {
        RUNNING(Set.of(RunStatus.RUNNING, RunStatus.PAUSED)),
        COMPLETE(Set.of(RunStatus.COMPLETED)),
        ERROR(Set.of(RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.TERMINATED));

        private final Set<RunStatus> stands;

        Status(Set<RunStatus> stands) {
            this.stands = stands;
        }

        public Set<RunStatus> statuses() {
            return stands;
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Status of(RunStatus status) {
            return switch (status) {
                case RUNNING, PAUSED -> RUNNING;
                case COMPLETED -> COMPLETE;
                case FAILED, TIMED_OUT, TERMINATED -> ERROR;
            };
        }
    }

    /** What telling that lines are left out takes at most. */
    private static final int NOTE_BYTES = 64;

    private AgentDocuments() {}

    /** As {@link #of(AgentTask)}, within so many bytes of JSON where leaving out the oldest lines of the log does it. */
    public static ObjectNode of(AgentTask task, int mostBytes) {
        ObjectNode whole = of(task);
        long over = (long) bytes(whole) - mostBytes;
        if (over <= 0) {
            return whole;
        }
        over += NOTE_BYTES;
        int first = 0;
        for (List<String> logs = task.logs(); over > 0 && first < logs.size(); first++) {
            over -= bytes(TextNode.valueOf(logs.get(first))) + 1;
        }
        return of(task.withoutFirst(first));
    }

    private static int bytes(JsonNode json) {
        return Json.write(json).getBytes(StandardCharsets.UTF_8).length;
    }

    /** {@code {id, name, agentId, userId, createdAt, logs, output, status, callback?}}; output is always an object. */
    public static ObjectNode of(AgentTask task) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", task.id().toString());
        document.put("name", task.name());
        document.put("agentId", task.agentId());
        document.put("userId", task.owner());
        document.put("createdAt", task.createdAt().toString());
        ArrayNode logs = document.putArray("logs");
        if (task.earlier() > 0) {
            logs.add("(" + task.earlier() + " earlier lines are not shown)");
        }
        task.logs().forEach(logs::add);
        document.set("output", task.output().isObject() ? task.output() : JsonNodeFactory.instance.objectNode());
        document.put("status", Status.of(task.status()).word());
        task.callback().ifPresent(url -> document.put("callback", url));
        return document;
    }
}
