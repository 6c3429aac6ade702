package dev.continuo.engine;

import dev.continuo.store.PolledTask;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A poll that waits. Confined to the context of its {@link WaitingRoom}. */
final class Waiter {
    final Optional<String> worker;
    final int count;
    private final Promise<List<PolledTask>> promise;
    private final List<PolledTask> tasks = new ArrayList<>();
    long timer = -1;
    boolean claiming;
    /** A claim was made for it: it may end with nothing. */
    boolean looked;

    boolean expired;
    private boolean over;

    Waiter(Optional<String> worker, int count, Promise<List<PolledTask>> promise) {
        this.worker = worker;
        this.count = count;
        this.promise = promise;
    }

    /** True when nobody listens any more. */
    boolean over() {
        return over;
    }

    boolean served() {
        return !tasks.isEmpty();
    }

    void give(PolledTask task) {
        tasks.add(task);
    }

    void end() {
        over = true;
        promise.tryComplete(List.copyOf(tasks));
    }

    void fail(Throwable cause) {
        over = true;
        promise.tryFail(cause);
    }
}
