package dev.continuo.worker.connector.kafka;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.events.KafkaConnection;
import dev.continuo.events.Topics;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** KAFKA_PUBLISH on a real Kafka. */
@ExtendWith(BackendsExtension.class)
class KafkaPublishIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OTHER = "127.0.0.1:1";

    private final Backends backends;
    private final ConnectorFixture fixture = new ConnectorFixture();
    private KafkaPublishConnector connector;
    private Topics own;
    private String topic;

    KafkaPublishIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(TestInfo test) throws Exception {
        own = new Topics(backends.topicPrefix() + "engine.");
        topic = backends.topicPrefix() + "orders-"
                + Math.abs(test.getDisplayName().hashCode());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", backends.kafkaBootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        fixture.use(() -> {
            connector = new KafkaPublishConnector(fixture.vertx, settings(8));
            return connector;
        });
    }

    private PublishSettings settings(int producers) {
        return new PublishSettings(
                KafkaConnection.to(backends.kafkaBootstrap()),
                own,
                Set.of(OTHER),
                producers,
                1 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        fixture.on(connector::close);
        fixture.close();
    }

    private ConnectorResult publish(String request) {
        return fixture.execute(input(request));
    }

    private ObjectNode input(String request) {
        ObjectNode input = json("{}");
        ObjectNode kafka = json(request);
        if (!kafka.has("topic")) {
            kafka.put("topic", topic);
        }
        input.set("kafka_request", kafka);
        return input;
    }

    private List<ConsumerRecord<byte[], byte[]>> published(int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<String, Object> properties =
                Map.of("bootstrap.servers", backends.kafkaBootstrap(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            Await.until("the records are there", LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }

    @Test
    void aRecordIsPublishedAndTellsWhereItIs() {
        completed(publish("{'value':'first'}"));
        var output = completed(publish(
                        "{'key':'k','value':{'n':[1,2.50]},'headers':{'X-A':'b','X-N':7},'requestTimeoutMs':5000}"))
                .output();
        assertThat(output.toString()).isEqualTo("{\"topic\":\"" + topic + "\",\"partition\":0,\"offset\":1}");
        Iterator<ConsumerRecord<byte[], byte[]>> records = published(2).iterator();
        assertThat(new String(records.next().value(), UTF_8)).isEqualTo("\"first\"");
        ConsumerRecord<byte[], byte[]> second = records.next();
        assertThat(new String(second.key(), UTF_8)).isEqualTo("k");
        assertThat(new String(second.value(), UTF_8)).isEqualTo("{\"n\":[1,2.5]}");
        assertThat(new String(second.headers().lastHeader("X-A").value(), UTF_8))
                .isEqualTo("b");
        assertThat(new String(second.headers().lastHeader("X-N").value(), UTF_8))
                .isEqualTo("7");
    }

    @Test
    void aKeyIsWrittenAsItsSerializerSays() {
        completed(publish(
                "{'value':1,'key':'77','keySerializer':'org.apache.kafka.common.serialization.LongSerializer'}"));
        completed(publish("{'value':1,'key':-5,'keySerializer':'IntegerSerializer'}"));
        completed(publish("{'value':1,'key':{'a':1}}"));
        completed(publish("{'value':1}"));
        var records = published(4);
        assertThat(ByteBuffer.wrap(records.get(0).key()).getLong()).isEqualTo(77);
        assertThat(ByteBuffer.wrap(records.get(1).key()).getInt()).isEqualTo(-5);
        assertThat(new String(records.get(2).key(), UTF_8)).isEqualTo("{\"a\":1}");
        assertThat(records.get(3).key()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | the input must have an object kafka_request",
                "{'kafka_request':{'value':1}} | kafka_request.topic is missing",
                "{'kafka_request':{'topic':'t'}} | kafka_request.value is missing",
                "{'kafka_request':{'topic':'t','value':null}} | kafka_request.value is missing",
                "{'kafka_request':{'topic':'t','value':1,'key':'x','keySerializer':'LongSerializer'}} | must be a number",
                "{'kafka_request':{'topic':'t','value':1,'key':1.5,'keySerializer':'LongSerializer'}} | no whole number",
                "{'kafka_request':{'topic':'t','value':1,'key':3000000000,'keySerializer':'IntegerSerializer'}} | no whole",
                "{'kafka_request':{'topic':'t','value':1,'key':'x','keySerializer':'a.B'}} | keySerializer must be",
                "{'kafka_request':{'topic':'t','value':1,'headers':'x'}} | headers must be an object",
            })
    void anInputThatIsNoRecordFailsWithAReason(String input, String reason) {
        var failed = failed(fixture.execute(json(input)));
        assertThat(failed.reason()).contains(reason);
        assertThat(failed.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @Test
    void topicsOfTheEngineAndOfKafkaAreRefused() {
        for (String reserved : List.of(own.commands(), own.prefix() + "anything", "__consumer_offsets")) {
            var failed = failed(publish("{'topic':'" + reserved + "','value':1}"));
            assertThat(failed.reason()).contains("is the engine's or Kafka's own");
            assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        }
        assertThat(failed(publish("{'topic':'a/b','value':1}")).reason()).contains("a name that Kafka does not allow");
        assertThat(connector.openProducers()).isZero();
    }

    @Test
    void anotherKafkaIsUsedOnlyWhenTheConfigurationNamesIt() {
        for (String servers : List.of("127.0.0.1:2", OTHER + ",127.0.0.1:2", backends.kafkaBootstrap() + "," + OTHER)) {
            var refused = failed(publish("{'value':1,'bootStrapServers':'" + servers + "'}"));
            assertThat(refused.reason()).contains("names a Kafka that tasks may not use");
        }
        assertThat(connector.openProducers()).isZero();
        completed(publish("{'value':1,'bootStrapServers':'" + backends.kafkaBootstrap() + "'}"));
        var unreachable = failed(publish("{'value':1,'maxBlockMs':300,'bootStrapServers':'" + OTHER + "'}"));
        assertThat(unreachable.reason()).contains("No record was published to the topic " + topic);
        assertThat(unreachable.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @Test
    void aRecordThatIsTooLargeFails() {
        ObjectNode input = input("{}");
        ((ObjectNode) input.path("kafka_request")).put("value", "a".repeat(2 << 20));
        assertThat(failed(fixture.execute(input)).reason()).contains("No record was published");
    }

    @Test
    void anAsyncTaskStaysOpenAfterItsRecordIsPublished() {
        assertThat(fixture.execute(input("{'value':1}").put("asyncComplete", true)))
                .isInstanceOfSatisfying(ConnectorResult.Waiting.class, waiting -> assertThat(
                                waiting.output().path("offset").asLong())
                        .isZero());
    }

    @Test
    void asManyProducersAsMayBeAreKept() {
        fixture.on(connector::close);
        fixture.use(() -> {
            connector = new KafkaPublishConnector(fixture.vertx, settings(2));
            return connector;
        });
        for (int i = 1; i <= 6; i++) {
            completed(publish("{'value':" + i + ",'requestTimeoutMs':" + (5000 + i % 4) + "}"));
            assertThat(connector.openProducers()).isEqualTo(Math.min(i, 2));
        }
        assertThat(published(6)).hasSize(6);
    }
}
