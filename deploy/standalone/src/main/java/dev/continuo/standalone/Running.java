package dev.continuo.standalone;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be closed in reverse order, once, by whichever thread comes first: the one that started it or
 * the one that the operating system's signal woke.
 */
public final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(15);

    private final Deque<Started> started = new ArrayDeque<>();
    private final Duration closeLimit;
    private boolean closed;
    private volatile boolean clean = true;
    private volatile String closing = "Nothing";

    public Running() {
        this(CLOSE_LIMIT);
    }

    Running(Duration closeLimit) {
        this.closeLimit = closeLimit;
    }

    private record Started(String name, AutoCloseable resource) {}

    /** Takes over a resource; one that arrives after the end is closed at once. */
    public <T extends AutoCloseable> T add(String name, T resource) {
        Started one = new Started(name, resource);
        if (!taken(one)) {
            close(one);
        }
        return resource;
    }

    private synchronized boolean taken(Started one) {
        if (!closed) {
            started.push(one);
        }
        return !closed;
    }

    /** Returns when everything is closed, or after 15 s: what hangs must not keep the process from ending. */
    @Override
    public void close() {
        try {
            closeWithin(closeLimit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean closeWithin(Duration limit) throws InterruptedException {
        Thread closer = new Thread(this::closeAll, "closing");
        closer.setDaemon(true);
        closer.start();
        boolean done = closer.join(limit);
        if (!done) {
            LOG.warn("Not everything stopped within {} ms: {} hangs", limit.toMillis(), closing);
        }
        return done;
    }

    private void closeAll() {
        for (Optional<Started> next = last(); next.isPresent(); next = last()) {
            close(next.get());
        }
    }

    private synchronized Optional<Started> last() {
        closed = true;
        return Optional.ofNullable(started.poll());
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
        try {
            boolean done = closeWithin(limit);
            Runtime.getRuntime().halt(done && clean ? exitCode.getAsInt() : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void close(Started one) {
        closing = one.name();
        try {
            one.resource().close();
        } catch (Exception e) {
            // The others must be closed all the same; the process's exit code tells.
            clean = false;
            LOG.error("Could not stop {}", one.name(), e);
        }
    }
}
