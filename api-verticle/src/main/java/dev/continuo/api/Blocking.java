package dev.continuo.api;

import dev.continuo.store.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Runs checks that may take long on a few threads of their own, so that no event loop waits for them. For one event loop,
 * of which only so many may be under way.
 */
public final class Blocking {
    private static final int THREADS = 2;
    private static final int MAX_SECONDS = 30;
    private static final int MOST = 256;

    private final WorkerExecutor executor;
    private int underWay;

    private Blocking(WorkerExecutor executor) {
        this.executor = executor;
    }

    public static Blocking of(Vertx vertx) {
        return new Blocking(
                vertx.createSharedWorkerExecutor("continuo-api-checks", THREADS, MAX_SECONDS, TimeUnit.SECONDS));
    }

    public <T> Future<T> call(Callable<T> work) {
        if (underWay >= MOST) {
            return Future.failedFuture(new Overloaded("More documents are waiting to be checked than are taken on"));
        }
        underWay++;
        return executor.executeBlocking(work, false).onComplete(done -> underWay--);
    }
}
