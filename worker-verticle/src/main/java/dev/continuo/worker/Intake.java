package dev.continuo.worker;

import dev.continuo.events.DeadLetters;
import dev.continuo.events.Event;
import dev.continuo.events.EventCodec;
import dev.continuo.events.EventCodec.Decoded;
import dev.continuo.events.EventHeaders;
import dev.continuo.events.TaskQueued;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes wake-ups of records. What makes no sense becomes a dead letter, what is for others or known is let go. */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final Vertx vertx;
    private final Catalog catalog;
    private final DeadLetters deadLetters;
    private final InFlight inFlight;
    private final WorkerMeters meters;
    private final Hooks hooks;
    private boolean stopped;

    /** @param finished takes a record that needs nothing more */
    record Hooks(Consumer<WakeUp> wakeUp, Consumer<ConsumerRecord<byte[], byte[]>> finished) {}

    Intake(Vertx vertx, Catalog catalog, WorkerParts parts, WorkerMeters meters, Hooks hooks) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.deadLetters = parts.deadLetters();
        this.inFlight = parts.inFlight();
        this.meters = meters;
        this.hooks = hooks;
    }

    void stop() {
        stopped = true;
    }

    void received(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> taskType = EventHeaders.text(record.headers(), EventHeaders.TASK_TYPE);
        if (taskType.isPresent() && !catalog.has(taskType.get())) {
            hooks.finished.accept(record);
            return;
        }
        switch (decoded(record)) {
            case Decoded.Read(TaskQueued queued) -> queued(queued, record);
            case Decoded.Read(Event other) ->
                bury(record, "A " + other.eventType().ceType() + " is no wake-up for workers", FIRST_PAUSE_MILLIS);
            case Decoded.Unreadable(String reason) -> bury(record, reason, FIRST_PAUSE_MILLIS);
        }
    }

    private static Decoded decoded(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> type = EventHeaders.text(record.headers(), EventHeaders.TYPE);
        if (type.isEmpty()) {
            return new Decoded.Unreadable("There is no header " + EventHeaders.TYPE);
        }
        if (record.value() == null) {
            return new Decoded.Unreadable("There is no value");
        }
        return EventCodec.decode(type.get(), record.value());
    }

    private void queued(TaskQueued queued, ConsumerRecord<byte[], byte[]> record) {
        if (!catalog.has(queued.type())) {
            hooks.finished.accept(record);
        } else if (inFlight.begin(queued.taskId())) {
            hooks.wakeUp.accept(new WakeUp(queued.taskId(), record, 0));
        } else {
            meters.duplicate();
            hooks.finished.accept(record);
        }
    }

    private void bury(ConsumerRecord<byte[], byte[]> record, String reason, long pause) {
        deadLetters
                .bury(record, reason)
                .onSuccess(buried -> hooks.finished.accept(record))
                .onFailure(failure -> {
                    LOG.debug("Cannot put a dead letter aside now", failure);
                    if (!stopped) {
                        long next = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                        vertx.setTimer(pause, timer -> bury(record, reason, next));
                    }
                });
    }
}
