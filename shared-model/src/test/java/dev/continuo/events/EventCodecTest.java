package dev.continuo.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.events.EventCodec.Decoded;
import dev.continuo.events.RunLifecycle.Change;
import dev.continuo.model.RunStatus;
import dev.continuo.store.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventCodecTest {
    private static final String IDS = "\"runId\":\"" + Samples.RUN + "\",\"taskId\":\"" + Samples.TASK + "\"";

    @ParameterizedTest
    @MethodSource("dev.continuo.events.Samples#all")
    void whatIsWrittenIsReadAgain(Event event) {
        assertThat(EventCodec.decode(event.eventType().ceType(), EventCodec.encode(event)))
                .isEqualTo(new Decoded.Read(event));
    }

    @ParameterizedTest
    @MethodSource("oldForms")
    void theFirstFormOfEachEventIsStillRead(Event expected) throws IOException {
        assertThat(EventCodec.decode(expected.eventType().ceType(), oldForm(expected.eventType())))
                .isEqualTo(new Decoded.Read(expected));
    }

    static Stream<Event> oldForms() {
        return Stream.of(
                Samples.queued(Samples.TASK),
                new RunLifecycle(
                        Samples.RUN,
                        "acme",
                        Samples.DEFINITION,
                        "orders",
                        Change.FAILED,
                        RunStatus.FAILED,
                        9,
                        Instant.parse("2026-11-22T05:00:00Z"),
                        Optional.empty()),
                Samples.announced(JsonNodeFactory.instance.objectNode().put("n", 1)),
                Samples.start(Optional.empty()),
                new CompleteTask(Samples.RUN, Samples.TASK, OptionalInt.empty(), JsonNodeFactory.instance.objectNode()),
                Samples.fail(Samples.RUN, "no stock"));
    }

    @Test
    void numbersKeepTheirDigits() {
        JsonNode output = Json.read("{\"price\":1.00,\"much\":1E+400}");
        Event event = new CompleteTask(Samples.RUN, Samples.TASK, OptionalInt.empty(), output);

        assertThat(EventCodec.decode(event.eventType().ceType(), EventCodec.encode(event)))
                .isEqualTo(new Decoded.Read(event));
        assertThat(new String(EventCodec.encode(event), UTF_8)).contains(output.toString());
    }

    @ParameterizedTest
    @EnumSource
    void membersOfLaterVersionsAreIgnored(EventType type) throws IOException {
        String old = new String(oldForm(type), UTF_8).strip();
        String later = old.substring(0, old.length() - 1) + ",\"addedLater\":{\"deep\":[1]}}";

        assertThat(EventCodec.decode(type.ceType(), later.getBytes(UTF_8)))
                .isEqualTo(EventCodec.decode(type.ceType(), oldForm(type)))
                .isInstanceOf(Decoded.Read.class);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("malformed")
    void whatIsWrongIsNamed(EventType type, String value, String reason) {
        assertThat(EventCodec.decode(type.ceType(), value.getBytes(UTF_8))).isEqualTo(new Decoded.Unreadable(reason));
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                row(EventType.FAIL_TASK, "", "The value is not a JSON object"),
                row(EventType.FAIL_TASK, "[]", "The value is not a JSON object"),
                row(EventType.FAIL_TASK, "{\"a\": secret}", "The value is not JSON, or too deep: line 1, column 7"),
                row(EventType.FAIL_TASK, "{} {}", "The value is not JSON, or too deep: line 1, column 4"),
                row(
                        EventType.FAIL_TASK,
                        "{\"a\":1e99999999999}",
                        "The value holds a number whose exponent is out of range"),
                row(EventType.FAIL_TASK, "{}", "`runId` must be a UUID"),
                row(EventType.FAIL_TASK, "{\"runId\":\"1-1-1-1-1\"}", "`runId` must be a UUID"),
                row(EventType.FAIL_TASK, "{\"runId\":7}", "`runId` must be a UUID"),
                row(EventType.FAIL_TASK, "{" + IDS + "}", "`reason` must be a string"),
                row(EventType.FAIL_TASK, "{" + IDS + ",\"reason\":null}", "`reason` must be a string"),
                row(EventType.FAIL_TASK, "{" + IDS + ",\"reason\":\"x\",\"retry\":1}", "`retry` must be true or false"),
                row(
                        EventType.COMPLETE_TASK,
                        "{" + IDS + ",\"fence\":1.5}",
                        "`fence` must be a whole number from 0 to 2147483647"),
                row(
                        EventType.COMPLETE_TASK,
                        "{" + IDS + ",\"fence\":2147483648}",
                        "`fence` must be a whole number from 0 to 2147483647"),
                row(EventType.COMPLETE_TASK, "{" + IDS + ",\"output\":[]}", "`output` must be an object"),
                row(
                        EventType.COMPLETE_TASK,
                        "{" + IDS + ",\"output\":{\"a\":[\"sealed:v1:0a:AA\"]}}",
                        "`output` must be acceptable: a text must not begin with sealed:v1:, which marks a sealed secret"),
                row(
                        EventType.START_RUN,
                        "{\"namespace\":\"\",\"definitionId\":\"" + Samples.DEFINITION + "\"}",
                        "`namespace` must be a string of 1 to 255 characters"),
                row(
                        EventType.START_RUN,
                        "{\"namespace\":\"a\",\"definitionId\":\"" + Samples.DEFINITION + "\",\"priority\":100}",
                        "`priority` must be a whole number from 0 to 99"));
    }

    @Test
    void anUnknownTypeIsSaidToBeUnknown() {
        assertThat(EventCodec.decode("dev.continuo.task.queued.v2", "{}".getBytes(UTF_8)))
                .isEqualTo(new Decoded.Unreadable("The event type `dev.continuo.task.queued.v2` is not known"));
    }

    @Test
    void whatIsTooLargeOrTooDeepIsRefused() {
        byte[] large = new byte[EventCodec.MAX_BYTES + 1];
        byte[] deep = "{\"a\":".repeat(10_000).getBytes(UTF_8);

        assertThat(EventCodec.decode(EventType.START_RUN.ceType(), large)).isInstanceOf(Decoded.Unreadable.class);
        assertThat(EventCodec.decode(EventType.START_RUN.ceType(), deep)).isInstanceOf(Decoded.Unreadable.class);
    }

    @ParameterizedTest
    @CsvSource({
        "task-queued, continuo.task-queued",
        "commands, continuo.commands",
        "lifecycle, continuo.lifecycle",
        "events, continuo.events",
        "dead, continuo.commands.dead",
        "group, continuo.engine"
    })
    void namesStartWithThePrefix(String what, String expected) {
        Topics topics = Topics.DEFAULT;
        String name =
                switch (what) {
                    case "task-queued" -> topics.taskQueued();
                    case "commands" -> topics.commands();
                    case "lifecycle" -> topics.lifecycle();
                    case "events" -> topics.events();
                    case "dead" -> Topics.dead(topics.commands());
                    default -> topics.engineGroup();
                };
        assertThat(name).isEqualTo(expected);
    }

    static byte[] oldForm(EventType type) throws IOException {
        String name = "/events/old/" + type.schema().replaceAll("^/events/|\\.schema\\.json$", "") + ".v1.json";
        try (InputStream file = EventCodecTest.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        }
    }

    private static Arguments row(EventType type, String value, String reason) {
        return Arguments.of(type, value, reason);
    }
}
