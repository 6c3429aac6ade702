package dev.continuo.worker.connector.kafka;

import dev.continuo.events.KafkaConnection;
import dev.continuo.worker.connector.ConnectorResult;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A Kafka to send to, and how long to try.
 *
 * @param requestTimeout of one request; a record is given up after twice of it
 * @param maxBlock for the topic's metadata, and for room in the producer's buffer
 */
public record Destination(KafkaConnection kafka, Duration requestTimeout, Duration maxBlock) {
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    /** Whether a task may send there. */
    sealed interface Admission {
        record Granted(Destination destination) implements Admission {}

        record Refused(ConnectorResult.Failed failed) implements Admission {}
    }

    /**
     * Checks the place against what tasks may do: a task chooses neither which hosts the worker connects to, nor does it
     * write what the engine would take for its own events.
     */
    static Admission admit(PublishRequest request, PublishSettings settings) {
        Optional<Admission> refused = refusal(request.topic(), settings);
        if (refused.isPresent()) {
            return refused.get();
        }
        Set<String> wanted = PublishSettings.split(request.servers());
        if (PublishSettings.split(settings.own().bootstrapServers()).containsAll(wanted)) {
            return granted(settings.own(), request);
        }
        if (settings.otherServers().containsAll(wanted)) {
            return granted(KafkaConnection.to(String.join(",", new TreeSet<>(wanted))), request);
        }
        return refused("bootStrapServers names a Kafka that tasks may not use; allowed are the engine's own,"
                + " and those of the setting --kafka-publish-servers");
    }

    /** The same for a topic of the engine's own Kafka. */
    static Admission admit(String topic, PublishSettings settings) {
        return refusal(topic, settings)
                .orElseGet(() -> new Admission.Granted(
                        new Destination(settings.own(), settings.requestTimeout(), settings.maxBlock())));
    }

    private static Optional<Admission> refusal(String topic, PublishSettings settings) {
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            return Optional.of(refused("the topic has a name that Kafka does not allow"));
        }
        return isReserved(topic, settings)
                ? Optional.of(refused("the topic " + topic + " is the engine's or Kafka's own"))
                : Optional.empty();
    }

    private static boolean isReserved(String topic, PublishSettings settings) {
        String prefix = settings.topics().prefix();
        boolean engines = prefix.isEmpty()
                ? settings.topics().live().stream().anyMatch(topic::startsWith)
                : topic.startsWith(prefix);
        return engines || topic.startsWith("__");
    }

    private static Admission granted(KafkaConnection kafka, PublishRequest request) {
        return new Admission.Granted(new Destination(kafka, request.requestTimeout(), request.maxBlock()));
    }

    private static Admission refused(String why) {
        return new Admission.Refused(ConnectorResult.Failed.forGood("Not published: " + why));
    }
}
