package dev.continuo.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract that every provider of backends keeps. */
@ExtendWith(BackendsExtension.class)
class BackendsIT {
    private final Backends backends;

    BackendsIT(Backends backends) {
        this.backends = backends;
    }

    @Test
    void theDatabaseIsEmptyAndOnesOwn() throws SQLException {
        try (Connection connection = connect()) {
            assertThat(single(connection, "SELECT current_database()")).startsWith("t_backendsit_");
            assertThat(single(
                            connection, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"))
                    .isEqualTo("0");
        }
        assertThat(backends.pgUri()).startsWith("postgresql://").endsWith("/" + backends.pgDatabase());
    }

    @Test
    void aRolledBackTransactionLeavesNothing() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("CREATE TABLE gone (n int)");
            connection.rollback();
            assertThat(single(connection, "SELECT to_regclass('gone') IS NULL")).isEqualTo("t");
        }
    }

    @Test
    void recordsGoThroughTheBroker() throws Exception {
        String topic = backends.topicPrefix() + "letters";
        Map<String, Object> client = Map.of("bootstrap.servers", backends.kafkaBootstrap());
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "a letter")).get();
        }
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            consumer.seekToBeginning(consumer.assignment());
            Await.until("the letter arrives", Duration.ofSeconds(30), () -> {
                for (var letter : consumer.poll(Duration.ofMillis(100))) {
                    return letter.value().equals("a letter");
                }
                return false;
            });
        }
    }

    @Nested
    class ANestedClass {
        @Test
        void sharesTheBackendsOfItsOutermostClass(Backends inner) {
            assertThat(inner).isSameAs(backends);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword());
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
