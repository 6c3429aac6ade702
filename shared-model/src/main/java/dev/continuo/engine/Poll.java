package dev.continuo.engine;

import dev.continuo.store.PolledTask;
import io.vertx.core.Future;
import java.util.List;

/** Somebody who waits for tasks. */
public interface Poll {
    /**
     * What the poll came to, on the context that it was begun on: empty when there was nothing until its end. Fails with
     * {@link dev.continuo.store.StoreUnavailable} or {@link dev.continuo.store.Overloaded}.
     */
    Future<List<PolledTask>> tasks();

    /** Nobody would get an answer any more: what is handed out to this poll from now on goes back to its queue. */
    void cancel();
}
