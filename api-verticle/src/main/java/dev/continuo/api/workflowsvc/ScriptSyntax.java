package dev.continuo.api.workflowsvc;

import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.script.ScriptPool;
import dev.continuo.store.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** Asks the script pool whether a text is JavaScript. */
final class ScriptSyntax {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ScriptPool pool;

    ScriptSyntax(ScriptPool pool) {
        this.pool = pool;
    }

    /** What is wrong, with line and column; empty when nothing is. */
    Future<Optional<String>> fault(Vertx vertx, Script script) {
        return Future.fromCompletionStage(pool.check(script, LIMIT), vertx.getOrCreateContext())
                .map(nothing -> Optional.<String>empty())
                .recover(failure -> switch (cause(failure)) {
                    case ScriptFailure fault -> Future.succeededFuture(Optional.of(fault.getMessage()));
                    case RejectedExecutionException full -> Future.failedFuture(overloaded(full));
                    case Throwable other -> Future.failedFuture(other);
                });
    }

    /** The same, for a thread that may wait. */
    Optional<String> faultNow(Script script) {
        try {
            pool.check(script, LIMIT).join();
            return Optional.empty();
        } catch (CompletionException e) {
            return switch (cause(e)) {
                case ScriptFailure fault -> Optional.of(fault.getMessage());
                case RejectedExecutionException full -> throw overloaded(full);
                case Throwable other -> throw new IllegalStateException("A script cannot be checked", other);
            };
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static Overloaded overloaded(RejectedExecutionException full) {
        return new Overloaded("The script cannot be checked now: " + full.getMessage());
    }
}
