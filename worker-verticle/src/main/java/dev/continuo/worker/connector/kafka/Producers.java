package dev.continuo.worker.connector.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The producers of a worker, one for each destination, as many as may be; the one that was not used for longest makes
 * room for another. It is closed by whoever lets go of it last, so that no record under way is lost. Safe for
 * any thread; everything may block.
 */
final class Producers {
    /** Of a producer that made room: nothing is under way there. */
    private static final Duration IDLE_CLOSE_LIMIT = Duration.ofSeconds(5);
    /** Of one in use when the worker stops: the process has seconds, and the task is executed again elsewhere. */
    private static final Duration LAST_CLOSE_LIMIT = Duration.ofMillis(500);

    /** Someone's hold on a producer. */
    final class Held {
        private final Destination destination;
        private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
        private boolean shut;
        // Both guarded by the lock of Producers.
        private int users;
        private boolean gone;

        private Held(Destination destination) {
            this.destination = destination;
        }

        /** Made by its first user; not under the lock of all, as it resolves names. */
        synchronized KafkaProducer<byte[], byte[]> producer() {
            if (shut) {
                throw new IllegalStateException("The worker stops");
            }
            if (producer.isEmpty()) {
                producer = Optional.of(new KafkaProducer<>(
                        destination.kafka().client(properties(destination)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()));
            }
            return producer.get();
        }

        private synchronized void close(Duration limit) {
            shut = true;
            producer.ifPresent(open -> open.close(limit));
            producer = Optional.empty();
        }
    }

    private final PublishSettings settings;
    private final Map<Destination, Held> byDestination = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    Producers(PublishSettings settings) {
        this.settings = settings;
    }

    /** To be released once. */
    Held acquire(Destination destination) {
        List<Held> idle = new ArrayList<>();
        Held held;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("The worker stops");
            }
            held = byDestination.computeIfAbsent(destination, Held::new);
            held.users++;
            while (byDestination.size() > settings.producers()) {
                retire(byDestination.values().iterator().next()).ifPresent(idle::add);
            }
        }
        idle.forEach(each -> each.close(IDLE_CLOSE_LIMIT));
        return held;
    }

    void release(Held held) {
        boolean last;
        synchronized (this) {
            held.users--;
            last = held.gone && held.users == 0;
        }
        if (last) {
            held.close(IDLE_CLOSE_LIMIT);
        }
    }

    /** What is still under way gets a moment to be acknowledged, and fails then. */
    void close() {
        List<Held> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(byDestination.values());
            all.forEach(this::retire);
        }
        all.forEach(held -> held.close(LAST_CLOSE_LIMIT));
    }

    synchronized int size() {
        return byDestination.size();
    }

    /** The producer, when nobody uses it and it is to be closed at once. Under the lock. */
    private Optional<Held> retire(Held held) {
        byDestination.remove(held.destination);
        held.gone = true;
        return held.users == 0 ? Optional.of(held) : Optional.empty();
    }

    private Map<String, Object> properties(Destination destination) {
        int request = Math.toIntExact(destination.requestTimeout().toMillis());
        return Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                destination.maxBlock().toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                request,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                2 * request,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                settings.bufferBytes());
    }
}
