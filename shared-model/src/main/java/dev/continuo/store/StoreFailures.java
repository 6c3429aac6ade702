package dev.continuo.store;

import io.vertx.core.Future;

/** Names what was tried when it failed, and tells a Postgres that is away from everything else. */
final class StoreFailures {
    private StoreFailures() {}

    static <T> Future<T> named(Future<T> work, String what) {
        return work.recover(failure -> Future.failedFuture(translated(failure, what)));
    }

    private static RuntimeException translated(Throwable failure, String what) {
        boolean bug = failure instanceof IllegalStateException
                || failure instanceof IllegalArgumentException
                || failure instanceof ClassCastException
                || failure instanceof NullPointerException;
        RuntimeException translated = bug ? (RuntimeException) failure : PgErrors.translate(failure);
        return translated instanceof StoreUnavailable
                ? translated
                : new IllegalStateException("Cannot " + what, translated);
    }
}
