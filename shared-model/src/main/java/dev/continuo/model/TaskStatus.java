package dev.continuo.model;

/**
 * Where one attempt of a task stands (source of the set: conductor, Task).
 *
 * <p>{@code SCHEDULED} and {@code IN_PROGRESS} are open: only an open attempt may be claimed, completed or timed out.
 */
public enum TaskStatus {
    SCHEDULED(0),
    IN_PROGRESS(1),
    COMPLETED(2),
    COMPLETED_WITH_ERRORS(3),
    FAILED(4),
    FAILED_WITH_TERMINAL_ERROR(5),
    TIMED_OUT(6),
    CANCELED(7),
    SKIPPED(8);

    private static final TaskStatus[] BY_CODE = values();

    private final short code;

    TaskStatus(int code) {
        this.code = (short) code;
    }

    /** The stable number under which the status is stored. */
    public short code() {
        return code;
    }

    public static TaskStatus ofCode(int code) {
        return BY_CODE[code];
    }

    public boolean open() {
        return this == SCHEDULED || this == IN_PROGRESS;
    }

    /** True when the flow may go past the task. */
    public boolean successful() {
        return this == COMPLETED || this == COMPLETED_WITH_ERRORS || this == SKIPPED;
    }
}
