package dev.continuo.worker.connector.rest;

/** The input does not describe a request. Thrown while it is read, and turned into a failure in one place. */
final class InvalidInput extends RuntimeException {
    InvalidInput(String message) {
        super(message, null, false, false);
    }
}
