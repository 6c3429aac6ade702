package dev.continuo.events;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that events are lost: at once, then at most every ten seconds, however many they are. */
final class LossLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final AtomicLong unsaid = new AtomicLong();
    private final AtomicLong saidNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    void lost(String topic, Throwable cause) {
        unsaid.incrementAndGet();
        long said = saidNanos.get();
        long now = System.nanoTime();
        if (now - said >= QUIET_NANOS && saidNanos.compareAndSet(said, now)) {
            LOG.warn(
                    "{} events did not get to Kafka, the last one of {} ({}). Queued tasks are published again",
                    unsaid.getAndSet(0),
                    topic,
                    cause.toString());
        }
    }
}
