package dev.continuo.worker.connector.exchange;

/**
 * How many bytes of responses a worker may hold at once, over all its executions. One response is bounded already; this
 * keeps many large ones at the same time from filling the heap. Confined to one event loop.
 */
public final class Receiving {
    private final long limit;
    private long held;

    /** There are too many large responses at once. */
    public static final class Full extends RuntimeException {
        Full(long limit) {
            super(
                    "the responses that are being received at once are larger than " + limit + " bytes together",
                    null,
                    false,
                    false);
        }
    }

    public Receiving(long limit) {
        this.limit = limit;
    }

    boolean take(int bytes) {
        if (held + bytes > limit) {
            return false;
        }
        held += bytes;
        return true;
    }

    void release(long bytes) {
        held -= bytes;
    }

    long limit() {
        return limit;
    }
}
