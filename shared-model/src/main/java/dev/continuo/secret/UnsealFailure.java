package dev.continuo.secret;

/** A sealed text cannot be opened. The message tells why, and nothing of the content. */
public final class UnsealFailure extends RuntimeException {

    public UnsealFailure(String message) {
        super(message);
    }
}
