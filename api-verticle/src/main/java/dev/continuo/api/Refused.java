package dev.continuo.api;

/** The sender of a request is not let in. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    /** @param answer a {@link Problem}, perhaps with headers, which is worded as the dialect does */
    public Refused(Answer answer) {
        super("The request is refused", null, false, false);
        this.answer = answer;
    }

    public Answer answer() {
        return answer;
    }
}
