package dev.continuo.worker.connector.mcp;

import dev.continuo.decide.Command.RetryWish;

/** A server gave no usable answer. The message is for people; it may quote the server. */
public final class McpFailure extends RuntimeException {

    enum Kind {
        /** The way to the server, or what came back on it. */
        TROUBLE,
        /** The server has forgotten the conversation. */
        SESSION_GONE,
        /** The server understood, and answered with an error. */
        REFUSAL
    }

    /** Immutable, as exceptions are passed around. */
    private final transient RetryWish retry;

    private final Kind kind;

    private McpFailure(String message, RetryWish retry, Kind kind) {
        super(message, null, false, false);
        this.retry = retry;
        this.kind = kind;
    }

    /** Another attempt cannot help. */
    static McpFailure forGood(String message) {
        return new McpFailure(message, new RetryWish.Never(), Kind.TROUBLE);
    }

    /** Another attempt may help. */
    static McpFailure forNow(String message) {
        return new McpFailure(message, new RetryWish.ByPolicy(), Kind.TROUBLE);
    }

    static McpFailure trouble(String message, RetryWish retry) {
        return new McpFailure(message, retry, Kind.TROUBLE);
    }

    static McpFailure sessionGone(String message) {
        return new McpFailure(message, new RetryWish.ByPolicy(), Kind.SESSION_GONE);
    }

    static McpFailure refusal(String message, RetryWish retry) {
        return new McpFailure(message, retry, Kind.REFUSAL);
    }

    public RetryWish retry() {
        return retry;
    }

    /** Whether the server understood the request and answered with an error, so that another request may succeed. */
    public boolean isRefusal() {
        return kind == Kind.REFUSAL;
    }

    boolean isSessionGone() {
        return kind == Kind.SESSION_GONE;
    }
}
