package dev.continuo.expression;

/** A script came to no result through its own doing. The message is fit for the reason of a failed task. */
public final class ScriptFailure extends RuntimeException {

    public enum Kind {
        /** It cannot be read. */
        SYNTAX,
        /** It threw, or its result is no JSON. */
        ERROR,
        /** It was stopped at its time limit. */
        TIMEOUT,
        RESULT_TOO_LARGE,
        /** It wanted more memory than a script may have. */
        MEMORY
    }

    private final Kind kind;

    public ScriptFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
