package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Predictions as Replicate makes, streams and shows them. */
final class Predictions {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int LOOKS_UNTIL_DONE = 2;

    private static final class Prediction {
        private final SampleQuestion question;
        private final SampleAnswer answer;
        private final AtomicInteger looks = new AtomicInteger();
        private volatile boolean canceled;
        private volatile boolean streamed;

        Prediction(SampleQuestion question, SampleAnswer answer) {
            this.question = question;
            this.answer = answer;
        }
    }

    private final Map<String, Prediction> byId = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final String baseUrl;
    private final boolean streams;

    /** @param streams whether predictions have a stream */
    Predictions(String baseUrl, boolean streams) {
        this.baseUrl = baseUrl;
        this.streams = streams;
    }

    ObjectNode create(SampleQuestion question, SampleAnswer answer) {
        String id = "prediction" + next.incrementAndGet();
        byId.put(id, new Prediction(question, answer));
        return shown(id, "starting");
    }

    Optional<ObjectNode> look(String id) {
        return Optional.ofNullable(byId.get(id)).map(prediction -> {
            int looks = prediction.looks.incrementAndGet();
            boolean done = prediction.streamed || looks > LOOKS_UNTIL_DONE;
            boolean stuck = prediction.answer instanceof SampleAnswer.Broken(var text, SampleAnswer.Fault fault)
                    && fault == SampleAnswer.Fault.HANG;
            String status =
                    prediction.canceled ? "canceled" : stuck || !done ? "processing" : ending(prediction.answer);
            return shown(id, status);
        });
    }

    Optional<ObjectNode> cancel(String id) {
        return Optional.ofNullable(byId.get(id)).map(prediction -> {
            prediction.canceled = true;
            return shown(id, "canceled");
        });
    }

    boolean canceled(String id) {
        return byId.containsKey(id) && byId.get(id).canceled;
    }

    void stream(String id, EventStream stream) throws IOException {
        Prediction prediction = byId.get(id);
        stream.pieces(text(prediction.answer), piece -> {
            stream.write("event: output\nid: 1\ndata: " + piece.replace("\n", "\ndata: ") + "\n\n");
        });
        if (prediction.answer instanceof SampleAnswer.Broken(var text, SampleAnswer.Fault fault)) {
            stream.broken(
                    fault, piece -> "event: output\ndata: " + piece + "\n\n", "event: error\ndata: overloaded\n\n");
        }
        prediction.streamed = true;
        stream.write("event: done\ndata: {}\n\n");
        stream.end();
    }

    private ObjectNode shown(String id, String status) {
        Prediction prediction = byId.get(id);
        ObjectNode shown = JSON.objectNode().put("id", id).put("status", status);
        shown.put("model", prediction.question.path().replaceAll("^/v1/models/(.+)/predictions$", "$1"));
        ObjectNode urls = shown.putObject("urls");
        urls.put("get", baseUrl + "/v1/predictions/" + id);
        urls.put("cancel", baseUrl + "/v1/predictions/" + id + "/cancel");
        if (streams) {
            urls.put("stream", baseUrl + "/v1/streams/" + id);
        }
        if (status.equals("succeeded")) {
            ArrayNode output = shown.putArray("output");
            for (String word : text(prediction.answer).splitWithDelimiters(" ", 0)) {
                output.add(word);
            }
            shown.putObject("metrics").put("input_token_count", 10).put("output_token_count", 4);
        }
        if (status.equals("failed")) {
            shown.put("error", "CUDA out of memory");
        }
        return shown;
    }

    private static String ending(SampleAnswer answer) {
        return answer instanceof SampleAnswer.Broken(var text, SampleAnswer.Fault fault)
                        && fault == SampleAnswer.Fault.OVERLOADED
                ? "failed"
                : "succeeded";
    }

    private static String text(SampleAnswer answer) {
        return switch (answer) {
            case SampleAnswer.Text(String text) -> text;
            case SampleAnswer.Broken(String text, SampleAnswer.Fault fault) -> text;
            case SampleAnswer.Calls(String text, List<SampleAnswer.Call> calls) -> text;
            case SampleAnswer.Status status -> throw new IllegalArgumentException("A status is no prediction");
        };
    }
}
