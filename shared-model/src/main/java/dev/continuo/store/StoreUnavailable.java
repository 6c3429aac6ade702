package dev.continuo.store;

/**
 * Postgres cannot be reached or did not answer in time: nothing is acknowledged, and the caller may try again. When the
 * connection broke during the commit, the change may have been made.
 */
public final class StoreUnavailable extends RuntimeException {
    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
