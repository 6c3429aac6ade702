package dev.continuo.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.events.RunLifecycle.Change;
import dev.continuo.model.QueueName;
import dev.continuo.model.RunStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Events as JSON, as the schemas under {@code /events} have it. Members that it does not know are ignored, and members
 * that came after the first version may be missing.
 */
public final class EventCodec {
    /** Larger values are refused unread; Kafka's own limit is about the same. */
    public static final int MAX_BYTES = 1_048_576;

    private static final int MAX_DEPTH = 200;

    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private EventCodec() {}

    /** What comes of reading. */
    public sealed interface Decoded {
        record Read(Event event) implements Decoded {}

        /** @param reason names the member that is wrong, never its value */
        record Unreadable(String reason) implements Decoded {}
    }

    public static byte[] encode(Event event) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (event) {
            case TaskQueued queued -> write(queued, json);
            case RunLifecycle lifecycle -> write(lifecycle, json);
            case WorkflowEvent announced -> write(announced, json);
            case StartRun start -> write(start, json);
            case CompleteTask complete -> write(complete, json);
            case FailTask fail -> write(fail, json);
        }
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Cannot write an event of the type " + event.eventType(), e);
        }
    }

    /** @param ceType the CloudEvents type, from the header {@code ce_type} */
    public static Decoded decode(String ceType, byte[] value) {
        Optional<EventType> type = EventType.of(ceType);
        if (type.isEmpty()) {
            return new Decoded.Unreadable("The event type " + quoted(ceType) + " is not known");
        }
        if (value.length > MAX_BYTES) {
            return new Decoded.Unreadable("The value has " + value.length + " bytes, more than " + MAX_BYTES);
        }
        try {
            JsonNode json = JSON.readTree(value);
            if (!(json instanceof ObjectNode object)) {
                return new Decoded.Unreadable("The value is not a JSON object");
            }
            return new Decoded.Read(read(type.get(), new EventFields(object)));
        } catch (JsonProcessingException e) {
            // Jackson's message may quote the value.
            return new Decoded.Unreadable("The value is not JSON, or too deep" + where(e));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read an array of bytes", e);
        } catch (NumberFormatException e) {
            return new Decoded.Unreadable("The value holds a number whose exponent is out of range");
        } catch (EventFields.Malformed e) {
            return new Decoded.Unreadable(e.getMessage());
        }
    }

    private static Event read(EventType type, EventFields fields) {
        return switch (type) {
            case TASK_QUEUED -> taskQueued(fields);
            case RUN_LIFECYCLE -> runLifecycle(fields);
            case WORKFLOW_EVENT -> workflowEvent(fields);
            case START_RUN -> startRun(fields);
            case COMPLETE_TASK -> completeTask(fields);
            case FAIL_TASK -> failTask(fields);
        };
    }

    private static void write(TaskQueued event, ObjectNode json) {
        json.put("taskId", event.taskId().toString());
        json.put("runId", event.runId().toString());
        json.put("namespace", event.namespace());
        json.put("type", event.type());
        json.put("priority", event.priority());
        json.put("attempt", event.attempt());
        event.queue().ifPresent(queue -> {
            json.put("taskName", queue.name());
            queue.domain().ifPresent(domain -> json.put("domain", domain));
        });
    }

    private static TaskQueued taskQueued(EventFields fields) {
        return new TaskQueued(
                fields.uuid("taskId"),
                fields.uuid("runId"),
                fields.name("namespace"),
                fields.name("type"),
                fields.integer("priority", 0, 99),
                fields.integer("attempt", 0, Integer.MAX_VALUE),
                fields.optionalName("taskName").map(name -> new QueueName(name, fields.optionalName("domain"))));
    }

    private static void write(RunLifecycle event, ObjectNode json) {
        json.put("runId", event.runId().toString());
        json.put("namespace", event.namespace());
        json.put("definitionId", event.definitionId().toString());
        json.put("name", event.name());
        json.put("change", event.change().name());
        json.put("status", event.status().name());
        json.put("version", event.version());
        json.put("at", event.at().toString());
        event.reason().ifPresent(reason -> json.put("reason", reason));
    }

    private static RunLifecycle runLifecycle(EventFields fields) {
        return new RunLifecycle(
                fields.uuid("runId"),
                fields.name("namespace"),
                fields.uuid("definitionId"),
                fields.text("name"),
                fields.choice("change", Change.values()),
                fields.choice("status", RunStatus.values()),
                fields.integer("version", 0, Integer.MAX_VALUE),
                fields.instant("at"),
                fields.optionalText("reason"));
    }

    private static void write(WorkflowEvent event, ObjectNode json) {
        json.put("id", event.eventId());
        json.put("event", event.event());
        json.put("namespace", event.namespace());
        json.put("runId", event.runId().toString());
        json.put("taskId", event.taskId().toString());
        json.set("payload", event.payload());
    }

    private static WorkflowEvent workflowEvent(EventFields fields) {
        return new WorkflowEvent(
                fields.name("id"),
                fields.text("event"),
                fields.name("namespace"),
                fields.uuid("runId"),
                fields.uuid("taskId"),
                fields.object("payload"));
    }

    private static void write(StartRun event, ObjectNode json) {
        event.runId().ifPresent(id -> json.put("runId", id.toString()));
        json.put("namespace", event.namespace());
        json.put("definitionId", event.definitionId().toString());
        json.set("input", event.input());
        event.idempotencyKey().ifPresent(key -> json.put("idempotencyKey", key));
        event.correlationId().ifPresent(id -> json.put("correlationId", id));
        event.priority().ifPresent(priority -> json.put("priority", priority));
    }

    private static StartRun startRun(EventFields fields) {
        return new StartRun(
                fields.optionalUuid("runId"),
                fields.name("namespace"),
                fields.uuid("definitionId"),
                fields.object("input"),
                fields.optionalName("idempotencyKey"),
                fields.optionalName("correlationId"),
                fields.optionalInteger("priority", 0, 99));
    }

    private static void write(CompleteTask event, ObjectNode json) {
        json.put("runId", event.runId().toString());
        json.put("taskId", event.taskId().toString());
        event.fence().ifPresent(fence -> json.put("fence", fence));
        json.set("output", event.output());
    }

    private static CompleteTask completeTask(EventFields fields) {
        return new CompleteTask(
                fields.uuid("runId"),
                fields.uuid("taskId"),
                fields.optionalInteger("fence", 0, Integer.MAX_VALUE),
                fields.object("output"));
    }

    private static void write(FailTask event, ObjectNode json) {
        json.put("runId", event.runId().toString());
        json.put("taskId", event.taskId().toString());
        event.fence().ifPresent(fence -> json.put("fence", fence));
        json.put("reason", event.reason());
        json.put("retry", event.retry());
    }

    private static FailTask failTask(EventFields fields) {
        return new FailTask(
                fields.uuid("runId"),
                fields.uuid("taskId"),
                fields.optionalInteger("fence", 0, Integer.MAX_VALUE),
                fields.text("reason"),
                fields.flag("retry", true));
    }

    private static String where(JsonProcessingException e) {
        return Optional.ofNullable(e.getLocation())
                .map(at -> ": line " + at.getLineNr() + ", column " + at.getColumnNr())
                .orElse("");
    }

    private static String quoted(String text) {
        return "`" + (text.length() <= 100 ? text : text.substring(0, 100) + "…") + "`";
    }
}
