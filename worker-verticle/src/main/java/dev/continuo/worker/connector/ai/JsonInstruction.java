package dev.continuo.worker.connector.ai;

import java.util.Optional;

/** What models are told that have no other way to be asked for JSON. */
final class JsonInstruction {
    private static final String TEXT = "Answer with one JSON value and nothing else: no explanation, no code fence.";

    private JsonInstruction() {}

    /** The system prompt of a request, with the instruction where JSON is asked for. */
    static Optional<String> system(CompletionRequest request) {
        Optional<String> system = request.system().filter(text -> !text.isBlank());
        return request.jsonOutput()
                ? Optional.of(system.map(text -> text + "\n\n").orElse("") + TEXT)
                : system;
    }
}
