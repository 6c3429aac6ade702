package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.embedded.KafkaBroker;
import dev.continuo.testing.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka of its own, which goes away and comes back. */
class KafkaOutageIT {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final PublisherSettings IMPATIENT = PublisherSettings.DEFAULT
            .withQueueCapacity(100)
            .withDelivery(Duration.ofSeconds(2), Duration.ofMillis(200));

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private KafkaBroker broker;
    private KafkaConnection kafka;
    private KafkaAdmin admin;
    private TopicCreator creator;
    private EventPublisher publisher;

    @BeforeEach
    void start() throws IOException {
        broker = KafkaBroker.start(directory);
        kafka = KafkaConnection.to(broker.bootstrapServers());
        admin = new KafkaAdmin(vertx, kafka, Duration.ofSeconds(5));
        creator = new TopicCreator(admin, TOPICS, TopicLayout.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        publisher.close().await();
        admin.close().await();
        vertx.close().await();
        broker.close();
    }

    @Test
    void aPublisherThatStartsWithoutKafkaLosesNoCallerAndFindsKafkaLater() throws Exception {
        broker.stop();
        publisher = publisher();

        long before = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(List.of(Samples.queued(UUID.randomUUID())));
        }
        // Had each waited for Kafka as the sending thread does, it would be 200 s.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(dropped()).isPositive();
        Await.until("all are dropped, by age at last", KafkaProbe.LIMIT, () -> dropped() == 1_000);
        assertThat(publisher.lastFailure()).isPresent();
        assertThat(publisher.lastSuccess()).isEmpty();

        broker.restart();
        // Nobody has created the topics: the publisher sees to it.
        awaitPublished();
        try (KafkaProbe probe = new KafkaProbe(broker.bootstrapServers())) {
            assertThat(probe.read(TOPICS.taskQueued(), 1)).isNotEmpty();
            assertThat(probe.partitions(TOPICS.taskQueued())).isEqualTo(TopicLayout.DEFAULT.taskQueuedPartitions());
        }
    }

    @Test
    void aShortOutageLosesNothing() throws Exception {
        creator.ensure().await();
        publisher = EventPublisher.start(
                vertx,
                kafka,
                creator,
                TOPICS,
                PublisherSettings.DEFAULT.withDelivery(Duration.ofSeconds(60), Duration.ofSeconds(30)),
                registry);
        awaitPublished();
        double before = published();
        double droppedBefore = dropped();
        broker.stop();
        publisher.publish(Collections.nCopies(1_000, Samples.queued(UUID.randomUUID())));
        broker.restart();

        Await.until("all arrive", KafkaProbe.LIMIT, () -> published() >= before + 1_000);
        assertThat(dropped()).isEqualTo(droppedBefore);
    }

    @Test
    void topicsThatAreGoneAreMadeAnew() throws Exception {
        creator.ensure().await();
        publisher = publisher();
        awaitPublished();
        try (KafkaProbe probe = new KafkaProbe(broker.bootstrapServers());
                Admin outside = probe.admin()) {
            outside.deleteTopics(List.of(TOPICS.taskQueued())).all().get();
        }

        awaitPublished();
    }

    @Test
    void theCommandsConsumerGoesOnWhenKafkaIsBack() throws Exception {
        creator.ensure().await();
        publisher = publisher();
        Queue<EngineCommand> handled = new ConcurrentLinkedQueue<>();
        CommandsConsumer consumer = consumer(handled);
        consumer.start().await();
        try (KafkaProbe probe = new KafkaProbe(broker.bootstrapServers())) {
            probe.send(TOPICS.commands(), Samples.fail(Samples.RUN, "before"));
            Await.until("the first is handled", KafkaProbe.LIMIT, () -> handled.size() == 1);
            broker.stop();
            assertThat(new KafkaHealth(admin).healthy().await()).isFalse();
            broker.restart();
            probe.send(TOPICS.commands(), Samples.fail(Samples.RUN, "after"));
            Await.until("the second is handled", KafkaProbe.LIMIT, () -> handled.stream()
                    .anyMatch(command -> ((FailTask) command).reason().equals("after")));
        }
        consumer.close().await();
    }

    @Test
    void everythingClosesInBoundedTimeWithoutKafka() throws Exception {
        creator.ensure().await();
        publisher = publisher();
        CommandsConsumer consumer = consumer(new ConcurrentLinkedQueue<>());
        consumer.start().await();
        awaitPublished();
        broker.stop();
        publisher.publish(List.of(Samples.queued(UUID.randomUUID())));

        long before = System.nanoTime();
        Future.all(consumer.close(), publisher.close()).await();
        admin.close().await();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    private EventPublisher publisher() {
        return EventPublisher.start(vertx, kafka, creator, TOPICS, IMPATIENT, registry);
    }

    private CommandsConsumer consumer(Queue<EngineCommand> handled) {
        CommandHandler handler = command -> {
            handled.add(command);
            return Future.succeededFuture(Handled.done());
        };
        return new CommandsConsumer(
                vertx, kafka, TOPICS, CommandsSettings.DEFAULT, handler, new DeadLetters(publisher));
    }

    /** Publishes until one gets through, as the sweep does. */
    private void awaitPublished() {
        double before = published();
        UUID task = UUID.randomUUID();
        long[] lastNanos = {System.nanoTime() - Duration.ofSeconds(1).toNanos()};
        Await.until("an event gets through", KafkaProbe.LIMIT, () -> {
            if (System.nanoTime() - lastNanos[0] >= Duration.ofMillis(500).toNanos()) {
                lastNanos[0] = System.nanoTime();
                publisher.publish(List.of(Samples.queued(task)));
            }
            return published() > before;
        });
    }

    private double published() {
        return registry.find("continuo.events.published").timers().stream()
                .mapToDouble(timer -> timer.count())
                .sum();
    }

    private double dropped() {
        return registry.find("continuo.events.dropped").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
