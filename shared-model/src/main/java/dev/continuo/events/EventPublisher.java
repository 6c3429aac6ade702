package dev.continuo.events;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Tells Kafka what happened, after it is committed. Nobody waits for it and it fails nobody: what cannot be sent is
 * dropped and counted ({@code continuo_events_dropped_total}), and the sweep publishes task-queued again while the
 * task waits. When Kafka is back so are the events, and topics that are gone are made anew.
 *
 * <p>Kafka's producer blocks its caller while it knows no metadata. So one thread of its own sends, from a bounded
 * queue that is all that callers touch.
 */
public final class EventPublisher {
    private final Vertx vertx;
    private final Topics topics;
    private final ArrayBlockingQueue<Outgoing> queue;
    private final PublisherMeters meters;
    private final LossLog losses = new LossLog();
    private final SendLoop loop;
    private final Promise<Void> ended = Promise.promise();
    private volatile boolean closing;

    private EventPublisher(
            Vertx vertx,
            KafkaConnection kafka,
            TopicCreator creator,
            Topics topics,
            PublisherSettings settings,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.topics = topics;
        this.queue = new ArrayBlockingQueue<>(settings.queueCapacity());
        this.meters = new PublisherMeters(registry, queue);
        this.loop = new SendLoop(kafka, settings, queue, meters, losses, creator::ensure);
    }

    /** Starts the sending thread; Kafka need not be there. One per process. */
    public static EventPublisher start(
            Vertx vertx,
            KafkaConnection kafka,
            TopicCreator creator,
            Topics topics,
            PublisherSettings settings,
            MeterRegistry registry) {
        EventPublisher publisher = new EventPublisher(vertx, kafka, creator, topics, settings, registry);
        Thread thread = new Thread(publisher::run, "continuo-event-publisher");
        thread.setDaemon(true);
        thread.start();
        return publisher;
    }

    /** May be called by any thread; returns at once and throws nothing. */
    public void publish(List<Event> events) {
        long now = System.nanoTime();
        for (Event event : events) {
            enqueue(new Outgoing.Announcement(topics.of(event.eventType()), event, now));
        }
    }

    /** Publishes one event, and fails when Kafka did not take it. Completes on the caller's context. */
    public Future<Void> confirmed(WorkflowEvent event) {
        return deliver(new ProducerRecord<>(
                topics.of(event.eventType()),
                null,
                EventHeaders.bytes(event.key()),
                EventCodec.encode(event),
                EventHeaders.of(event, PublisherSettings.DEFAULT.source(), Instant.now())));
    }

    /** Sends one record and fails when Kafka did not take it. Completes on the caller's context. */
    Future<Void> deliver(ProducerRecord<byte[], byte[]> content) {
        Context context = vertx.getOrCreateContext();
        Promise<Void> sent = Promise.promise();
        Promise<Void> onContext = Promise.promise();
        sent.future().onComplete(result -> context.runOnContext(nothing -> onContext.handle(result)));
        enqueue(new Outgoing.Parcel(content, sent, System.nanoTime()));
        return onContext.future();
    }

    /** What its task-queued events carry in the header {@link EventHeaders#PROCESS}. */
    public String process() {
        return loop.process();
    }

    /** When Kafka last acknowledged an event. */
    public Optional<Instant> lastSuccess() {
        return loop.lastSuccess();
    }

    /** When an event last was lost on its way to Kafka. */
    public Optional<Instant> lastFailure() {
        return loop.lastFailure();
    }

    /** Sends what is queued, within the time that the settings allow, and ends the thread. */
    public Future<Void> close() {
        Context context = vertx.getOrCreateContext();
        closing = true;
        loop.close();
        Promise<Void> onContext = Promise.promise();
        ended.future().onComplete(result -> context.runOnContext(nothing -> onContext.handle(result)));
        return onContext.future();
    }

    private void enqueue(Outgoing outgoing) {
        if (closing || !queue.offer(outgoing)) {
            String why = closing ? "the publisher is closed" : "the queue is full";
            loop.lose(outgoing, new IllegalStateException(why));
        }
    }

    private void run() {
        try {
            loop.run();
        } finally {
            ended.complete();
        }
    }
}
