package dev.continuo.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.continuo.events.EventCodec.Decoded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what others ask of the engine from Kafka: at least once, those of one run in order, a bounded number at once.
 * What can never be done becomes a {@link DeadLetters dead letter}, and the partition moves on.
 */
public final class CommandsConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(CommandsConsumer.class);
    private static final long DRAIN_MILLIS = 1_500;

    private final Vertx vertx;
    private final CommandsSettings settings;
    private final CommandHandler handler;
    private final DeadLetters deadLetters;
    private final TrackedConsumer consumer;
    private final OrderedWork<String> work;
    /** Pieces that wait to be tried again; they count as running. */
    private int resting;

    private Optional<Promise<Void>> idle = Optional.empty();

    public CommandsConsumer(
            Vertx vertx,
            KafkaConnection kafka,
            Topics topics,
            CommandsSettings settings,
            CommandHandler handler,
            DeadLetters deadLetters) {
        this.vertx = vertx;
        this.settings = settings;
        this.handler = handler;
        this.deadLetters = deadLetters;
        this.work = new OrderedWork<>(settings.concurrency());
        this.consumer = new TrackedConsumer(
                vertx,
                kafka,
                new TrackedConsumer.Subscription(
                        topics.commands(), topics.engineGroup(), settings.maxOpen(), settings.commitEvery()),
                this::received);
    }

    /** Consumes on the caller's context from now on; Kafka need not be there yet. */
    public Future<Void> start() {
        return consumer.start();
    }

    /** Lets what is under way finish for a while, commits and leaves the group. What is not done comes again. */
    public Future<Void> close() {
        return consumer.quiesce(this::drained).transform(drained -> consumer.close());
    }

    private Future<Void> drained() {
        work.stop();
        Promise<Void> promise = Promise.promise();
        idle = Optional.of(promise);
        tellIdle();
        vertx.setTimer(DRAIN_MILLIS, timer -> promise.tryComplete());
        return promise.future();
    }

    private void received(ConsumerRecord<byte[], byte[]> received) {
        switch (command(received)) {
            case Decoded.Read(EngineCommand command) -> {
                String key = orderKey(command, received);
                work.add(key, () -> attempt(new Piece(received, key), command, 0, 0));
            }
            case Decoded.Read(Event other) ->
                dead(received, "A " + other.eventType().ceType() + " is not a command");
            case Decoded.Unreadable(String reason) -> dead(received, reason);
        }
    }

    private void dead(ConsumerRecord<byte[], byte[]> received, String reason) {
        Piece piece = new Piece(received, position(received));
        work.add(piece.key, () -> bury(piece, reason, 0));
    }

    /** A record under way. */
    private record Piece(ConsumerRecord<byte[], byte[]> received, String key) {}

    private void attempt(Piece piece, EngineCommand command, int retries, int failures) {
        handle(command).onComplete(result -> {
            if (result.failed()) {
                LOG.warn("The handler of {} failed on {}", piece.key, position(piece.received), result.cause());
                if (failures + 1 >= settings.maxFailures()) {
                    bury(piece, "The handler failed " + (failures + 1) + " times", 0);
                } else {
                    again(retries, () -> attempt(piece, command, retries + 1, failures + 1));
                }
                return;
            }
            switch (result.result()) {
                case Handled.Done() -> finish(piece);
                case Handled.Refused(String reason) -> bury(piece, reason, 0);
                case Handled.Retry() -> again(retries, () -> attempt(piece, command, retries + 1, failures));
            }
        });
    }

    private Future<Handled> handle(EngineCommand command) {
        try {
            return handler.handle(command);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void bury(Piece piece, String reason, int retries) {
        deadLetters
                .bury(piece.received, reason)
                .onSuccess(buried -> finish(piece))
                .onFailure(failure -> again(retries, () -> bury(piece, reason, retries + 1)));
    }

    private void again(int retries, Runnable action) {
        resting++;
        if (idle.isPresent()) {
            // The consumer closes: the record stays uncommitted and comes again elsewhere.
            tellIdle();
            return;
        }
        vertx.setTimer(settings.backoffMillis(retries), timer -> {
            if (idle.isEmpty()) {
                resting--;
                action.run();
            }
        });
    }

    private void finish(Piece piece) {
        consumer.finished(piece.received);
        work.done(piece.key);
        tellIdle();
    }

    private void tellIdle() {
        if (work.running() == resting) {
            idle.ifPresent(Promise::tryComplete);
        }
    }

    private static Decoded command(ConsumerRecord<byte[], byte[]> received) {
        Optional<String> type = EventHeaders.text(received.headers(), EventHeaders.TYPE);
        if (type.isEmpty()) {
            return new Decoded.Unreadable("There is no header " + EventHeaders.TYPE);
        }
        if (received.value() == null) {
            return new Decoded.Unreadable("There is no value");
        }
        return switch (EventCodec.decode(type.get(), received.value())) {
            case Decoded.Read(StartRun start) -> identified(start, received);
            case Decoded decoded -> decoded;
        };
    }

    /** A start may be delivered twice and must be one run: something has to tell that it is the same start. */
    private static Decoded identified(StartRun start, ConsumerRecord<byte[], byte[]> received) {
        if (start.runId().isPresent() || start.idempotencyKey().isPresent()) {
            return new Decoded.Read(start);
        }
        Optional<String> id = EventHeaders.text(received.headers(), EventHeaders.ID);
        if (id.isEmpty()) {
            return new Decoded.Unreadable("There is neither `runId` nor `idempotencyKey` nor a header "
                    + EventHeaders.ID + ", one of which must tell copies of this start from others");
        }
        String source =
                EventHeaders.text(received.headers(), EventHeaders.SOURCE).orElse("");
        return new Decoded.Read(start.withIdempotencyKey("ce:" + sha256(source + "\n" + id.get())));
    }

    private static String orderKey(EngineCommand command, ConsumerRecord<byte[], byte[]> received) {
        return command.run()
                .map(UUID::toString)
                .or(() -> Optional.ofNullable(received.key()).map(key -> sha256(new String(key, UTF_8))))
                .orElseGet(() -> position(received));
    }

    private static String position(ConsumerRecord<byte[], byte[]> received) {
        return received.topic() + "-" + received.partition() + "@" + received.offset();
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
