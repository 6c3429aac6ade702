package dev.continuo.model;

import java.time.Instant;
import java.util.UUID;

/** A line of a task's log. */
public record LogEntry(UUID taskId, Instant at, Level level, String message) {
    public enum Level {
        DEBUG(0),
        INFO(1),
        WARN(2),
        ERROR(3);

        private static final Level[] BY_CODE = values();

        private final short code;

        Level(int code) {
            this.code = (short) code;
        }

        public short code() {
            return code;
        }

        public static Level ofCode(int code) {
            return BY_CODE[code];
        }
    }
}
