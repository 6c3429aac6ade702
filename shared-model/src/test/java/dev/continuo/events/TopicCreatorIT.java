package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class TopicCreatorIT {
    private static final TopicLayout LAYOUT = new TopicLayout(3, 2, 1, (short) 1);

    private final Vertx vertx = Vertx.vertx();
    private final Backends backends;
    private final KafkaAdmin admin;
    private final KafkaProbe probe;

    TopicCreatorIT(Backends backends) {
        this.backends = backends;
        this.admin = new KafkaAdmin(vertx, KafkaConnection.to(backends.kafkaBootstrap()), Duration.ofSeconds(20));
        this.probe = new KafkaProbe(backends.kafkaBootstrap());
    }

    @AfterEach
    void close() {
        probe.close();
        admin.close().await();
        vertx.close().await();
    }

    @Test
    void whatIsAbsentIsCreatedAsConfigured() {
        Topics topics = topics("absent");

        assertThat(creator(topics).ensure().await().created())
                .containsExactlyInAnyOrderElementsOf(topics.live().stream()
                        .flatMap(topic -> Stream.of(topic, Topics.dead(topic)))
                        .toList());
        assertThat(probe.partitions(topics.taskQueued())).isEqualTo(3);
        assertThat(probe.partitions(topics.commands())).isEqualTo(2);
        assertThat(probe.partitions(topics.lifecycle())).isEqualTo(1);
        assertThat(probe.partitions(Topics.dead(topics.taskQueued()))).isEqualTo(1);
    }

    @Test
    void aSecondCallCreatesOnlyWhatIsGone() throws Exception {
        Topics topics = topics("gone");
        TopicCreator creator = creator(topics);
        creator.ensure().await();
        assertThat(creator.ensure().await().created()).isEmpty();

        try (Admin outside = probe.admin()) {
            outside.deleteTopics(List.of(topics.commands())).all().get();
            // The broker answers from its own view of the topics, which follows the controller's a moment later.
            Await.until(
                    "the broker knows that the topic is gone",
                    Duration.ofSeconds(30),
                    () -> !outside.listTopics().names().get().contains(topics.commands()));
        }
        assertThat(creator.ensure().await().created()).containsExactly(topics.commands());
    }

    @Test
    void aSmallerTopicKeepsItsPartitions() throws Exception {
        Topics topics = topics("smaller");
        try (Admin outside = probe.admin()) {
            outside.createTopics(List.of(new NewTopic(topics.taskQueued(), 1, (short) 1)))
                    .all()
                    .get();
        }

        assertThat(creator(topics).ensure().await().smaller()).containsExactly(topics.taskQueued());
        assertThat(probe.partitions(topics.taskQueued())).isEqualTo(1);
    }

    @Test
    void manyProcessesMayCreateAtOnce() {
        Topics topics = topics("many");
        List<Future<TopicCreator.Ensured>> all =
                Stream.generate(() -> creator(topics).ensure()).limit(5).toList();

        Future.all(all).await();
        assertThat(all.stream().mapToInt(each -> each.result().created().size()).sum())
                .isEqualTo(8);
    }

    @Test
    void aReplicationThatKafkaCannotGiveIsRefused() {
        TopicCreator creator = new TopicCreator(admin, topics("replication"), new TopicLayout(1, 1, 1, (short) 3));

        assertThatThrownBy(() -> creator.ensure().await()).isInstanceOf(InvalidReplicationFactorException.class);
    }

    @Test
    void aKafkaThatIsNotThereIsNamedInBoundedTime() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        KafkaAdmin nowhere = new KafkaAdmin(vertx, KafkaConnection.to("127.0.0.1:" + port), Duration.ofMillis(500));

        long before = System.nanoTime();
        assertThatThrownBy(() ->
                        new TopicCreator(nowhere, topics("x"), LAYOUT).ensure().await())
                .isInstanceOf(KafkaUnreachable.class)
                .hasMessage("Kafka at 127.0.0.1:" + port + " cannot be reached within 500 ms");
        assertThat(new KafkaHealth(nowhere).healthy().await()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        nowhere.close().await();
    }

    @Test
    void aNameThatDoesNotResolveIsUnreachableToo() {
        KafkaAdmin nowhere = new KafkaAdmin(vertx, KafkaConnection.to("kafka.invalid:9092"), Duration.ofMillis(500));

        assertThatThrownBy(() ->
                        new TopicCreator(nowhere, topics("x"), LAYOUT).ensure().await())
                .isInstanceOf(KafkaUnreachable.class);
        nowhere.close().await();
    }

    @Test
    void aKafkaThatAnswersIsHealthy() {
        assertThat(new KafkaHealth(admin).healthy().await()).isTrue();
    }

    private Topics topics(String name) {
        return new Topics(backends.topicPrefix() + name + ".");
    }

    private TopicCreator creator(Topics topics) {
        return new TopicCreator(admin, topics, LAYOUT);
    }
}
