package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.events.EventCodec.Decoded;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@ExtendWith(BackendsExtension.class)
class EventPublisherIT {
    /** Figures are reported at the level that the tests show. */
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisherIT.class);

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final KafkaConnection kafka;
    private final KafkaAdmin admin;
    private final KafkaProbe probe;
    private final Topics topics;
    private final EventPublisher publisher;

    EventPublisherIT(Backends backends, TestInfo test) {
        kafka = KafkaConnection.to(backends.kafkaBootstrap());
        probe = new KafkaProbe(backends.kafkaBootstrap());
        admin = new KafkaAdmin(vertx, kafka, Duration.ofSeconds(20));
        topics = new Topics(
                backends.topicPrefix() + test.getTestMethod().orElseThrow().getName() + ".");
        TopicCreator creator = new TopicCreator(admin, topics, TopicLayout.DEFAULT);
        creator.ensure().await();
        publisher = EventPublisher.start(vertx, kafka, creator, topics, PublisherSettings.DEFAULT, registry);
    }

    @AfterEach
    void close() {
        publisher.close().await();
        probe.close();
        admin.close().await();
        vertx.close().await();
    }

    @Test
    void anEventArrivesOnItsTopicWithItsKeyAndItsAttributes() {
        TaskQueued queued = Samples.queued(UUID.randomUUID());
        publisher.publish(List.of(queued));

        ConsumerRecord<byte[], byte[]> message =
                probe.read(topics.taskQueued(), 1).get(0);
        assertThat(new String(message.key())).isEqualTo(queued.taskId().toString());
        assertThat(KafkaProbe.header(message, "ce_id"))
                .isEqualTo(queued.taskId().toString());
        assertThat(KafkaProbe.header(message, "ce_type")).isEqualTo("dev.continuo.task.queued.v1");
        assertThat(KafkaProbe.header(message, "ce_source")).isEqualTo("/continuo/engine");
        assertThat(KafkaProbe.header(message, "ce_specversion")).isEqualTo("1.0");
        assertThat(KafkaProbe.header(message, "ce_time")).endsWith("Z");
        assertThat(KafkaProbe.header(message, "content-type")).isEqualTo("application/json");
        assertThat(KafkaProbe.header(message, "task-type")).isEqualTo("REST_CONNECTOR");
        assertThat(EventCodec.decode(KafkaProbe.header(message, "ce_type"), message.value()))
                .isEqualTo(new Decoded.Read(queued));
    }

    @Test
    void eventsOfOneRunArriveInTheOrderInWhichTheyWerePublished() {
        UUID run = UUID.randomUUID();
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(List.of(Samples.fail(run, "reason " + i), Samples.fail(UUID.randomUUID(), "other")));
        }

        List<String> reasons = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> message : probe.read(topics.commands(), 2_000)) {
            Decoded decoded = EventCodec.decode(KafkaProbe.header(message, "ce_type"), message.value());
            if (decoded instanceof Decoded.Read(FailTask fail) && fail.runId().equals(run)) {
                reasons.add(fail.reason());
            }
        }
        assertThat(reasons).hasSize(1_000);
        assertThat(reasons)
                .isEqualTo(java.util.stream.IntStream.range(0, 1_000)
                        .mapToObj(i -> "reason " + i)
                        .toList());
    }

    @Test
    void anEventLoopMayPublish() {
        Future<Void> published = Future.future(promise -> vertx.runOnContext(nothing -> {
            publisher.publish(Samples.all());
            promise.complete();
        }));
        published.await();

        int changes = Math.toIntExact(
                Samples.all().stream().filter(RunLifecycle.class::isInstance).count());
        assertThat(probe.read(topics.lifecycle(), changes)).hasSize(changes);
        assertThat(probe.read(topics.commands(), 5)).hasSize(5);
    }

    @Test
    void aCloseSendsWhatIsQueuedAndDropsWhatComesLater() {
        List<Event> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(Samples.queued(UUID.randomUUID()));
        }
        publisher.publish(many);
        publisher.close().await();
        publisher.publish(List.of(Samples.queued(UUID.randomUUID())));

        assertThat(published().count()).isEqualTo(5_000);
        assertThat(registry.get("continuo.events.dropped").counter().count()).isEqualTo(1);
        assertThat(probe.read(topics.taskQueued(), 5_000)).hasSize(5_000);
    }

    @Test
    void theFiguresAreMeasured() {
        publishAndWait(5_000);
        Timer timer = published();
        double millisBefore = timer.totalTime(TimeUnit.MILLISECONDS);
        long callNanos = 0;
        int paced = 500;
        for (int i = 0; i < paced; i++) {
            long sent = timer.count();
            long start = System.nanoTime();
            publisher.publish(List.of(Samples.queued(UUID.randomUUID())));
            callNanos += System.nanoTime() - start;
            Await.until("the event is acknowledged", KafkaProbe.LIMIT, () -> timer.count() > sent);
        }
        LOG.warn(
                "Figures at rest: publish() {} us, acknowledged after {} ms (means of {})",
                callNanos / paced / 1000,
                (timer.totalTime(TimeUnit.MILLISECONDS) - millisBefore) / paced,
                paced);
        for (int round = 0; round < 3; round++) {
            int count = 40_000;
            long nanos = publishAndWait(count);
            LOG.warn("Figures in a burst: {} events/s", count * 1_000_000_000L / nanos);
        }
        assertThat(registry.find("continuo.events.dropped").counter().count()).isZero();
    }

    /** Nanoseconds until all are acknowledged. */
    private long publishAndWait(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(Samples.queued(UUID.randomUUID()));
        }
        long before = registry.find("continuo.events.published").timers().stream()
                .mapToLong(Timer::count)
                .sum();
        long start = System.nanoTime();
        for (int i = 0; i < count; i += 100) {
            publisher.publish(events.subList(i, i + 100));
        }
        Await.until(
                "all are acknowledged",
                KafkaProbe.LIMIT,
                () -> registry.find("continuo.events.published").timers().stream()
                                .mapToLong(Timer::count)
                                .sum()
                        == before + count);
        return System.nanoTime() - start;
    }

    private Timer published() {
        return registry.get("continuo.events.published")
                .tag("topic", topics.taskQueued())
                .timer();
    }
}
