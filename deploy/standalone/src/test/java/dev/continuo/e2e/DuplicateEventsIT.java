package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.events.Topics;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kafka delivers at least once, and the sweep publishes again what may have got lost. */
@ExtendWith(BackendsExtension.class)
class DuplicateEventsIT {

    /**
     * Mechanism: a task is claimed by one conditional update, which an event for a task that is under way, or over,
     * does not get. Copies are counted in `continuo_task_duplicates_dropped_total`.
     */
    @Test
    void copiesOfAnEventAreDroppedAndCountedAndTheTaskIsExecutedOnce(Backends backends, @TempDir Path scratch)
            throws Exception {
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        try (Upstream upstream = new Upstream();
                Standalone standalone = servers.start();
                Copier copier = new Copier(backends)) {
            Continuo continuo = Servers.client(standalone);
            String run = continuo.start(continuo.define(list(rest("call", upstream.url("/hold/once")))), "{}");
            Await.until("the task is executed", Continuo.LIMIT, () -> upstream.held() == 1);
            ConsumerRecord<byte[], byte[]> event = copier.eventOf(continuo.taskId(run, "call"));
            double before = continuo.metric("continuo_task_duplicates_dropped_total");

            copier.copy(event, 2);
            Await.until(
                    "two copies are dropped while the task is under way",
                    Continuo.LIMIT,
                    () -> continuo.metric("continuo_task_duplicates_dropped_total") == before + 2);
            upstream.release();
            continuo.await(run, "COMPLETED");
            copier.copy(event, 2);
            Await.until(
                    "two copies are dropped after its end",
                    Continuo.LIMIT,
                    () -> continuo.metric("continuo_task_duplicates_dropped_total") == before + 4);

            assertThat(upstream.calls("/hold/once")).isEqualTo(1);
            assertThat(continuo.log(run, "call").lines().filter(line -> line.contains("HTTP 200")))
                    .hasSize(1);
            assertThat(continuo.metric("continuo_stale_results_total")).isZero();
        }
    }

    /** Finds events of the topic, and sends them once more. */
    private static final class Copier implements AutoCloseable {
        private final String topic;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final KafkaProducer<byte[], byte[]> producer;

        Copier(Backends backends) {
            topic = new Topics(backends.topicPrefix()).taskQueued();
            consumer = new KafkaConsumer<>(
                    Map.of(
                            "bootstrap.servers",
                            backends.kafkaBootstrap(),
                            "group.id",
                            backends.topicPrefix() + UUID.randomUUID(),
                            "auto.offset.reset",
                            "earliest"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            consumer.subscribe(List.of(topic));
            producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", backends.kafkaBootstrap()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        ConsumerRecord<byte[], byte[]> eventOf(String taskId) {
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            Await.until("the event of task " + taskId, Continuo.LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(taskId)) {
                        found.add(record);
                    }
                });
                return !found.isEmpty();
            });
            return found.getFirst();
        }

        void copy(ConsumerRecord<byte[], byte[]> record, int times) throws Exception {
            for (int i = 0; i < times; i++) {
                producer.send(new ProducerRecord<>(
                                topic, record.partition(), record.key(), record.value(), record.headers()))
                        .get();
            }
        }

        @Override
        public void close() {
            consumer.close();
            producer.close();
        }
    }
}
