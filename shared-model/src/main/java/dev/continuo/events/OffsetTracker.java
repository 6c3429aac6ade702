package dev.continuo.events;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Which offsets may be committed while records finish in any order: those behind which nothing is open. Offsets may
 * have gaps. Pure, and confined to one thread.
 */
public final class OffsetTracker {
    private final Map<TopicPartition, Progress> partitions = new HashMap<>();
    private int uncommittable;

    /**
     * A record has arrived. An offset that is not greater than the one before means that the partition was rewound or
     * made anew: what was known of it is forgotten.
     */
    public void delivered(TopicPartition partition, long offset) {
        Progress progress = partitions.computeIfAbsent(partition, key -> new Progress());
        if (offset <= progress.last) {
            forget(partition);
            progress = new Progress();
            partitions.put(partition, progress);
        }
        progress.deliver(offset);
        uncommittable++;
    }

    /** A record is done with. Does nothing for one that is not open, or of a partition that is forgotten. */
    public void finished(TopicPartition partition, long offset) {
        Progress progress = partitions.get(partition);
        if (progress != null) {
            uncommittable -= progress.finish(offset);
        }
    }

    /** Where each partition's consumption would go on, for those where that is not committed yet. */
    public Map<TopicPartition, Long> committable() {
        Map<TopicPartition, Long> next = new HashMap<>();
        partitions.forEach((partition, progress) -> {
            if (progress.next > progress.committed) {
                next.put(partition, progress.next);
            }
        });
        return next;
    }

    /** What {@link #committable()} gave has been committed. */
    public void committed(Map<TopicPartition, Long> offsets) {
        offsets.forEach((partition, next) -> {
            Progress progress = partitions.get(partition);
            // The partition may have been rewound while the commit was under way.
            if (progress != null && next <= progress.next) {
                progress.committed = Math.max(progress.committed, next);
            }
        });
    }

    /** The partition is someone else's now. */
    public void forget(TopicPartition partition) {
        Progress progress = partitions.remove(partition);
        if (progress != null) {
            uncommittable -= progress.delivered.size();
        }
    }

    /** How many records have arrived that no commit may cover yet: open ones, and finished ones behind an open one. */
    public int uncommittable() {
        return uncommittable;
    }

    private static final class Progress {
        private final ArrayDeque<Slot> delivered = new ArrayDeque<>();
        private final Map<Long, Slot> open = new HashMap<>();
        private long last = -1;
        private long next = -1;
        private long committed = -1;

        void deliver(long offset) {
            Slot slot = new Slot(offset);
            delivered.add(slot);
            open.put(offset, slot);
            last = offset;
        }

        /** How many more records may be committed. */
        int finish(long offset) {
            Slot slot = open.remove(offset);
            if (slot == null) {
                return 0;
            }
            slot.finished = true;
            int freed = 0;
            while (!delivered.isEmpty() && delivered.peek().finished) {
                next = delivered.remove().offset + 1;
                freed++;
            }
            return freed;
        }
    }

    private static final class Slot {
        private final long offset;
        private boolean finished;

        Slot(long offset) {
            this.offset = offset;
        }
    }
}
