package dev.continuo.testing;

/**
 * A running Kafka.
 *
 * @param bootstrapServers {@code host:port}
 * @param stop ends the broker
 */
public record KafkaBackend(String bootstrapServers, PostgresBackend.Stop stop) {}
