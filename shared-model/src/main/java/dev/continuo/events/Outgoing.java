package dev.continuo.events;

import io.vertx.core.Promise;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What waits to be sent. */
sealed interface Outgoing {
    String topic();

    /** {@link System#nanoTime} when it was handed over. */
    long sinceNanos();

    /** Called on the sending thread, which has the time to encode. */
    ProducerRecord<byte[], byte[]> toRecord(EventHeaders.Origin origin);

    void acknowledged();

    void lost(Throwable cause);

    /** An event: nobody waits for the acknowledgement. */
    record Announcement(String topic, Event event, long sinceNanos) implements Outgoing {
        @Override
        public ProducerRecord<byte[], byte[]> toRecord(EventHeaders.Origin origin) {
            return new ProducerRecord<>(
                    topic,
                    null,
                    EventHeaders.bytes(event.key()),
                    EventCodec.encode(event),
                    EventHeaders.of(event, origin, Instant.now()));
        }

        @Override
        public void acknowledged() {
            // Nobody waits.
        }

        @Override
        public void lost(Throwable cause) {
            // Counted by the publisher; whoever needs the event is woken by the sweep.
        }
    }

    /** A record that somebody waits for. */
    record Parcel(ProducerRecord<byte[], byte[]> content, Promise<Void> promise, long sinceNanos) implements Outgoing {
        @Override
        public String topic() {
            return content.topic();
        }

        @Override
        public ProducerRecord<byte[], byte[]> toRecord(EventHeaders.Origin origin) {
            return content;
        }

        @Override
        public void acknowledged() {
            promise.tryComplete();
        }

        @Override
        public void lost(Throwable cause) {
            promise.tryFail(cause);
        }
    }
}
