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
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kafka delivers at least once, and the sweep publishes again what may have got lost. */
@ExtendWith(BackendsExtension.class)
class DuplicateEventsIT {

    /**
     * Mechanisms: a worker drops what its own process is busy with, and a task is claimed by one conditional update,
     * which a copy that gets to another process, or comes when the task is over, does not get. Copies go to all
     * partitions, so that both workers get some. They are counted in `continuo_task_duplicates_dropped_total`.
     */
    @Test
    void copiesOfAnEventAreDroppedAndCountedAndTheTaskIsExecutedOnce(Backends backends, @TempDir Path scratch)
            throws Exception {
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        try (Upstream upstream = new Upstream();
                Standalone busy = servers.start();
                Copier copier = new Copier(backends)) {
            Continuo continuo = Servers.client(busy);
            String run = continuo.start(continuo.define(list(rest("call", upstream.url("/hold/once")))), "{}");
            Await.until("the task is executed", Continuo.LIMIT, () -> upstream.held() == 1);
            ConsumerRecord<byte[], byte[]> event = copier.eventOf(continuo.taskId(run, "call"));
            try (Standalone idle = servers.start()) {
                Continuo other = Servers.client(idle);
                Await.until("both drop copies while the task is under way", Continuo.LIMIT, () -> {
                    copyAndAwaitDrops(copier, event, continuo, other);
                    return dropped(other) > 0 && dropped(continuo) > 0;
                });
                upstream.release();
                continuo.await(run, "COMPLETED");
                copyAndAwaitDrops(copier, event, continuo, other);

                assertThat(upstream.calls("/hold/once")).isEqualTo(1);
                assertThat(continuo.log(run, "call").lines().filter(line -> line.contains("HTTP 200")))
                        .hasSize(1);
                assertThat(continuo.metric("continuo_stale_results_total")
                                + other.metric("continuo_stale_results_total"))
                        .isZero();
            }
        }
    }

    /** A partition that moves between workers may bring an event that is not finished once more, hence at least. */
    private static void copyAndAwaitDrops(
            Copier copier, ConsumerRecord<byte[], byte[]> event, Continuo one, Continuo other) throws Exception {
        double before = dropped(one) + dropped(other);
        int copies = copier.copyEverywhere(event);
        Await.until("all copies are dropped", Continuo.LIMIT, () -> dropped(one) + dropped(other) >= before + copies);
    }

    private static double dropped(Continuo node) {
        return node.metric("continuo_task_duplicates_dropped_total");
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

        /** Sends one copy to each partition, and returns how many these are. */
        int copyEverywhere(ConsumerRecord<byte[], byte[]> record) throws Exception {
            List<PartitionInfo> partitions = producer.partitionsFor(topic);
            for (PartitionInfo partition : partitions) {
                producer.send(new ProducerRecord<>(
                                topic, partition.partition(), record.key(), record.value(), record.headers()))
                        .get();
            }
            return partitions.size();
        }

        @Override
        public void close() {
            consumer.close();
            producer.close();
        }
    }
}
