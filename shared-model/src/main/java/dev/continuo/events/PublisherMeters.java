package dev.continuo.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The publisher's figures. Topics are few, so each has its own. */
final class PublisherMeters {
    private final MeterRegistry registry;
    private final Map<String, OfTopic> topics = new ConcurrentHashMap<>();

    PublisherMeters(MeterRegistry registry, Collection<?> queue) {
        this.registry = registry;
        Gauge.builder("continuo.events.queue", queue, Collection::size)
                .description("Events that wait to be sent to Kafka")
                .register(registry);
    }

    /**
     * @param published acknowledged by Kafka, with the time from the call to the acknowledgement
     * @param failed handed to Kafka's client and not acknowledged
     * @param dropped never got to Kafka, for whatever reason; the failed are among them
     */
    record OfTopic(Timer published, Counter failed, Counter dropped) {}

    OfTopic of(String topic) {
        return topics.computeIfAbsent(
                topic,
                name -> new OfTopic(
                        Timer.builder("continuo.events.published")
                                .description("Events that Kafka acknowledged, and how long that took")
                                .tag("topic", name)
                                .register(registry),
                        counter("continuo.events.failed", "Events that were sent and not acknowledged", name),
                        counter("continuo.events.dropped", "Events that did not get to Kafka", name)));
    }

    private Counter counter(String name, String description, String topic) {
        return Counter.builder(name)
                .description(description)
                .tag("topic", topic)
                .register(registry);
    }
}
