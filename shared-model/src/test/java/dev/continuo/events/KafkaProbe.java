package dev.continuo.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.continuo.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What somebody outside sees of a Kafka, and sends to it. */
final class KafkaProbe implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, Object> client;
    private final KafkaProducer<byte[], byte[]> producer;

    KafkaProbe(String bootstrap) {
        this.client = Map.of("bootstrap.servers", bootstrap, "reconnect.backoff.max.ms", 500, "max.block.ms", 30_000);
        this.producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", client.get("bootstrap.servers")));
    }

    /** The number of each topic's partitions. */
    int partitions(String topic) {
        return producer.partitionsFor(topic).size();
    }

    void send(String topic, Event event) throws Exception {
        send(
                topic,
                event.key(),
                EventCodec.encode(event),
                EventHeaders.of(event, new EventHeaders.Origin("/test", "p1"), Instant.now()));
    }

    void send(String topic, String key, byte[] value, Headers headers) throws Exception {
        producer.send(new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, headers))
                .get();
    }

    static Headers headers(String... namesAndValues) {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
        }
        return headers;
    }

    static String header(ConsumerRecord<byte[], byte[]> message, String name) {
        return EventHeaders.text(message.headers(), name).orElse("-");
    }

    /** The first records of a topic, when there are so many. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            return Await.value(count + " records in " + topic, LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return found.size() >= count ? Optional.of(found) : Optional.empty();
            });
        }
    }

    /** How many records of a topic the group has behind it. */
    long committed(String group) throws Exception {
        try (Admin admin = admin()) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
