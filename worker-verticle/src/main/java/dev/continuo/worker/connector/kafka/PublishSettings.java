package dev.continuo.worker.connector.kafka;

import dev.continuo.events.KafkaConnection;
import dev.continuo.events.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where tasks may publish, and limits of it.
 *
 * @param own the engine's own Kafka
 * @param topics the engine's own, which no task may write to
 * @param otherServers brokers, {@code host:port}, that tasks may name besides the engine's own
 * @param producers that a worker keeps at once, each with its connections and its buffer
 * @param bufferBytes of one producer; a record that finds no room in time fails
 * @param requestTimeout where a task does not say otherwise
 * @param maxBlock how long a record waits for the topic's metadata or for room, where a task does not say otherwise
 */
public record PublishSettings(
        KafkaConnection own,
        Topics topics,
        Set<String> otherServers,
        int producers,
        long bufferBytes,
        Duration requestTimeout,
        Duration maxBlock) {

    public PublishSettings {
        otherServers = otherServers.stream().map(PublishSettings::normal).collect(Collectors.toUnmodifiableSet());
    }

    public static PublishSettings of(KafkaConnection own, Topics topics, Set<String> otherServers) {
        return new PublishSettings(
                own, topics, otherServers, 8, 8L << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    static Set<String> split(String servers) {
        return Arrays.stream(servers.split(","))
                .map(PublishSettings::normal)
                .filter(server -> !server.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String normal(String server) {
        return server.strip().toLowerCase(Locale.ROOT);
    }
}
