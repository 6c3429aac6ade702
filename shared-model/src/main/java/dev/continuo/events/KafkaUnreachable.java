package dev.continuo.events;

/** Kafka did not answer in time. The message says where it was looked for. */
public final class KafkaUnreachable extends RuntimeException {
    KafkaUnreachable(String message, Throwable cause) {
        super(message, cause);
    }
}
