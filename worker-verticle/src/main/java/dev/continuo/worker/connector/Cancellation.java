package dev.continuo.worker.connector;

import java.util.ArrayList;
import java.util.List;

/** Tells an execution that nobody wants its result any more. Used from the execution's event loop only. */
public final class Cancellation {
    private final List<Runnable> handlers = new ArrayList<>(2);
    private boolean cancelled;

    /** Runs the handler on cancellation; at once, when that has been. */
    public void onCancel(Runnable handler) {
        if (cancelled) {
            handler.run();
        } else {
            handlers.add(handler);
        }
    }

    public boolean isCancelled() {
        return cancelled;
    }

    public void cancel() {
        if (cancelled) {
            return;
        }
        cancelled = true;
        List<Runnable> waiting = List.copyOf(handlers);
        handlers.clear();
        waiting.forEach(Runnable::run);
    }
}
