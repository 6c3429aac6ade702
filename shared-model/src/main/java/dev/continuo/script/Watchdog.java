package dev.continuo.script;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.graalvm.polyglot.Context;

/**
 * Looks at the running evaluations every few milliseconds and interrupts those that took too long or too much. One
 * thread, which sleeps while nothing runs; an interruption waits for its context on a thread of its own.
 */
final class Watchdog implements AutoCloseable {

    enum Verdict {
        NONE,
        TIMEOUT,
        MEMORY
    }

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Below this a full heap is somebody else's doing. */
    private static final long NOTABLE_BYTES = 64L << 20;

    private static final double HEAP_FULL = 0.92;

    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closed;

    Watchdog() {
        thread = Thread.ofPlatform().daemon().name("script-watchdog").start(this::look);
    }

    /** One evaluation on the calling thread; {@link #end} must follow on it. */
    final class Watch {

        private final Context context;
        private final Consumer<Verdict> stuck;
        private final Thread evaluating = Thread.currentThread();
        private final long started = System.nanoTime();
        private final long allowedNanos;
        private final long allowedBytes;
        private final long bytesBefore = Allocation.bytes(evaluating);
        private final AtomicBoolean decided = new AtomicBoolean();
        private final CountDownLatch interrupted = new CountDownLatch(1);
        private volatile Verdict verdict = Verdict.NONE;

        private Watch(Context context, Duration limit, long allowedBytes, Consumer<Verdict> stuck) {
            this.context = context;
            this.allowedNanos = limit.toNanos();
            this.allowedBytes = allowedBytes;
            this.stuck = stuck;
        }

        /**
         * May be called again. Afterwards no interruption of this evaluation is under way, so none can hit the next
         * one. Unless NONE, the context must not be used again: it may have been interrupted anywhere.
         */
        Verdict end() {
            watches.remove(this);
            if (decided.compareAndSet(false, true)) {
                interrupted.countDown();
            } else {
                awaitInterruption();
            }
            return verdict;
        }

        private void awaitInterruption() {
            boolean restore = false;
            boolean waiting = true;
            while (waiting) {
                try {
                    interrupted.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    restore = true;
                }
            }
            if (restore) {
                Thread.currentThread().interrupt();
            }
        }

        private void look(long now, boolean heapFull) {
            if (now - started > allowedNanos) {
                interrupt(Verdict.TIMEOUT);
                return;
            }
            long bytes = Allocation.bytes(evaluating) - bytesBefore;
            if (bytes > allowedBytes || heapFull && bytes > NOTABLE_BYTES) {
                interrupt(Verdict.MEMORY);
            }
        }

        private void interrupt(Verdict reason) {
            if (decided.compareAndSet(false, true)) {
                verdict = reason;
                watches.remove(this);
                Thread.ofPlatform().daemon().name("script-interrupt").start(this::interruptContext);
            }
        }

        private void interruptContext() {
            try {
                context.interrupt(GRACE);
            } catch (TimeoutException e) {
                stuck.accept(verdict);
            } finally {
                interrupted.countDown();
            }
        }
    }

    /** @param stuck called when the evaluation did not heed the interruption within a second */
    Watch watch(Context context, Duration limit, long allowedBytes, Consumer<Verdict> stuck) {
        var watch = new Watch(context, limit, allowedBytes, stuck);
        watches.add(watch);
        if (parked) {
            LockSupport.unpark(thread);
        }
        return watch;
    }

    private void look() {
        long lastBusy = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            if (!watches.isEmpty()) {
                lastBusy = now;
                boolean heapFull = heapFull();
                watches.forEach(watch -> watch.look(now, heapFull));
            }
            if (now - lastBusy > LINGER_NANOS) {
                parkUntilNeeded();
                lastBusy = System.nanoTime();
            } else {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /** A watch added before the flag is seen by the second look; one added after it unparks. */
    private void parkUntilNeeded() {
        parked = true;
        if (watches.isEmpty() && !closed) {
            LockSupport.park();
        }
        parked = false;
    }

    private static boolean heapFull() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() > HEAP_FULL * runtime.maxMemory();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
