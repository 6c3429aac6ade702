package dev.continuo.model;

/**
 * Where a run stands. The dialects have words of their own for these: a run that is {@code RUNNING} while none of its
 * tasks has been picked up is {@code QUEUED} to workflowsvc.
 */
public enum RunStatus {
    RUNNING(0),
    PAUSED(1),
    COMPLETED(2),
    FAILED(3),
    TIMED_OUT(4),
    TERMINATED(5);

    private static final RunStatus[] BY_CODE = values();

    private final short code;

    RunStatus(int code) {
        this.code = (short) code;
    }

    /** The stable number under which the status is stored. */
    public short code() {
        return code;
    }

    public static RunStatus ofCode(int code) {
        return BY_CODE[code];
    }

    public boolean terminal() {
        return this != RUNNING && this != PAUSED;
    }
}
