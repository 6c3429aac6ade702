package dev.continuo.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.consumer.KafkaReadStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes a topic in a group, where records may finish in any order: offsets are committed only behind finished
 * records, and consumption pauses while too many are open. When Kafka's client breaks it is made anew. All on the
 * context that {@link #start} is called on.
 */
public final class TrackedConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedConsumer.class);
    private static final long ANEW_MILLIS = 2_000;
    private static final long COMMIT_AGAIN_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int MAX_POLL = 500;

    private final Vertx vertx;
    private final KafkaConnection kafka;
    private final Subscription subscription;
    private final Handler<ConsumerRecord<byte[], byte[]>> receiver;

    private final OffsetTracker offsets = new OffsetTracker();
    private final Set<TopicPartition> assigned = new HashSet<>();
    private Optional<Context> home = Optional.empty();
    private Optional<KafkaReadStream<byte[], byte[]>> stream = Optional.empty();
    private boolean paused;
    private boolean commitPlanned;
    private boolean closed;

    /**
     * @param maxOpen records that may be under way; one poll more (500) may still arrive
     * @param commitEvery the least time between two commits
     */
    public record Subscription(String topic, String group, int maxOpen, Duration commitEvery) {}

    /** @param receiver is called for each record; {@link #finished} must follow, now or later */
    public TrackedConsumer(
            Vertx vertx,
            KafkaConnection kafka,
            Subscription subscription,
            Handler<ConsumerRecord<byte[], byte[]>> receiver) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.subscription = subscription;
        this.receiver = receiver;
    }

    /** Completes when the consumer is set up; Kafka need not be there. */
    public Future<Void> start() {
        Context context = vertx.getOrCreateContext();
        home = Optional.of(context);
        return onHome(this::open);
    }

    /** The record is done with; its offset may be committed. */
    public void finished(ConsumerRecord<byte[], byte[]> done) {
        offsets.finished(new TopicPartition(done.topic(), done.partition()), done.offset());
        if (paused && offsets.uncommittable() <= subscription.maxOpen() / 2) {
            paused = false;
            stream.ifPresent(open -> watched("resume", open.resume(Set.copyOf(assigned))));
        }
        planCommit(subscription.commitEvery().toMillis());
    }

    /** Takes no more records, and runs the action on the consumer's context: for letting open records finish. */
    public Future<Void> quiesce(Supplier<Future<Void>> action) {
        return onHome(() -> {
            closed = true;
            return action.get();
        });
    }

    /** Commits what is finished and leaves the group, in bounded time. */
    public Future<Void> close() {
        return onHome(() -> {
            closed = true;
            return commit().timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS).transform(committed -> leave());
        });
    }

    private Future<Void> open() {
        // Making a consumer resolves names and loads classes: not on an event loop.
        return vertx.executeBlocking(this::consumer, false).compose(consumer -> {
            KafkaReadStream<byte[], byte[]> fresh = KafkaReadStream.create(vertx, consumer);
            stream = Optional.of(fresh);
            fresh.pollTimeout(Duration.ofMillis(100));
            fresh.partitionsAssignedHandler(this::gained);
            fresh.partitionsRevokedHandler(this::lost);
            // Called on the polling thread, which would poll and fail again at once.
            fresh.exceptionHandler(failure -> runOnHome(() -> openAnew(fresh, failure)));
            fresh.handler(this::received);
            return fresh.subscribe(Set.of(subscription.topic()));
        });
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> own = new HashMap<>();
        own.put(ConsumerConfig.GROUP_ID_CONFIG, subscription.group());
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL);
        own.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        // How long the partitions of a process that was killed wait for another.
        own.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        // A topic that is created after its consumer is found at the next look.
        own.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        // Commits share the polling thread and must not hold it for long when Kafka is away.
        own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        return new KafkaConsumer<>(kafka.client(own), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void openAnew(KafkaReadStream<byte[], byte[]> broken, Throwable failure) {
        if (closed || passes(failure) || stream.filter(open -> open == broken).isEmpty()) {
            return;
        }
        LOG.warn("The consumer of {} broke and is made anew in {} ms", subscription.topic(), ANEW_MILLIS, failure);
        leave();
        vertx.setTimer(ANEW_MILLIS, timer -> {
            if (!closed) {
                open().onFailure(again -> LOG.error("Cannot consume {}", subscription.topic(), again));
            }
        });
    }

    /** A commit's failure is told here as well; it is made again, and the client is whole. */
    private static boolean passes(Throwable failure) {
        return failure instanceof RetriableException
                || failure instanceof CommitFailedException
                || failure instanceof RebalanceInProgressException;
    }

    private Future<Void> leave() {
        Optional<KafkaReadStream<byte[], byte[]>> left = stream;
        stream = Optional.empty();
        lost(Set.copyOf(assigned));
        paused = false;
        return left.map(KafkaReadStream::close)
                .orElseGet(Future::succeededFuture)
                .timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private void gained(Set<TopicPartition> partitions) {
        assigned.addAll(partitions);
        if (paused) {
            stream.ifPresent(open -> watched("pause", open.pause(Set.copyOf(assigned))));
        }
    }

    private void lost(Set<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        partitions.forEach(offsets::forget);
    }

    private void received(ConsumerRecord<byte[], byte[]> received) {
        TopicPartition partition = new TopicPartition(received.topic(), received.partition());
        // What a poll brought before the partition was taken away: its new owner gets it, and commits.
        if (closed || !assigned.contains(partition)) {
            return;
        }
        offsets.delivered(partition, received.offset());
        if (!paused && offsets.uncommittable() >= subscription.maxOpen()) {
            paused = true;
            // Partitions rather than the stream: a consumer that does not poll is thrown out of its group.
            stream.ifPresent(open -> watched("pause", open.pause(Set.copyOf(assigned))));
        }
        receiver.handle(received);
    }

    private void planCommit(long afterMillis) {
        if (commitPlanned || closed) {
            return;
        }
        commitPlanned = true;
        vertx.setTimer(afterMillis, timer -> commit().onComplete(result -> {
            commitPlanned = false;
            if (result.failed()) {
                LOG.debug("Cannot commit offsets of {} now", subscription.topic(), result.cause());
                planCommit(COMMIT_AGAIN_MILLIS);
            } else if (!offsets.committable().isEmpty()) {
                planCommit(subscription.commitEvery().toMillis());
            }
        }));
    }

    private Future<Void> commit() {
        Map<TopicPartition, Long> next = offsets.committable();
        if (next.isEmpty() || stream.isEmpty()) {
            return Future.succeededFuture();
        }
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        next.forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
        return stream.get()
                .commit(positions)
                .onSuccess(committed -> offsets.committed(next))
                .mapEmpty();
    }

    private void watched(String what, Future<Void> change) {
        change.onFailure(failure -> LOG.debug("Cannot {} {} now", what, subscription.topic(), failure));
    }

    private void runOnHome(Runnable action) {
        home.ifPresent(context -> context.runOnContext(nothing -> action.run()));
    }

    private Future<Void> onHome(Supplier<Future<Void>> action) {
        Promise<Void> done = Promise.promise();
        runOnHome(() -> action.get().onComplete(done));
        return done.future();
    }
}
