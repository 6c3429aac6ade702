package dev.continuo.e2e;

import dev.continuo.testing.Backends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All that a process has left behind: in its log, in Kafka and in the database. */
final class Traces {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Backends backends;
    private final Path scratch;
    private final List<String> records;

    /** @param scratch below which the process has its log */
    Traces(Backends backends, Path scratch) {
        this.backends = backends;
        this.scratch = scratch;
        this.records = records();
    }

    /** Everything that the process has logged or printed to standard error so far. */
    String logs() throws IOException {
        try (Stream<Path> files = Files.walk(scratch, 4)) {
            return files.filter(file -> file.toString().endsWith(".log")
                            || file.getFileName().toString().startsWith("standard-error"))
                    .map(Traces::read)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many records of all topics contain a text. */
    long recordsWith(String text) {
        return records.stream().filter(entry -> entry.contains(text)).count();
    }

    private List<String> records() {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                backends.kafkaBootstrap(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> topic.getKey().startsWith(backends.topicPrefix()))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<String> all = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(entry -> all.add(text(entry)));
            }
            return all;
        }
    }

    private static String text(ConsumerRecord<byte[], byte[]> entry) {
        StringBuilder text = new StringBuilder();
        entry.headers().forEach(header -> text.append(text(header.value())).append('\n'));
        return text.append(text(entry.key()))
                .append('\n')
                .append(text(entry.value()))
                .toString();
    }

    private static String text(byte[] bytes) {
        return new String(Optional.ofNullable(bytes).orElse(new byte[0]), StandardCharsets.UTF_8);
    }

    /** The tables that have a text in any column, as it is or as bytes. */
    List<String> tablesWith(String text) throws SQLException {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        List<String> found = new ArrayList<>();
        try (Connection connection =
                DriverManager.getConnection(backends.pgJdbcUrl(), backends.pgUser(), backends.pgPassword())) {
            for (String table : tables(connection)) {
                String sql = "SELECT count(*) FROM \"" + table
                        + "\" AS t WHERE position(? IN t::text) > 0 OR position(? IN t::text) > 0";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, text);
                    statement.setString(2, hex);
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        if (rows.getLong(1) > 0) {
                            found.add(table);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (ResultSet rows = connection
                .createStatement()
                .executeQuery("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }
}
