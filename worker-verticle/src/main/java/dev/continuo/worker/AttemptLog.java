package dev.continuo.worker;

import dev.continuo.model.LogEntry;
import dev.continuo.model.LogEntry.Level;
import dev.continuo.worker.connector.TaskLog;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Gathers the lines of one attempt until they are written, mostly together with the attempt's result.
 */
final class AttemptLog implements TaskLog {
    static final String TRUNCATED = "Log truncated: an attempt's log has at most %d lines and %d bytes";

    private final UUID taskId;
    private final InstantSource clock;
    private final WorkerSettings.LogLimits limits;
    private final Redactor redactor = new Redactor();
    private List<LogEntry> waiting = new ArrayList<>();
    private int lines;
    private int bytes;
    private boolean truncated;

    AttemptLog(UUID taskId, InstantSource clock, WorkerSettings.LogLimits limits) {
        this.taskId = taskId;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public void info(String message) {
        add(Level.INFO, message);
    }

    @Override
    public void warn(String message) {
        add(Level.WARN, message);
    }

    @Override
    public void error(String message) {
        add(Level.ERROR, message);
    }

    @Override
    public void hide(String secret) {
        redactor.hide(secret);
    }

    @Override
    public String redact(String text) {
        return redactor.redact(text);
    }

    /** The lines since the last time. */
    List<LogEntry> drain() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<LogEntry> drained = waiting;
        waiting = new ArrayList<>();
        return drained;
    }

    /** Puts lines back that could not be written. */
    void restore(List<LogEntry> lines) {
        waiting.addAll(0, lines);
    }

    private void add(Level level, String message) {
        if (truncated) {
            return;
        }
        String line = shortened(redactor.redact(message));
        int size = line.getBytes(StandardCharsets.UTF_8).length;
        if (lines == limits.lines() || bytes + size > limits.bytes()) {
            truncated = true;
            waiting.add(new LogEntry(
                    taskId, clock.instant(), Level.WARN, TRUNCATED.formatted(limits.lines(), limits.bytes())));
            return;
        }
        lines++;
        bytes += size;
        waiting.add(new LogEntry(taskId, clock.instant(), level, line));
    }

    private String shortened(String line) {
        String clean = line.replace('\0', ' ');
        return clean.length() <= limits.lineChars() ? clean : clean.substring(0, limits.lineChars()) + "…";
    }
}
