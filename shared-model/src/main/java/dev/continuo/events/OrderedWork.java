package dev.continuo.events;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts pieces of work, at most so many at once, those with the same key one after another in the order in which they
 * came. Confined to one thread; the number of waiting pieces is the caller's to bound.
 */
final class OrderedWork<K> {
    private final int limit;
    /** A key that is here has work under way or ready; what waits behind that is in its queue. */
    private final Map<K, ArrayDeque<Runnable>> waiting = new HashMap<>();

    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private int running;
    private boolean starting;
    private boolean stopped;

    OrderedWork(int limit) {
        this.limit = limit;
    }

    /** @param work is run now or later, and must lead to one {@link #done} with the same key */
    void add(K key, Runnable work) {
        if (stopped) {
            return;
        }
        ArrayDeque<Runnable> before = waiting.get(key);
        if (before == null) {
            waiting.put(key, new ArrayDeque<>(0));
            ready.add(work);
            startReady();
        } else {
            before.add(work);
        }
    }

    void done(K key) {
        running--;
        ArrayDeque<Runnable> next = waiting.get(key);
        if (next.isEmpty()) {
            waiting.remove(key);
        } else {
            ready.add(next.remove());
        }
        startReady();
    }

    int running() {
        return running;
    }

    /** Starts nothing any more. */
    void stop() {
        stopped = true;
        ready.clear();
        waiting.values().forEach(ArrayDeque::clear);
    }

    private void startReady() {
        // Work that is done at once calls back in here: a loop instead of a recursion as deep as the queue is long.
        if (starting) {
            return;
        }
        starting = true;
        try {
            while (running < limit && !ready.isEmpty()) {
                running++;
                ready.remove().run();
            }
        } finally {
            starting = false;
        }
    }
}
