package dev.continuo.api.workflowsvc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes of definitions that this process makes, so that none of its verticles starts a run from what one of
 * them has just replaced. What other processes change is seen when a cached definition's time is up.
 */
public final class DefinitionChanges {
    private final AtomicLong count = new AtomicLong();

    void happened() {
        count.incrementAndGet();
    }

    long count() {
        return count.get();
    }
}
