package dev.continuo.events;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * How Kafka is reached.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param security Kafka client properties ({@code security.protocol}, {@code sasl.*}, {@code ssl.*}); may hold secrets
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> security) {
    public KafkaConnection {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("Kafka's bootstrap servers are empty, expected host:port[,host:port]");
        }
        security = Map.copyOf(security);
    }

    public static KafkaConnection to(String bootstrapServers) {
        return new KafkaConnection(bootstrapServers, Map.of());
    }

    /** The properties of one client. */
    public Map<String, Object> client(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(security);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        // Bounds both the time until a client notices that Kafka is back and the rate at which it complains.
        all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "2000");
        all.putAll(own);
        return all;
    }

    /** Without the security properties. */
    @Override
    public String toString() {
        return "Kafka at " + bootstrapServers;
    }
}
