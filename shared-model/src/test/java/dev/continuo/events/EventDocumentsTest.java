package dev.continuo.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON Schemas and the AsyncAPI document tell what the code does. */
class EventDocumentsTest {
    private static final JsonObject ASYNC_API = document("/events/asyncapi.json");

    @ParameterizedTest
    @MethodSource("dev.continuo.events.Samples#all")
    void whatIsWrittenFitsItsSchema(Event event) {
        OutputUnit result = validate(event.eventType(), new JsonObject(Buffer.buffer(EventCodec.encode(event))));
        assertThat(result.getValid()).as("%s", result.toJson()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("dev.continuo.events.Samples#all")
    void whatIsWrittenHasOnlyMembersOfItsSchema(Event event) {
        JsonObject schema = document(event.eventType().schema());
        assertThat(schema.getJsonObject("properties").fieldNames())
                .containsAll(new JsonObject(Buffer.buffer(EventCodec.encode(event))).fieldNames());
    }

    @ParameterizedTest
    @EnumSource
    void theFirstFormStillFitsTheSchema(EventType type) throws IOException {
        OutputUnit result = validate(type, new JsonObject(Buffer.buffer(EventCodecTest.oldForm(type))));
        assertThat(result.getValid()).as("%s", result.toJson()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void everyRequiredMemberIsRequiredBySchemaAndReader(EventType type) throws IOException {
        JsonObject whole = new JsonObject(Buffer.buffer(EventCodecTest.oldForm(type)));
        for (Object member : document(type.schema()).getJsonArray("required")) {
            JsonObject without = whole.copy();
            without.remove((String) member);

            assertThat(validate(type, without).getValid())
                    .as("schema without %s", member)
                    .isFalse();
            assertThat(EventCodec.decode(type.ceType(), without.toBuffer().getBytes()))
                    .as("reader without %s", member)
                    .isInstanceOf(EventCodec.Decoded.Unreadable.class);
        }
    }

    @Test
    void theAsyncApiDocumentHasEveryTopic() {
        Set<String> addresses = ASYNC_API.getJsonObject("channels").stream()
                .map(channel -> ((JsonObject) channel.getValue()).getString("address"))
                .collect(Collectors.toSet());
        List<String> live = new Topics("{prefix}".replaceAll("[{}]", "")).live();

        assertThat(addresses)
                .containsExactlyInAnyOrderElementsOf(live.stream()
                        .flatMap(topic -> Stream.of(topic, Topics.dead(topic)))
                        .map(topic -> topic.replaceFirst("^prefix", "{prefix}"))
                        .toList());
    }

    @ParameterizedTest
    @EnumSource
    void theAsyncApiDocumentHasEveryEventWithItsSchemaOnItsTopic(EventType type) {
        JsonObject messages = ASYNC_API.getJsonObject("components").getJsonObject("messages");
        String name = messages.fieldNames().stream()
                .filter(key -> messages.getJsonObject(key).getString("name").equals(type.ceType()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No message " + type.ceType()));
        String schema = messages.getJsonObject(name)
                .getJsonObject("payload")
                .getJsonObject("schema")
                .getString("$ref");
        String address = "{prefix}" + new Topics("").of(type);

        assertThat("/events/" + schema.substring(2)).isEqualTo(type.schema());
        assertThat(ASYNC_API.getJsonObject("channels").stream()
                        .map(channel -> (JsonObject) channel.getValue())
                        .filter(channel -> channel.getString("address").equals(address))
                        .flatMap(channel -> channel.getJsonObject("messages").fieldNames().stream()))
                .contains(name);
    }

    @ParameterizedTest
    @MethodSource("dev.continuo.events.Samples#all")
    void theAsyncApiDocumentHasEveryHeaderThatIsWritten(Event event) {
        JsonObject documented = ASYNC_API.getJsonObject("components").getJsonObject("messages").stream()
                .map(message -> (JsonObject) message.getValue())
                .filter(message ->
                        message.getString("name").equals(event.eventType().ceType()))
                .findFirst()
                .orElseThrow()
                .getJsonObject("headers");
        JsonObject written = new JsonObject();
        EventHeaders.of(event, new EventHeaders.Origin("/continuo/engine", "p1"), Instant.EPOCH)
                .forEach(header -> written.put(header.key(), new String(header.value())));

        assertThat(documented.getJsonObject("properties").fieldNames()).containsAll(written.fieldNames());
        assertThat(validate(documented, written).getValid()).isTrue();
    }

    private static OutputUnit validate(EventType type, JsonObject value) {
        return validate(document(type.schema()), value);
    }

    private static OutputUnit validate(JsonObject schema, JsonObject value) {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setBaseUri("https://continuo.dev/events/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic);
        return Validator.create(JsonSchema.of(schema), options).validate(value);
    }

    private static JsonObject document(String name) {
        try (InputStream file = EventDocumentsTest.class.getResourceAsStream(name)) {
            return new JsonObject(Buffer.buffer(file.readAllBytes()));
        } catch (IOException e) {
            throw new AssertionError("Cannot read " + name, e);
        }
    }
}
