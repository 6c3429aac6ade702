package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Answers as chat completions stream them, and embeddings. */
final class OpenAiWire {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final EventStream stream;
    private final String model;

    OpenAiWire(EventStream stream, SampleQuestion question) {
        this.stream = stream;
        this.model = question.body().path("model").asText();
    }

    void answer(SampleAnswer answer) throws IOException {
        stream.data(chunk(JSON.objectNode().put("role", "assistant").put("content", ""), "")
                .toString());
        switch (answer) {
            case SampleAnswer.Text(String text) -> {
                text(text);
                end("stop", text.length());
            }
            case SampleAnswer.Calls(String text, List<SampleAnswer.Call> calls) -> {
                text(text);
                for (int i = 0; i < calls.size(); i++) {
                    call(calls.get(i), i);
                }
                end("tool_calls", text.length());
            }
            case SampleAnswer.Broken(String text, SampleAnswer.Fault fault) -> {
                text(text);
                stream.broken(
                        fault,
                        piece -> "data: " + said(piece) + "\n\n",
                        "data: {\"error\":{\"message\":\"The server is overloaded\",\"type\":\"server_error\"}}\n\n");
                end(
                        switch (fault) {
                            case LENGTH -> "length";
                            case REFUSAL -> "content_filter";
                            case CUT, UNFINISHED, MALFORMED, OVERLOADED, HANG, DRIP, GIANT -> "stop";
                        },
                        text.length());
            }
            case SampleAnswer.Status status -> throw new IllegalArgumentException("A status is no stream: " + status);
        }
    }

    /** One vector for each text; the same text has the same one. */
    static ObjectNode embeddings(SampleQuestion question) {
        ObjectNode answer = JSON.objectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        int index = 0;
        for (var text : question.body().path("input")) {
            ObjectNode one = data.addObject().put("object", "embedding").put("index", index++);
            ArrayNode vector = one.putArray("embedding");
            int dimensions = question.body().path("dimensions").asInt(3);
            for (int i = 0; i < dimensions; i++) {
                vector.add((text.asText().hashCode() % 1000 + i) / 1000.0);
            }
        }
        answer.put("model", question.body().path("model").asText());
        answer.putObject("usage").put("prompt_tokens", 5).put("total_tokens", 5);
        return answer;
    }

    private void text(String text) throws IOException {
        stream.pieces(text, piece -> stream.data(said(piece).toString()));
    }

    private ObjectNode said(String piece) {
        return chunk(JSON.objectNode().put("content", piece), "");
    }

    private void call(SampleAnswer.Call call, int index) throws IOException {
        stream.data(chunk(toolCall(index, call.id(), call.name(), ""), "").toString());
        stream.pieces(
                call.arguments(),
                piece -> stream.data(chunk(toolCall(index, "", "", piece), "").toString()));
    }

    private static ObjectNode toolCall(int index, String id, String name, String piece) {
        ObjectNode delta = JSON.objectNode();
        ObjectNode call = delta.putArray("tool_calls").addObject().put("index", index);
        if (!id.isEmpty()) {
            call.put("id", id).put("type", "function");
        }
        ObjectNode function = call.putObject("function").put("arguments", piece);
        if (!name.isEmpty()) {
            function.put("name", name);
        }
        return delta;
    }

    private ObjectNode chunk(ObjectNode delta, String reason) {
        ObjectNode chunk = JSON.objectNode()
                .put("id", "chatcmpl-sample")
                .put("object", "chat.completion.chunk")
                .put("model", model);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        if (reason.isEmpty()) {
            choice.putNull("finish_reason");
        } else {
            choice.put("finish_reason", reason);
        }
        return chunk;
    }

    private void end(String reason, int tokens) throws IOException {
        stream.data(chunk(JSON.objectNode(), reason).toString());
        ObjectNode usage = JSON.objectNode().put("id", "chatcmpl-sample").put("model", model);
        usage.putArray("choices");
        usage.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", tokens);
        stream.data(usage.toString());
        stream.data("[DONE]");
        stream.end();
    }
}
