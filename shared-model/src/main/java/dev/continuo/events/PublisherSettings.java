package dev.continuo.events;

import java.time.Duration;

/**
 * Limits of the {@link EventPublisher}.
 *
 * @param queueCapacity events that may wait to be sent; more are dropped
 * @param delivery an event that Kafka has not acknowledged after this is lost, at least 1 s
 * @param maxBlock how long the sending thread waits for a topic's metadata or for buffer space, at least 1 ms
 * @param bufferBytes what Kafka's client may hold unacknowledged
 * @param close how long a close waits for what is queued
 * @param source the CloudEvents source, a URI reference
 */
public record PublisherSettings(
        int queueCapacity, Duration delivery, Duration maxBlock, long bufferBytes, Duration close, String source) {
    public static final PublisherSettings DEFAULT = new PublisherSettings(
            50_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            32L << 20,
            Duration.ofSeconds(2),
            "/continuo/engine");

    public PublisherSettings {
        if (queueCapacity < 1 || bufferBytes < EventCodec.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "The publisher needs a queue of at least 1 event and a buffer of at least " + EventCodec.MAX_BYTES
                            + " bytes, not " + queueCapacity + " and " + bufferBytes);
        }
        if (delivery.compareTo(Duration.ofSeconds(1)) < 0 || maxBlock.toMillis() < 1 || close.isNegative()) {
            throw new IllegalArgumentException(
                    "The publisher cannot wait " + delivery + ", " + maxBlock + " or " + close);
        }
    }

    /** The same with another queue. */
    public PublisherSettings withQueueCapacity(int capacity) {
        return new PublisherSettings(capacity, delivery, maxBlock, bufferBytes, close, source);
    }

    /** The same with other time limits. */
    public PublisherSettings withDelivery(Duration newDelivery, Duration newMaxBlock) {
        return new PublisherSettings(queueCapacity, newDelivery, newMaxBlock, bufferBytes, close, source);
    }
}
