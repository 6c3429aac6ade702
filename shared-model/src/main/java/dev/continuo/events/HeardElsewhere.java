package dev.continuo.events;

import dev.continuo.model.QueueName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.kafka.client.consumer.KafkaReadStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the tasks for external workers that other processes queue, and of the runs that they move. Reads all of
 * task-queued and lifecycle, from now on, in a group of its own without offsets: what it misses is found by those who look
 * into the queues anyway.
 */
public final class HeardElsewhere {
    private static final Logger LOG = LoggerFactory.getLogger(HeardElsewhere.class);
    private static final Pattern RUN_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final long ANEW_MILLIS = 2_000;
    private static final long CLOSE_MILLIS = 1_000;
    private static final int MAX_POLL = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final KafkaConnection kafka;
    private final Set<String> subscribed;
    private final String group;
    private final String process;
    private final Consumer<QueueName> queues;
    private final Consumer<UUID> runs;
    private final AtomicBoolean started = new AtomicBoolean();

    // Confined to the context.
    private Optional<KafkaReadStream<byte[], byte[]>> stream = Optional.empty();
    private boolean closed;

    /**
     * @param process whose own events are skipped ({@link EventPublisher#process})
     * @param queues is called for each task, on a context of the consumer's own, and must return at once
     * @param runs is called for each run that was moved, in the same way
     */
    public HeardElsewhere(
            Vertx vertx,
            KafkaConnection kafka,
            Topics topics,
            String process,
            Consumer<QueueName> queues,
            Consumer<UUID> runs) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.kafka = kafka;
        this.subscribed = Set.of(topics.taskQueued(), topics.lifecycle());
        this.group = topics.prefix() + "polls." + UUID.randomUUID();
        this.process = process;
        this.queues = queues;
        this.runs = runs;
    }

    /** Listens from now on, as soon as Kafka is there; once, however often it is called. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            context.runOnContext(nothing -> open());
        }
    }

    public Future<Void> close() {
        return Future.future(promise -> context.runOnContext(nothing -> {
            closed = true;
            leave().onComplete(promise);
        }));
    }

    private void open() {
        if (closed) {
            return;
        }
        // Making a consumer resolves names and loads classes: not on an event loop.
        vertx.executeBlocking(this::consumer, false)
                .compose(consumer -> {
                    KafkaReadStream<byte[], byte[]> fresh = KafkaReadStream.create(vertx, consumer);
                    stream = Optional.of(fresh);
                    if (closed) {
                        return leave();
                    }
                    fresh.pollTimeout(Duration.ofMillis(500));
                    // Called on the polling thread, which would poll and fail again at once.
                    fresh.exceptionHandler(failure -> context.runOnContext(nothing -> anew(fresh, failure)));
                    fresh.handler(this::received);
                    return fresh.subscribe(subscribed);
                })
                .onFailure(failure -> {
                    LOG.warn("Cannot listen to {}; it is tried again in {} ms", subscribed, ANEW_MILLIS, failure);
                    leave();
                    vertx.setTimer(ANEW_MILLIS, timer -> open());
                });
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> own = new HashMap<>();
        own.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL);
        own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
        own.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        return new KafkaConsumer<>(kafka.client(own), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void anew(KafkaReadStream<byte[], byte[]> broken, Throwable failure) {
        if (closed || stream.filter(open -> open == broken).isEmpty()) {
            return;
        }
        LOG.warn("The consumer of {} broke and is made anew in {} ms", subscribed, ANEW_MILLIS, failure);
        leave();
        vertx.setTimer(ANEW_MILLIS, timer -> open());
    }

    private Future<Void> leave() {
        Optional<KafkaReadStream<byte[], byte[]>> left = stream;
        stream = Optional.empty();
        return left.map(KafkaReadStream::close)
                .orElseGet(Future::succeededFuture)
                .timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private void received(ConsumerRecord<byte[], byte[]> received) {
        Headers headers = received.headers();
        boolean own = EventHeaders.text(headers, EventHeaders.PROCESS)
                .filter(process::equals)
                .isPresent();
        if (own) {
            return;
        }
        EventHeaders.text(headers, EventHeaders.TASK_NAME)
                .ifPresent(name ->
                        queues.accept(new QueueName(name, EventHeaders.text(headers, EventHeaders.TASK_DOMAIN))));
        EventHeaders.text(headers, EventHeaders.RUN_ID)
                .filter(id -> RUN_ID.matcher(id).matches())
                .ifPresent(id -> runs.accept(UUID.fromString(id)));
    }
}
