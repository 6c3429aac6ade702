package dev.continuo.events;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Whether Kafka answers, asked at most every few seconds however often one wants to know. */
public final class KafkaHealth {
    private static final long TTL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final KafkaAdmin admin;
    private final AtomicReference<Optional<Answer>> last = new AtomicReference<>(Optional.empty());

    public KafkaHealth(KafkaAdmin admin) {
        this.admin = admin;
    }

    private record Answer(Future<Boolean> healthy, long askedNanos) {
        boolean fresh(long now) {
            return !healthy.isComplete() || now - askedNanos < TTL_NANOS;
        }
    }

    /** Never fails; completes within the admin client's time limit. */
    public Future<Boolean> healthy() {
        long now = System.nanoTime();
        Optional<Answer> known = last.get();
        if (known.isPresent() && known.get().fresh(now)) {
            return known.get().healthy;
        }
        Future<Boolean> healthy = admin.call(
                        client -> client.describeCluster().nodes().toCompletionStage())
                .map(nodes -> !nodes.isEmpty())
                .otherwise(false);
        last.set(Optional.of(new Answer(healthy, now)));
        return healthy;
    }
}
