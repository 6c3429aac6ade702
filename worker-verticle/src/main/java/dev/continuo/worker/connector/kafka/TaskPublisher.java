package dev.continuo.worker.connector.kafka;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Sends records on behalf of tasks. Kafka's producers may block, so that they are called on a few threads of their own.
 * Confined to one event loop itself.
 */
public final class TaskPublisher {
    private static final int THREADS = 8;
    private static final long LONGEST_CALL_SECONDS = 120;

    private final Vertx vertx;
    private final WorkerExecutor executor;
    private final Producers producers;
    private boolean closed;

    public TaskPublisher(Vertx vertx, PublishSettings settings) {
        this.vertx = vertx;
        this.executor =
                vertx.createSharedWorkerExecutor("kafka-publish", THREADS, LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
        this.producers = new Producers(settings);
    }

    /** Completes, on the caller's context, when Kafka has acknowledged the record. */
    public Future<RecordMetadata> send(Destination destination, ProducerRecord<byte[], byte[]> record) {
        Context context = vertx.getOrCreateContext();
        CompletableFuture<RecordMetadata> sent = new CompletableFuture<>();
        return executor.executeBlocking(() -> handOver(destination, record, sent), false)
                .compose(held -> Future.fromCompletionStage(sent, context)
                        // Elsewhere than on the producer's own thread, which cannot close its producer.
                        .onComplete(over -> release(held)));
    }

    private void release(Producers.Held held) {
        if (!closed) {
            executor.executeBlocking(
                    () -> {
                        producers.release(held);
                        return null;
                    },
                    false);
        }
    }

    private Producers.Held handOver(
            Destination destination, ProducerRecord<byte[], byte[]> record, CompletableFuture<RecordMetadata> sent) {
        Producers.Held held = producers.acquire(destination);
        try {
            held.producer().send(record, (metadata, failure) -> {
                if (failure == null) {
                    sent.complete(metadata);
                } else {
                    sent.completeExceptionally(failure);
                }
            });
            return held;
        } catch (RuntimeException e) {
            producers.release(held);
            throw e;
        }
    }

    /** What to tell people of a failure to send. */
    static String why(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    /** Completes when all producers are closed, in bounded time. */
    public Future<Void> close() {
        closed = true;
        return executor.<Void>executeBlocking(
                        () -> {
                            producers.close();
                            return null;
                        },
                        false)
                .eventually(executor::close);
    }

    int openProducers() {
        return producers.size();
    }
}
