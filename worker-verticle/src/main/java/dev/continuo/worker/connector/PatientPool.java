package dev.continuo.worker.connector;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.script.ConsoleSink;
import dev.continuo.script.ScriptPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The script pool as executions use it: a full pool says nothing about the script, so that an attempt waits until there
 * is room or its time limit cancels it.
 */
public final class PatientPool {
    private static final long FULL_POOL_MILLIS = 50;

    /** @param limit of the evaluation alone */
    public record Terms(ConsoleSink console, Duration limit, Cancellation cancellation) {}

    private final Vertx vertx;
    private final ScriptPool pool;

    public PatientPool(Vertx vertx, ScriptPool pool) {
        this.vertx = vertx;
        this.pool = pool;
    }

    /** Fails with {@link dev.continuo.expression.ScriptFailure}, or a rejection when it was cancelled while it waited. */
    public Future<JsonNode> evaluate(Script script, JsonNode input, Terms terms) {
        return Future.fromCompletionStage(
                        pool.submit(script, input, terms.console, terms.limit), vertx.getOrCreateContext())
                .recover(failure -> failure instanceof RejectedExecutionException && !terms.cancellation.isCancelled()
                        ? vertx.timer(FULL_POOL_MILLIS, TimeUnit.MILLISECONDS)
                                .compose(v -> evaluate(script, input, terms))
                        : Future.failedFuture(failure));
    }
}
