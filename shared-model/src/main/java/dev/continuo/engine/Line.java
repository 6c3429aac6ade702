package dev.continuo.engine;

import dev.continuo.model.QueueName;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A queue as this process knows it, and who waits for it here. Confined to the context of its {@link WaitingRoom}, but
 * for what is volatile or atomic.
 */
final class Line {
    final QueueName queue;
    final String stored;

    /** Something may have come since the last claim was sent. True for a queue that has not been looked into. */
    final AtomicBoolean woken = new AtomicBoolean(true);

    /** In the order of their coming. */
    final Set<Waiter> waiters = new LinkedHashSet<>();

    /** How many of them wait for nothing but one look. */
    int expired;

    boolean claiming;

    /** True when the last look found nothing, at {@code emptyAt}. */
    boolean empty;

    long emptyAt;

    /** No claim before, by {@link System#nanoTime}. */
    long notBefore;

    /** True while it is a limit of the task that forbids claims: then a new task changes nothing. */
    boolean limited;

    /** True while that limit is what is in progress: then a task that a worker lets go of changes it. */
    boolean full;

    /** A worker has let go of a task since the last claim was sent. */
    boolean freed;

    /** Claims in a row that met the locks of others. */
    int held;

    long timer = -1;
    volatile long lastPoll;

    Line(QueueName queue, long now) {
        this.queue = queue;
        this.stored = queue.stored();
        this.notBefore = now;
        this.lastPoll = now;
    }

    void looked(long now) {
        empty = true;
        emptyAt = now;
    }
}
