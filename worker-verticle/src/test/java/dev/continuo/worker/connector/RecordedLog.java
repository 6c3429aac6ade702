package dev.continuo.worker.connector;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;

/** Keeps what a connector logs, unmasked, and what it wants to be masked. */
public final class RecordedLog implements TaskLog {
    public final List<String> lines = new CopyOnWriteArrayList<>();
    public final Set<String> hidden = new CopyOnWriteArraySet<>();

    @Override
    public void info(String message) {
        lines.add("INFO " + message);
    }

    @Override
    public void warn(String message) {
        lines.add("WARN " + message);
    }

    @Override
    public void error(String message) {
        lines.add("ERROR " + message);
    }

    @Override
    public void hide(String secret) {
        hidden.add(secret);
    }

    @Override
    public String redact(String text) {
        String redacted = text;
        for (String secret : hidden) {
            redacted = redacted.replace(secret, "***");
        }
        return redacted;
    }

    public String text() {
        return String.join("\n", lines);
    }
}
