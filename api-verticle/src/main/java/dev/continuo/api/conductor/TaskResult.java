package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.api.Call;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.decide.Command;
import dev.continuo.model.LogEntry;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a worker says about a task (conductor: TaskResult).
 *
 * @param storagePath where the output was left, when it was not sent along
 * @param notes what is kept and shown with the task as it is
 */
record TaskResult(
        UUID runId,
        UUID taskId,
        TaskStatus status,
        ObjectNode output,
        Optional<String> reason,
        Duration callbackAfter,
        boolean extendLease,
        Optional<String> workerId,
        Optional<String> storagePath,
        ObjectNode notes,
        List<LogEntry> logs) {

    /** The statuses that a result may have, as they are sent. */
    private static final Map<String, TaskStatus> STATUSES = Map.of(
            "IN_PROGRESS", TaskStatus.IN_PROGRESS,
            "COMPLETED", TaskStatus.COMPLETED,
            "FAILED", TaskStatus.FAILED,
            "FAILED_WITH_TERMINAL_ERROR", TaskStatus.FAILED_WITH_TERMINAL_ERROR,
            "CANCELED", TaskStatus.CANCELED);

    static final String STATUS_RULE = " must be IN_PROGRESS, COMPLETED, FAILED, FAILED_WITH_TERMINAL_ERROR or CANCELED";

    private static final int MAX_REASON = 500;
    private static final int MAX_LOGS = 10;
    static final int MAX_LOG_CHARS = 32 * 1024;
    private static final long MAX_CALLBACK_SECONDS = Integer.MAX_VALUE;
    private static final long LATEST_MILLIS =
            Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

    sealed interface Checked {
        record Valid(TaskResult result) implements Checked {}

        record Faulty(List<Flaw> flaws) implements Checked {}
    }

    static Optional<TaskStatus> status(String text) {
        return Optional.ofNullable(STATUSES.get(text));
    }

    /** What is said of a task whose output is all that there is to say. */
    static TaskResult of(UUID runId, UUID taskId, TaskStatus status, ObjectNode output, Optional<String> workerId) {
        ObjectNode notes = Views.object();
        workerId.ifPresent(worker -> notes.put(TaskView.WORKER, worker));
        return new TaskResult(
                runId,
                taskId,
                status,
                output,
                Optional.empty(),
                Duration.ZERO,
                false,
                workerId,
                Optional.empty(),
                notes,
                List.of());
    }

    static Checked read(ObjectNode body, Instant now) {
        return new Reader(body, now).read();
    }

    TaskResult withOutput(ObjectNode read) {
        return new TaskResult(
                runId,
                taskId,
                status,
                read,
                reason,
                callbackAfter,
                extendLease,
                workerId,
                Optional.empty(),
                notes,
                logs);
    }

    /** A result that extends the lease says nothing else, whatever is sent with it. */
    Command.Update command(String by) {
        if (extendLease) {
            return new Command.Update(
                    runId,
                    taskId,
                    TaskStatus.IN_PROGRESS,
                    Views.object(),
                    Optional.empty(),
                    Duration.ZERO,
                    true,
                    Views.object(),
                    List.of(),
                    by);
        }
        ObjectNode kept = notes;
        if (storagePath.isPresent()) {
            kept = notes.deepCopy();
            kept.put("externalOutputPayloadStoragePath", storagePath.get());
        }
        return new Command.Update(runId, taskId, status, output, reason, callbackAfter, false, kept, logs, by);
    }

    /** Reads as the original does: null is absent, and a number may be written as text. */
    private static final class Reader {
        private final ObjectNode body;
        private final Instant now;
        private final List<Flaw> flaws = new ArrayList<>();

        private Reader(ObjectNode body, Instant now) {
            this.body = body;
            this.now = now;
        }

        private Checked read() {
            Optional<UUID> run = id("workflowInstanceId");
            Optional<UUID> task = id("taskId");
            boolean extendLease = flag("extendLease");
            Optional<TaskStatus> status = extendLease ? Optional.of(TaskStatus.IN_PROGRESS) : status();
            ObjectNode output = object("outputData");
            Duration callbackAfter = callbackAfter();
            Optional<String> reason = text("reasonForIncompletion").map(all -> cut(all, MAX_REASON));
            Optional<String> worker = text("workerId");
            Optional<String> path = text("externalOutputPayloadStoragePath");
            ObjectNode notes = notes();
            List<LogEntry> logs = task.map(this::logs).orElse(List.of());
            if (!flaws.isEmpty()) {
                return new Checked.Faulty(List.copyOf(flaws));
            }
            return new Checked.Valid(new TaskResult(
                    run.orElseThrow(),
                    task.orElseThrow(),
                    status.orElseThrow(),
                    output,
                    reason,
                    callbackAfter,
                    extendLease,
                    worker,
                    path,
                    notes,
                    logs));
        }

        private JsonNode value(String name) {
            JsonNode value = body.path(name);
            return value.isNull() ? MissingNode.getInstance() : value;
        }

        private void flaw(String name, String message) {
            flaws.add(new Flaw.AtPath(name, name + message, TextNode.valueOf(shown(value(name)))));
        }

        private static String shown(JsonNode value) {
            return cut(value.isValueNode() ? value.asText() : value.toString(), 100);
        }

        private Optional<UUID> id(String name) {
            JsonNode value = value(name);
            Optional<UUID> id = value.isTextual() ? Call.uuid(value.textValue()) : Optional.empty();
            if (id.isEmpty()) {
                flaw(name, " is required and must be an id");
            }
            return id;
        }

        private Optional<TaskStatus> status() {
            Optional<TaskStatus> status = TaskResult.status(value("status").asText());
            if (status.isEmpty()) {
                flaw("status", STATUS_RULE);
            }
            return status;
        }

        private boolean flag(String name) {
            JsonNode value = value(name);
            boolean boolish = value.isBoolean() || value.asText().matches("(?i)true|false");
            if (!value.isMissingNode() && !boolish) {
                flaw(name, " must be true or false");
            }
            return value.asBoolean();
        }

        private ObjectNode object(String name) {
            JsonNode value = value(name);
            if (value instanceof ObjectNode object) {
                return object;
            }
            if (!value.isMissingNode()) {
                flaw(name, " must be an object");
            }
            return Views.object();
        }

        private Optional<String> text(String name) {
            JsonNode value = value(name);
            if (!value.isMissingNode() && !value.isValueNode()) {
                flaw(name, " must be a text");
            }
            return Optional.of(value.asText()).filter(text -> !text.isBlank());
        }

        private Duration callbackAfter() {
            JsonNode value = value("callbackAfterSeconds");
            if (value.isMissingNode()) {
                return Duration.ZERO;
            }
            String digits = value.asText();
            boolean whole = digits.matches("[0-9]{1,10}") && Long.parseLong(digits) <= MAX_CALLBACK_SECONDS;
            if (!whole) {
                flaw("callbackAfterSeconds", " must be a whole number from 0 to " + MAX_CALLBACK_SECONDS);
                return Duration.ZERO;
            }
            return Duration.ofSeconds(Long.parseLong(digits));
        }

        private ObjectNode notes() {
            ObjectNode notes = Views.object();
            for (String name : List.of("outputMessage", "executionMetadata")) {
                if (body.path(name) instanceof ObjectNode object && !object.isEmpty()) {
                    notes.set(name, object);
                }
            }
            return notes;
        }

        private List<LogEntry> logs(UUID taskId) {
            JsonNode list = value("logs");
            if (!list.isMissingNode() && !list.isArray()) {
                flaw("logs", " must be a list");
            }
            List<LogEntry> lines = new ArrayList<>();
            for (JsonNode item : list) {
                JsonNode text = item.path("log");
                if (lines.size() < MAX_LOGS && text.isValueNode() && !text.isNull()) {
                    lines.add(line(taskId, at(item.path("createdTime")), text.asText()));
                }
            }
            return lines;
        }

        /** A time that nobody can have meant is the time of the result. */
        private Instant at(JsonNode createdTime) {
            long millis = createdTime.asLong();
            return millis > 0 && millis <= LATEST_MILLIS ? Instant.ofEpochMilli(millis) : now;
        }
    }

    static LogEntry line(UUID taskId, Instant at, String text) {
        return new LogEntry(taskId, at, LogEntry.Level.INFO, cut(text, MAX_LOG_CHARS));
    }

    /** Never cuts a character in two. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
