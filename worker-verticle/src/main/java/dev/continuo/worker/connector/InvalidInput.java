package dev.continuo.worker.connector;

/** The input is not what the task type needs. Thrown while it is read, and turned into a failure in one place. */
public final class InvalidInput extends RuntimeException {
    public InvalidInput(String message) {
        super(message, null, false, false);
    }
}
