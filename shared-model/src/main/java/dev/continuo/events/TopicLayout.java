package dev.continuo.events;

import java.util.function.IntPredicate;

/**
 * How topics are made. Topics that exist are left as they are.
 *
 * @param taskQueuedPartitions 1 to 1000; at most so many worker consumers share the load
 * @param commandsPartitions 1 to 1000
 * @param lifecyclePartitions 1 to 1000, of the topic of what runs announce, too
 * @param replication copies of each topic, 1 to the number of brokers
 */
public record TopicLayout(
        int taskQueuedPartitions, int commandsPartitions, int lifecyclePartitions, short replication) {
    public static final TopicLayout DEFAULT = new TopicLayout(8, 4, 4, (short) 1);

    private static final int MOST_PARTITIONS = 1000;

    public TopicLayout {
        IntPredicate allowed = partitions -> partitions >= 1 && partitions <= MOST_PARTITIONS;
        if (!allowed.test(taskQueuedPartitions)
                || !allowed.test(commandsPartitions)
                || !allowed.test(lifecyclePartitions)) {
            throw new IllegalArgumentException("A topic has 1 to " + MOST_PARTITIONS + " partitions, not "
                    + taskQueuedPartitions + ", " + commandsPartitions + ", " + lifecyclePartitions);
        }
        if (replication < 1) {
            throw new IllegalArgumentException("A topic has at least 1 replica, not " + replication);
        }
    }
}
