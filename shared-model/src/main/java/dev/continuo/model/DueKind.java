package dev.continuo.model;

/** What {@code task.due_at}, the single clock of a task, means at this moment. */
public enum DueKind {
    /** Nothing is due: the task is closed, or it waits for its children without a limit. */
    NONE(0),
    /** Not to be handed out before {@code due_at}: a retry's backoff or a start delay. */
    DELAY(1),
    /** Published to the workers; when nobody has claimed it by {@code due_at}, it is published again. */
    DISPATCH(2),
    /** Claimed by a worker whose lease, or whose time limit, ends at {@code due_at}. */
    LEASE(3),
    /** It waits for somebody; if there is a {@code due_at}, the decider is to look at it then. */
    TIMER(4),
    /** Reached, but not begun: the run is paused. */
    HELD(5),
    /** Reached, but not begun: a chain of inline tasks gave way to others and goes on in a transaction of its own. */
    CONTINUE(6),
    /** It waits for its children, and no longer than until {@code due_at}: only they, or the limit's end, move it on. */
    LIMIT(7),
    /** An external worker has polled it; when it has not answered by {@code due_at}, the attempt is TIMED_OUT. */
    RESPONSE(8),
    /** It waits for a child run; at {@code due_at} somebody looks whether the child has ended without being heard. */
    CHILD(9),
    /** It waits in its queue for an external worker to poll it; {@code due_at} is its poll timeout, if it has one. */
    QUEUED(10);

    private static final DueKind[] BY_CODE = values();

    private final short code;

    DueKind(int code) {
        this.code = (short) code;
    }

    /** The stable number under which the kind is stored. */
    public short code() {
        return code;
    }

    public static DueKind ofCode(int code) {
        return BY_CODE[code];
    }
}
