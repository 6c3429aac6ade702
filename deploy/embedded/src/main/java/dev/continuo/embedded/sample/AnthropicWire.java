package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Answers as Anthropic's Messages API streams them. */
final class AnthropicWire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EventStream stream;
    private int index;

    AnthropicWire(EventStream stream) {
        this.stream = stream;
    }

    void answer(SampleQuestion question, SampleAnswer answer) throws IOException {
        begin(question.body().path("model").asText());
        switch (answer) {
            case SampleAnswer.Text(String text) -> {
                text(text);
                end("end_turn", text.length());
            }
            case SampleAnswer.Calls(String text, List<SampleAnswer.Call> calls) -> {
                text(text);
                for (SampleAnswer.Call call : calls) {
                    call(call);
                }
                end("tool_use", text.length());
            }
            case SampleAnswer.Broken(String text, SampleAnswer.Fault fault) -> {
                text(text);
                stream.broken(
                        fault,
                        piece -> "event: content_block_delta\ndata: " + textDelta(piece) + "\n\n",
                        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                                + "\"message\":\"Overloaded\"}}\n\n");
                end(
                        switch (fault) {
                            case LENGTH -> "max_tokens";
                            case REFUSAL -> "refusal";
                            case CUT, UNFINISHED, MALFORMED, OVERLOADED, HANG, DRIP, GIANT -> "end_turn";
                        },
                        text.length());
            }
            case SampleAnswer.Status status -> throw new IllegalArgumentException("A status is no stream: " + status);
        }
    }

    private void begin(String model) throws IOException {
        ObjectNode start = JSON.objectNode().put("type", "message_start");
        ObjectNode message = start.putObject("message")
                .put("id", "msg_sample")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model)
                .putNull("stop_reason");
        message.putArray("content");
        message.putObject("usage").put("input_tokens", 10).put("output_tokens", 1);
        stream.event("message_start", start);
        stream.event("ping", JSON.objectNode().put("type", "ping"));
    }

    private void text(String text) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        ObjectNode start = JSON.objectNode().put("type", "content_block_start").put("index", index);
        start.putObject("content_block").put("type", "text").put("text", "");
        stream.event("content_block_start", start);
        stream.pieces(text, piece -> stream.event("content_block_delta", textDelta(piece)));
        stop();
    }

    private ObjectNode textDelta(String text) {
        ObjectNode event = JSON.objectNode().put("type", "content_block_delta").put("index", index);
        event.putObject("delta").put("type", "text_delta").put("text", text);
        return event;
    }

    private void call(SampleAnswer.Call call) throws IOException {
        ObjectNode start = JSON.objectNode().put("type", "content_block_start").put("index", index);
        start.putObject("content_block")
                .put("type", "tool_use")
                .put("id", call.id())
                .put("name", call.name())
                .putObject("input");
        stream.event("content_block_start", start);
        int at = index;
        stream.pieces(call.arguments(), piece -> {
            ObjectNode event =
                    JSON.objectNode().put("type", "content_block_delta").put("index", at);
            event.putObject("delta").put("type", "input_json_delta").put("partial_json", piece);
            stream.event("content_block_delta", event);
        });
        stop();
    }

    private void stop() throws IOException {
        stream.event(
                "content_block_stop",
                JSON.objectNode().put("type", "content_block_stop").put("index", index));
        index++;
    }

    private void end(String reason, int tokens) throws IOException {
        ObjectNode ending = JSON.objectNode().put("type", "message_delta");
        ending.putObject("delta").put("stop_reason", reason).putNull("stop_sequence");
        ending.putObject("usage").put("output_tokens", tokens);
        stream.event("message_delta", ending);
        stream.event("message_stop", JSON.objectNode().put("type", "message_stop"));
        stream.end();
    }
}
