package dev.continuo.events;

import io.vertx.core.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records that nobody can make sense of beside their topic, in {@code <topic>.dead}, so that their partition can
 * move on: the same key, value and headers, and where they came from and why they are dead in headers.
 */
public final class DeadLetters {
    public static final String REASON = "dead-reason";
    public static final String TOPIC = "dead-topic";
    public static final String PARTITION = "dead-partition";
    public static final String OFFSET = "dead-offset";

    /** {@code true} on a letter whose value was too large to be kept with the headers above. */
    public static final String VALUE_DROPPED = "dead-value-dropped";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_REASON = 500;

    private final EventPublisher publisher;

    public DeadLetters(EventPublisher publisher) {
        this.publisher = publisher;
    }

    /**
     * Completes when Kafka has the letter: only then may the record's offset be committed. Fails when Kafka does not
     * take it now; try again later.
     *
     * @param reason for people; without values from the record
     */
    public Future<Void> bury(ConsumerRecord<byte[], byte[]> dead, String reason) {
        String shortened = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
        return publisher
                .deliver(letter(dead, shortened, true))
                .recover(failure -> failure instanceof RecordTooLargeException
                        ? publisher.deliver(letter(dead, shortened, false))
                        : Future.failedFuture(failure))
                .onSuccess(buried -> LOG.warn(
                        "Put the record at {}-{}@{} aside as a dead letter: {}",
                        dead.topic(),
                        dead.partition(),
                        dead.offset(),
                        shortened));
    }

    private static ProducerRecord<byte[], byte[]> letter(
            ConsumerRecord<byte[], byte[]> dead, String reason, boolean whole) {
        // When even the headers alone might be too large, those of the sender go as well.
        Headers headers = whole ? new RecordHeaders(dead.headers().toArray()) : new RecordHeaders();
        headers.add(REASON, EventHeaders.bytes(reason))
                .add(TOPIC, EventHeaders.bytes(dead.topic()))
                .add(PARTITION, EventHeaders.bytes(Integer.toString(dead.partition())))
                .add(OFFSET, EventHeaders.bytes(Long.toString(dead.offset())));
        if (whole) {
            return new ProducerRecord<>(Topics.dead(dead.topic()), null, dead.key(), dead.value(), headers);
        }
        headers.add(VALUE_DROPPED, EventHeaders.bytes("true"));
        return new ProducerRecord<byte[], byte[]>(Topics.dead(dead.topic()), null, null, new byte[0], headers);
    }
}
