package dev.continuo.embedded.sample;

import java.util.List;
import java.util.Map;

/** What the server does with a request. */
public sealed interface SampleAnswer {

    /** It says this, in small pieces. */
    record Text(String text) implements SampleAnswer {}

    /**
     * It asks for tools.
     *
     * @param text that it says before
     */
    record Calls(String text, List<Call> calls) implements SampleAnswer {
        public Calls {
            calls = List.copyOf(calls);
        }
    }

    /** @param arguments the text of a JSON object */
    record Call(String id, String name, String arguments) {}

    /** It answers with this status and body, as JSON. */
    record Status(int status, Map<String, String> headers, String body) implements SampleAnswer {
        public Status {
            headers = Map.copyOf(headers);
        }
    }

    /** It begins to say this, and then something goes wrong. */
    record Broken(String text, Fault fault) implements SampleAnswer {}

    enum Fault {
        /** The connection is closed in the middle of the stream. */
        CUT,
        /** The stream ends as HTTP demands, without its last event. */
        UNFINISHED,
        /** An event is no JSON. */
        MALFORMED,
        /** An event tells that the service is overloaded. */
        OVERLOADED,
        /** Nothing comes any more, and the connection stays open. */
        HANG,
        /** A piece now and then, without an end. */
        DRIP,
        /** As much as the connection takes, without an end. */
        GIANT,
        /** The limit of tokens was reached. */
        LENGTH,
        /** The rest was refused. */
        REFUSAL
    }
}
