package dev.continuo.events;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The sending thread: takes from the queue in the order of arrival and hands to Kafka's producer. */
final class SendLoop implements Runnable {
    private static final int BATCH = 512;
    private static final long IDLE_MILLIS = 100;
    private static final long ANEW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TOPICS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final KafkaConnection kafka;
    private final PublisherSettings settings;
    private final BlockingQueue<Outgoing> queue;
    private final PublisherMeters meters;
    private final LossLog losses;
    private final Runnable ensureTopics;
    private final AtomicLong topicsEnsuredNanos = new AtomicLong(System.nanoTime() - TOPICS_NANOS);

    private final EventHeaders.Origin origin;
    private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
    private volatile Optional<Instant> lastSuccess = Optional.empty();
    private volatile Optional<Instant> lastFailure = Optional.empty();
    private volatile Optional<Long> closeByNanos = Optional.empty();

    /** @param ensureTopics is called, now and then, when a topic seems not to be there; must not block or throw */
    SendLoop(
            KafkaConnection kafka,
            PublisherSettings settings,
            BlockingQueue<Outgoing> queue,
            PublisherMeters meters,
            LossLog losses,
            Runnable ensureTopics) {
        this.kafka = kafka;
        this.settings = settings;
        this.queue = queue;
        this.meters = meters;
        this.losses = losses;
        this.ensureTopics = ensureTopics;
        this.origin =
                new EventHeaders.Origin(settings.source(), UUID.randomUUID().toString());
    }

    String process() {
        return origin.process();
    }

    Optional<Instant> lastSuccess() {
        return lastSuccess;
    }

    Optional<Instant> lastFailure() {
        return lastFailure;
    }

    /** Ends the loop once the queue is empty, or when the time for closing is over. */
    void close() {
        closeByNanos = Optional.of(System.nanoTime() + settings.close().toNanos());
    }

    @Override
    public void run() {
        List<Outgoing> batch = new ArrayList<>(BATCH);
        try {
            while (goesOn()) {
                take(batch);
                batch.forEach(this::send);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            long left = closeByNanos.map(by -> by - System.nanoTime()).orElse(0L);
            producer.ifPresent(open -> open.close(Duration.ofNanos(Math.max(0, left))));
            queue.drainTo(batch);
            batch.forEach(outgoing -> lose(outgoing, new IllegalStateException("the publisher is closed")));
        }
    }

    /** May be called by any thread. */
    void lose(Outgoing outgoing, Throwable cause) {
        meters.of(outgoing.topic()).dropped().increment();
        losses.lost(outgoing.topic(), cause);
        lastFailure = Optional.of(Instant.now());
        outgoing.lost(cause);
    }

    private boolean goesOn() {
        Optional<Long> end = closeByNanos;
        return end.isEmpty() || (!queue.isEmpty() && end.get() - System.nanoTime() > 0);
    }

    private void take(List<Outgoing> batch) throws InterruptedException {
        Outgoing first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            queue.drainTo(batch, BATCH - 1);
        }
    }

    private void send(Outgoing outgoing) {
        if (System.nanoTime() - outgoing.sinceNanos() > settings.delivery().toNanos()) {
            lose(outgoing, new TimeoutException("it waited longer than " + settings.delivery()));
            return;
        }
        try {
            ProducerRecord<byte[], byte[]> message = outgoing.toRecord(origin);
            producer().send(message, (metadata, failure) -> settled(outgoing, Optional.ofNullable(failure)));
        } catch (KafkaException e) {
            // What Kafka's producer throws, instead of handing it to the callback, it does not recover from.
            lose(outgoing, e);
            startAnew();
        } catch (RuntimeException e) {
            // One event that cannot be encoded must not end the thread that all others need.
            lose(outgoing, e);
        }
    }

    /** Runs on the producer's network thread, or on the sending thread when the send itself failed. */
    private void settled(Outgoing outgoing, Optional<Exception> failure) {
        PublisherMeters.OfTopic topic = meters.of(outgoing.topic());
        if (failure.isEmpty()) {
            topic.published().record(System.nanoTime() - outgoing.sinceNanos(), TimeUnit.NANOSECONDS);
            lastSuccess = Optional.of(Instant.now());
            outgoing.acknowledged();
            return;
        }
        topic.failed().increment();
        lose(outgoing, failure.get());
        // A topic that is gone shows as either: the producer waits for it to come back until time is up.
        if (failure.get() instanceof org.apache.kafka.common.errors.TimeoutException
                || failure.get() instanceof UnknownTopicOrPartitionException) {
            ensureTopicsNowAndThen();
        }
    }

    private void ensureTopicsNowAndThen() {
        long before = topicsEnsuredNanos.get();
        long now = System.nanoTime();
        if (now - before >= TOPICS_NANOS && topicsEnsuredNanos.compareAndSet(before, now)) {
            ensureTopics.run();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer.isEmpty()) {
            producer = Optional.of(new KafkaProducer<>(
                    kafka.client(properties()), new ByteArraySerializer(), new ByteArraySerializer()));
        }
        return producer.get();
    }

    private void startAnew() {
        producer.ifPresent(broken -> broken.close(Duration.ZERO));
        producer = Optional.empty();
        LockSupport.parkNanos(ANEW_NANOS);
    }

    private Map<String, Object> properties() {
        int delivery = Math.toIntExact(settings.delivery().toMillis());
        return Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                // A wake-up is wanted at once; under load records pile up behind requests and go in batches anyhow.
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.BATCH_SIZE_CONFIG,
                65_536,
                // Of two requests under way to a topic just made, the first may be refused and the second taken; the
                // first's records are out of sequence from then on and stuck until they expire.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                settings.maxBlock().toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.max(1, delivery / 2),
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                delivery,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                settings.bufferBytes());
    }
}
