package dev.continuo.engine;

/** What a start does whose idempotency key has started a run of the workflow already (source: conductor). */
public enum IdempotencyStrategy {
    /** It is refused. */
    FAIL,
    /** It answers with that run. */
    RETURN_EXISTING,
    /** It is refused while that run lives, and starts another one otherwise. */
    FAIL_ON_RUNNING
}
