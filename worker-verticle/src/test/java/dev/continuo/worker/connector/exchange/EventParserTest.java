package dev.continuo.worker.connector.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {

    /** In the streams below {@code \n} and {@code \r} are written out; events are shown as type:data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "data: a\\n\\n                                    | message:a",
                "data:a\\n\\n                                     | message:a",
                "data:  a \\n\\n                                  | `message: a `",
                "data: a\\r\\n\\r\\n                              | message:a",
                "data: a\\r\\r                                    | message:a",
                "data: a\\r\\n\\ndata: b\\n\\r\\n                 | message:a message:b",
                "data: a\\ndata: b\\n\\n                          | message:a⏎b",
                "data: a\\r\\ndata: b\\r\\n\\r\\n                 | message:a⏎b",
                "data\\ndata: b\\n\\n                             | message:⏎b",
                "event: x\\ndata: a\\n\\ndata: b\\n\\n           | x:a message:b",
                "event: x\\n\\ndata: b\\n\\n                      | message:b",
                "event: x\\nevent: y\\ndata: b\\n\\n              | y:b",
                ": ping\\n\\ndata: a\\n\\n: end\\n\\n            | message:a",
                "id: 7\\nretry: 10\\nfoo: bar\\ndata: a\\n\\n     | message:a",
                "data: {\"a\": \"b: c\"}\\n\\n                    | message:{\"a\": \"b: c\"}",
                "\\n\\n\\ndata: a\\n\\n\\n\\ndata: b\\n\\n        | message:a message:b",
                "\uFEFFdata: a\\n\\n                              | message:a",
                "data: \uFEFFa\\n\\n                              | message:\uFEFFa",
                "data: cut off\\n                                 | ``",
                "data: cut off                                    | ``",
                "data:\\n\\n                                      | ``",
                "``                                               | ``",
                "data: grüße 😀 日本\\n\\n                          | message:grüße 😀 日本",
            })
    void aStreamIsReadTheSameHoweverItIsSplit(String written, String expected) {
        String stream = written.replace("\\r", "\r").replace("\\n", "\n");
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        assertThat(read(List.of(Buffer.buffer(bytes)))).isEqualTo(expected);
        assertThat(read(List.of(Buffer.buffer(bytes)))).isEqualTo(expected);
        for (int size = 1; size < bytes.length; size++) {
            List<Buffer> chunks = new ArrayList<>();
            for (int from = 0; from < bytes.length; from += size) {
                chunks.add(Buffer.buffer(bytes).getBuffer(from, Math.min(bytes.length, from + size)));
            }
            assertThat(read(chunks)).as("in chunks of %d bytes", size).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: 0123456789",
                "data: 01234\ndata: 56789\n",
                ": 01234567890123456789",
                "x: 012\nx: 34567890\n"
            })
    void anEventLongerThanTheLimitIsRefusedBeforeItIsWhole(String stream) {
        EventParser parser = new EventParser(12, event -> {});
        assertThatThrownBy(() -> parser.feed(Buffer.buffer(stream)))
                .isInstanceOf(EventParser.TooLong.class)
                .hasMessageContaining("12 bytes");
    }

    @Test
    void theLimitIsOfOneEventAndNotOfTheStream() {
        List<EventParser.Event> events = new ArrayList<>();
        EventParser parser = new EventParser(12, events::add);
        for (int i = 0; i < 100; i++) {
            parser.feed(Buffer.buffer("data: 12345\n\n"));
        }
        assertThat(events).hasSize(100);
    }

    private static String read(List<Buffer> chunks) {
        List<String> events = new ArrayList<>();
        EventParser parser = new EventParser(
                1_000, event -> events.add(event.type() + ":" + event.data().replace("\n", "⏎")));
        chunks.forEach(parser::feed);
        return String.join(" ", events);
    }
}
