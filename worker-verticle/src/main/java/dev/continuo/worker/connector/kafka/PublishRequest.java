package dev.continuo.worker.connector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * What the input of KAFKA_PUBLISH asks for (conductor: Kafka Publish task): {@code kafka_request} with {@code
 * {bootStrapServers, topic, key, keySerializer, value, headers, requestTimeoutMs, maxBlockMs}}.
 *
 * @param servers empty for the engine's own
 * @param value JSON, also where it is a text, which then stands in quotes
 * @param asyncComplete the task stays open after a success
 */
record PublishRequest(
        String servers,
        String topic,
        Optional<byte[]> key,
        byte[] value,
        List<Header> headers,
        Duration requestTimeout,
        Duration maxBlock,
        boolean asyncComplete) {
    private static final long LONGEST_MILLIS = 30_000;

    /** @throws InvalidInput when something is missing or wrong */
    static PublishRequest parse(JsonNode input, PublishSettings settings) {
        JsonNode request = input.path("kafka_request");
        if (!request.isObject()) {
            throw new InvalidInput("the input must have an object kafka_request");
        }
        JsonNode topic = request.path("topic");
        if (!topic.isTextual() || topic.textValue().isBlank()) {
            throw new InvalidInput("kafka_request.topic is missing");
        }
        JsonNode value = request.path("value");
        if (value.isMissingNode() || value.isNull()) {
            throw new InvalidInput("kafka_request.value is missing");
        }
        return new PublishRequest(
                servers(request.path("bootStrapServers")),
                topic.textValue().strip(),
                key(request),
                value.toString().getBytes(UTF_8),
                headers(request.path("headers")),
                limit(request, "requestTimeoutMs", settings.requestTimeout()),
                limit(request, "maxBlockMs", settings.maxBlock()),
                LooseValues.flag(input.path("asyncComplete")));
    }

    ProducerRecord<byte[], byte[]> toRecord() {
        return new ProducerRecord<>(topic, null, null, key.orElse(null), value, headers);
    }

    private static String servers(JsonNode servers) {
        if (LooseValues.isAbsent(servers)) {
            return "";
        }
        if (!servers.isTextual()) {
            throw new InvalidInput("kafka_request.bootStrapServers must be host:port, several separated by commas");
        }
        return servers.textValue();
    }

    private static Optional<byte[]> key(JsonNode request) {
        JsonNode key = request.path("key");
        if (key.isMissingNode() || key.isNull()) {
            return Optional.empty();
        }
        String serializer = request.path("keySerializer").asText("");
        String name = serializer.substring(serializer.lastIndexOf('.') + 1).strip();
        return Optional.of(
                switch (name) {
                    case "", "StringSerializer" -> text(key).getBytes(UTF_8);
                    case "IntegerSerializer" ->
                        ByteBuffer.allocate(Integer.BYTES)
                                .putInt(Math.toIntExact(whole(key, Integer.MIN_VALUE, Integer.MAX_VALUE)))
                                .array();
                    case "LongSerializer" ->
                        ByteBuffer.allocate(Long.BYTES)
                                .putLong(whole(key, Long.MIN_VALUE, Long.MAX_VALUE))
                                .array();
                    default ->
                        throw new InvalidInput("kafka_request.keySerializer must be StringSerializer, IntegerSerializer"
                                + " or LongSerializer");
                });
    }

    private static long whole(JsonNode key, long least, long most) {
        BigDecimal number = LooseValues.number(key, "kafka_request.key").orElse(new BigDecimal("0.5"));
        boolean within = number.compareTo(BigDecimal.valueOf(least)) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0
                && number.scale() < 100;
        if (!within || number.remainder(BigDecimal.ONE).signum() != 0) {
            throw new InvalidInput("kafka_request.key is no whole number that its keySerializer can write");
        }
        return number.longValueExact();
    }

    private static List<Header> headers(JsonNode headers) {
        if (!LooseValues.isAbsent(headers) && !headers.isObject()) {
            throw new InvalidInput("kafka_request.headers must be an object");
        }
        return headers.properties().stream()
                .<Header>map(header -> new RecordHeader(
                        header.getKey(), text(header.getValue()).getBytes(UTF_8)))
                .toList();
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    /** What is not above 0 means the default; what is too long means the longest. */
    private static Duration limit(JsonNode request, String name, Duration fallback) {
        return LooseValues.number(request.path(name), "kafka_request." + name)
                .filter(millis -> millis.signum() > 0)
                .map(millis -> millis.min(BigDecimal.valueOf(LONGEST_MILLIS)).longValue())
                .map(millis -> Duration.ofMillis(Math.max(1, millis)))
                .orElse(fallback);
    }
}
