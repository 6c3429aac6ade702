package dev.continuo.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** The one admin client of a process, made when it is first needed, so that it does not need Kafka to be there. */
public final class KafkaAdmin {
    /** Kafka's own time limits, where a call's is longer, must not be the first to end it. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

    private final Vertx vertx;
    private final KafkaConnection kafka;
    private final Duration limit;
    private Optional<Admin> admin = Optional.empty();
    private boolean closed;

    /** @param limit for every call */
    public KafkaAdmin(Vertx vertx, KafkaConnection kafka, Duration limit) {
        this.vertx = vertx;
        this.kafka = kafka;
        this.limit = limit;
    }

    /** Fails with {@link KafkaUnreachable} when there is no answer in time, else with Kafka's own exception. */
    <T> Future<T> call(Function<Admin, CompletionStage<T>> request) {
        Context context = vertx.getOrCreateContext();
        // Making a client resolves names and loads classes, which may take long.
        return vertx.executeBlocking(this::admin, false)
                .compose(client -> Future.fromCompletionStage(request.apply(client), context))
                .timeout(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(explained(failure)));
    }

    /** Completes once the client's thread has ended, in bounded time. */
    public Future<Void> close() {
        return vertx.executeBlocking(
                () -> {
                    take().ifPresent(client -> client.close(CLOSE_LIMIT));
                    return null;
                },
                false);
    }

    private synchronized Optional<Admin> take() {
        Optional<Admin> taken = admin;
        admin = Optional.empty();
        closed = true;
        return taken;
    }

    private synchronized Admin admin() {
        if (closed) {
            throw new IllegalStateException("The admin client of " + kafka + " is closed");
        }
        if (admin.isEmpty()) {
            int millis = Math.toIntExact(limit.toMillis());
            admin = Optional.of(Admin.create(kafka.client(Map.of(
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    millis,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    millis))));
        }
        return admin.get();
    }

    private Throwable explained(Throwable thrown) {
        Throwable failure = unwrapped(thrown);
        boolean late = failure instanceof TimeoutException
                || failure instanceof org.apache.kafka.common.errors.TimeoutException
                || failure instanceof org.apache.kafka.common.errors.DisconnectException;
        // A client cannot even be made when no bootstrap server's name resolves.
        boolean unmade = failure instanceof KafkaException && failure.getCause() instanceof KafkaException;
        if (late || unmade) {
            return new KafkaUnreachable(kafka + " cannot be reached within " + limit.toMillis() + " ms", failure);
        }
        return failure;
    }

    static Throwable unwrapped(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
