package dev.continuo.standalone;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be closed in reverse order, once, by whichever thread comes first: the one that started it or
 * the one that the operating system's signal woke.
 */
public final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Deque<Started> started = new ArrayDeque<>();
    private boolean closed;
    private boolean clean = true;

    private record Started(String name, AutoCloseable resource) {}

    /** Takes over a resource; one that arrives after the end is closed at once. */
    public synchronized <T extends AutoCloseable> T add(String name, T resource) {
        if (closed) {
            close(new Started(name, resource));
        } else {
            started.push(new Started(name, resource));
        }
        return resource;
    }

    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            close(started.pop());
        }
    }

    /**
     * Closes everything when a signal asks the process to end, which it then does with exit code 0 when all was closed
     * cleanly, and after the limit whatever then still hangs. A process that ends by itself keeps its own exit code.
     */
    public void closeOnSignal(Duration limit) {
        closeOnSignal(limit, () -> 0);
    }

    /** The same, with the exit code for when all was closed cleanly. */
    public void closeOnSignal(Duration limit, IntSupplier exitCode) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAndHalt(limit, exitCode), "shutdown"));
    }

    private void closeAndHalt(Duration limit, IntSupplier exitCode) {
        if (isClosed()) {
            return;
        }
        Thread closer = new Thread(this::close, "closing");
        closer.setDaemon(true);
        closer.start();
        try {
            boolean done = closer.join(limit);
            if (!done) {
                LOG.warn("Not everything stopped within {} s", limit.toSeconds());
            }
            Runtime.getRuntime().halt(done && closedCleanly() ? exitCode.getAsInt() : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized boolean closedCleanly() {
        return clean;
    }

    private void close(Started one) {
        try {
            one.resource().close();
        } catch (Exception e) {
            // The others must be closed all the same; the process's exit code tells.
            clean = false;
            LOG.error("Could not stop {}", one.name(), e);
        }
    }
}
