package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.ConnectorResult.Failed;

/** A provider gave no usable answer. Its message is for people, and free of secrets. */
public final class ProviderFailure extends RuntimeException {
    /** Immutable, as exceptions are passed around. */
    private final transient RetryWish retry;

    public ProviderFailure(String message, RetryWish retry) {
        super(message, null, false, false);
        this.retry = retry;
    }

    /** Another attempt cannot help. */
    public static ProviderFailure forGood(String message) {
        return new ProviderFailure(message, new RetryWish.Never());
    }

    /** Another attempt may help. */
    public static ProviderFailure forNow(String message) {
        return new ProviderFailure(message, new RetryWish.ByPolicy());
    }

    public RetryWish retry() {
        return retry;
    }

    /** As the result of an attempt that has nothing else to tell. */
    public Failed asResult() {
        return new Failed(getMessage(), MissingNode.getInstance(), retry);
    }
}
