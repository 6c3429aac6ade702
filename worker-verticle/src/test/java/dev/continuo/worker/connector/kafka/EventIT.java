package dev.continuo.worker.connector.kafka;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.events.EventCodec;
import dev.continuo.events.EventHeaders;
import dev.continuo.events.EventType;
import dev.continuo.events.KafkaConnection;
import dev.continuo.events.Topics;
import dev.continuo.events.WorkflowEvent;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EVENT on a real Kafka. */
@ExtendWith(BackendsExtension.class)
class EventIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Backends backends;
    private final ConnectorFixture fixture = new ConnectorFixture();
    private Topics own;
    private String topic;

    EventIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(TestInfo test) throws Exception {
        int number = Math.abs(test.getDisplayName().hashCode());
        own = new Topics(backends.topicPrefix() + "engine" + number + ".");
        topic = backends.topicPrefix() + "sink-" + number;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", backends.kafkaBootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1), new NewTopic(own.events(), 1, (short) 1)))
                    .all()
                    .get();
        }
        PublishSettings settings = PublishSettings.of(KafkaConnection.to(backends.kafkaBootstrap()), own, Set.of());
        fixture.use(() -> new EventConnector(fixture.vertx, settings));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ObjectNode input(String sink) {
        return json("{'amount':7,'workflowInstanceId':'i','workflowType':'orders','workflowVersion':2,"
                        + "'correlationId':null,'taskToDomain':{}}")
                .put("sink", sink);
    }

    private ConsumerRecord<byte[], byte[]> published(String from) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> properties =
                Map.of("bootstrap.servers", backends.kafkaBootstrap(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(from, 0)));
            Await.until("a record is there", LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return !records.isEmpty();
            });
        }
        return records.getFirst();
    }

    @ParameterizedTest
    @CsvSource({"conductor, conductor:orders:call", "conductor:paid, conductor:orders:paid"})
    void aMessageToConductorIsAnEventOfTheEngine(String sink, String event) {
        ObjectNode input = input(sink);
        var output = completed(fixture.execute(input)).output();
        assertThat(output).isEqualTo(input.deepCopy().put("event_produced", event));

        ConsumerRecord<byte[], byte[]> record = published(own.events());
        assertThat(EventHeaders.text(record.headers(), EventHeaders.TYPE)).contains(EventType.WORKFLOW_EVENT.ceType());
        UUID task = new UUID(0, 1);
        assertThat(EventCodec.decode(EventType.WORKFLOW_EVENT.ceType(), record.value()))
                .isEqualTo(new EventCodec.Decoded.Read(
                        new WorkflowEvent(task.toString(), event, "ns", new UUID(0, 2), task, input)));
    }

    @Test
    void aMessageToKafkaIsARecordOfTheTopic() {
        ObjectNode input = input("kafka:" + topic);
        var output = completed(fixture.execute(input)).output();
        assertThat(output.path("event_produced").asText()).isEqualTo("kafka:" + topic);
        ConsumerRecord<byte[], byte[]> record = published(topic);
        assertThat(new String(record.value(), UTF_8)).isEqualTo(input.toString());
        assertThat(new String(record.key(), UTF_8)).isEqualTo(new UUID(0, 1).toString());
    }

    @ParameterizedTest
    @CsvSource({"sqs:q", "amqp_queue:q", "conductors", "kafka", "kafka:", "''"})
    void anotherSinkFailsAndTheReasonListsThoseThatThereAre(String sink) {
        var failed = failed(fixture.execute(input(sink)));
        assertThat(failed.reason()).contains("supported are conductor, conductor:name and kafka:topic");
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
    }

    @Test
    void topicsOfTheEngineAreNoSinks() {
        var failed = failed(fixture.execute(input("kafka:" + own.commands())));
        assertThat(failed.reason()).contains("is the engine's or Kafka's own");
    }

    @Test
    void anAsyncTaskStaysOpenAfterItsMessageIsSent() {
        assertThat(fixture.execute(input("conductor:x").put("asyncComplete", true)))
                .isInstanceOfSatisfying(ConnectorResult.Waiting.class, waiting -> assertThat(
                                waiting.output().path("event_produced").asText())
                        .isEqualTo("conductor:orders:x"));
    }
}
